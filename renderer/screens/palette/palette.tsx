import { useEffect, useId, useRef, useState, type KeyboardEvent } from 'react';
import { Search } from 'lucide-react';
import { Modal } from '../../components/dialog.js';
import { Keys } from '../../components/keys.js';
import { closeOverlay } from '../../state/route.js';
import { printKeys } from '../../state/shortcuts.js';
import { leaveThen } from '../shell/leave-then.js';
import { focusList } from '../shell/panes.js';
import { useResults, type Result } from './results.js';
import './palette.css';

/** a room has drawn itself by then */
const focusAfterMs = 100;

/** What had the focus before may be gone with its room: then it goes to the list of the new one. */
const focusWhereItLed = (): void => {
  if (document.activeElement === document.body) focusList();
};

const run = (result: Result | undefined): void => {
  if (!result) return;
  closeOverlay();
  leaveThen(result.run);
  setTimeout(focusWhereItLed, focusAfterMs);
};

const steps: Readonly<Record<string, number>> = { ArrowDown: 1, ArrowUp: -1, PageDown: 8, PageUp: -8 };

const Row = ({ id, result, active, onPoint }: { id: string; result: Result; active: boolean; onPoint: () => void }) => {
  const { label, more, icon: Icon, shortcut } = result;
  return (
    <div
      id={id}
      role="option"
      className="palette-row"
      aria-selected={active}
      onMouseMove={onPoint}
      onClick={() => run(result)}
    >
      <Icon size={16} aria-hidden />
      <span className="truncate" title={label}>
        {label}
      </span>
      {more ? <span className="truncate quiet small palette-more">{more}</span> : null}
      {shortcut ? <Keys keys={printKeys(shortcut)} /> : null}
    </div>
  );
};

/** Reaches everything: type a few letters, Enter goes. The focus stays in the field; the active row is told by its id. */
export const Palette = () => {
  const [text, setText] = useState('');
  const [active, setActive] = useState(0);
  const list = useRef<HTMLDivElement>(null);
  const id = useId();
  const groups = useResults(text.trim());
  const flat = groups.flatMap((group) => group.results);
  const at = Math.min(active, flat.length - 1);
  const rowId = (index: number) => `${id}-${index}`;

  useEffect(() => {
    list.current?.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: 'nearest' });
  }, [at, text]);

  const onKeyDown = (event: KeyboardEvent) => {
    const step = steps[event.key];
    if (step !== undefined)
      setActive(
        Math.abs(step) === 1
          ? (at + step + flat.length) % flat.length
          : Math.max(0, Math.min(flat.length - 1, at + step)),
      );
    else if (event.key === 'Enter') run(flat[at]);
    else return;
    event.preventDefault();
  };

  return (
    <Modal label="Commands" className="palette" onClose={closeOverlay}>
      <div className="palette-field">
        <Search size={20} strokeWidth={1.75} aria-hidden />
        <input
          role="combobox"
          aria-label="Search secrets, projects, people and commands"
          aria-expanded
          aria-controls={id}
          aria-activedescendant={at >= 0 ? rowId(at) : undefined}
          placeholder="Search secrets, projects, people and commands"
          autoComplete="off"
          spellCheck={false}
          value={text}
          onChange={(event) => {
            setText(event.target.value);
            setActive(0);
          }}
          onKeyDown={onKeyDown}
        />
      </div>
      <div ref={list} id={id} role="listbox" aria-label="Results" className="palette-list" tabIndex={-1}>
        {groups.map((group) => (
          <div key={group.name} role="group" aria-label={group.name}>
            <div className="palette-heading" aria-hidden>
              {group.name}
            </div>
            {group.results.map((result) => {
              const index = flat.indexOf(result);
              return (
                <Row
                  key={result.key}
                  id={rowId(index)}
                  result={result}
                  active={index === at}
                  onPoint={() => setActive(index)}
                />
              );
            })}
          </div>
        ))}
      </div>
      {flat.length === 0 ? (
        <p className="palette-empty" role="status">
          Nothing found
        </p>
      ) : null}
    </Modal>
  );
};
