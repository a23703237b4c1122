import type { KeyboardEvent } from 'react';
import { Search, X } from 'lucide-react';
import { IconButton } from './button.js';
import './search-field.css';

/** Escape empties it; the down arrow goes to the list. */
export const SearchField = ({
  label,
  value,
  onText,
}: {
  label: string;
  value: string;
  onText: (text: string) => void;
}) => {
  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>) => {
    if (event.key === 'Escape' && value !== '') {
      event.stopPropagation();
      onText('');
    } else if (event.key === 'ArrowDown' || event.key === 'Enter') {
      event.preventDefault();
      event.currentTarget.closest('[data-pane]')?.querySelector<HTMLElement>('[data-list]')?.focus();
    }
  };
  return (
    <div className="search input-frame" role="search">
      <Search size={16} aria-hidden />
      <input
        className="input"
        type="text"
        role="searchbox"
        aria-label={label}
        placeholder={label}
        autoComplete="off"
        spellCheck={false}
        data-search
        value={value}
        onChange={(event) => onText(event.target.value)}
        onKeyDown={onKeyDown}
      />
      {value === '' ? null : <IconButton label="Clear search" icon={X} onClick={() => onText('')} />}
    </div>
  );
};
