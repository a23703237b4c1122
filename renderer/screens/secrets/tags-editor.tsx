import { useId, useState, type KeyboardEvent } from 'react';
import { Tag } from '../../components/tag.js';
import { ownTags } from '../../state/conflicts.js';

/** Enter or a comma adds what is typed; Backspace in an empty field takes the last one away. */
export const TagsEditor = ({
  tags,
  onTags,
}: {
  tags: readonly string[];
  onTags: (tags: readonly string[]) => void;
}) => {
  const [text, setText] = useState('');
  const id = useId();
  const add = () => {
    const tag = text.trim();
    setText('');
    const reserved = ownTags([tag]).length === 0;
    if (tag !== '' && !reserved && !tags.includes(tag) && tags.length < 100) onTags([...tags, tag]);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey) return;
    if ((event.key === 'Enter' || event.key === ',') && text.trim() !== '') {
      event.preventDefault();
      add();
    } else if (event.key === 'Backspace' && text === '') onTags(tags.slice(0, -1));
  };
  return (
    <div className="field">
      <label className="field-label" htmlFor={id}>
        Tags
      </label>
      <div className="input-frame tags-frame">
        {tags.map((tag) => (
          <Tag key={tag} onRemove={() => onTags(tags.filter((one) => one !== tag))}>
            {tag}
          </Tag>
        ))}
        <input
          id={id}
          className="input"
          autoComplete="off"
          spellCheck={false}
          maxLength={100}
          placeholder={tags.length === 0 ? 'production, team' : ''}
          value={text}
          onChange={(event) => setText(event.target.value)}
          onKeyDown={onKeyDown}
          onBlur={add}
        />
      </div>
    </div>
  );
};
