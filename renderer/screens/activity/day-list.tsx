import { useEffect, useId, useRef, type KeyboardEvent } from 'react';
import type { ActivityDay } from '../../state/activity.js';
import { lineKey } from '../../state/project-log.js';
import { selectOne, stepTo, type Selection } from '../../state/selection.js';
import { LineRow } from './line-row.js';

const pageRows = 10;
const stepOf: Readonly<Record<string, number>> = {
  ArrowDown: 1,
  ArrowUp: -1,
  PageDown: pageRows,
  PageUp: -pageRows,
  Home: -Infinity,
  End: Infinity,
};

const clock = (iso: string): string =>
  new Date(iso).toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit' });

/**
 * Lines under the days they belong to. The contract gives at most 500, so all are in the page and the browser skips those out
 * of sight; like the other lists, the focus stays on the list and the active row is told by its id.
 */
export const DayList = ({
  days,
  selection,
  onSelect,
  onOpen,
  onShow,
}: {
  days: readonly ActivityDay[];
  selection: Selection;
  onSelect: (selection: Selection) => void;
  /** Enter */
  onOpen: () => void;
  /** a click */
  onShow: () => void;
}) => {
  const list = useRef<HTMLDivElement>(null);
  const id = useId();
  const lines = days.flatMap((day) => day.lines);
  const order = lines.map(lineKey);
  const rowId = (key: string) => `${id}-${key}`;
  useEffect(() => {
    list.current?.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: 'nearest' });
  }, [selection.active]);

  const onKeyDown = (event: KeyboardEvent) => {
    const step = stepOf[event.key];
    if (step !== undefined) {
      const next = stepTo(selection, order, step);
      if (next !== null) onSelect(selectOne(next));
    } else if (event.key === 'Enter' && selection.active !== null) onOpen();
    else return;
    event.preventDefault();
  };

  return (
    <div
      ref={list}
      className="day-list"
      role="listbox"
      aria-label="Activity"
      aria-activedescendant={selection.active === null ? undefined : rowId(selection.active)}
      tabIndex={0}
      data-list
      onKeyDown={onKeyDown}
    >
      {days.map((day) => (
        <div key={day.name} role="group" aria-label={day.name} className="day">
          <div className="day-name" aria-hidden>
            {day.name}
          </div>
          {day.lines.map((line) => {
            const key = lineKey(line);
            return (
              <div
                key={key}
                id={rowId(key)}
                role="option"
                className="day-row"
                aria-selected={key === selection.active}
                onClick={() => {
                  onSelect(selectOne(key));
                  onShow();
                }}
              >
                <LineRow line={line} more={line.projectName} end={clock(line.time)} />
              </div>
            );
          })}
        </div>
      ))}
    </div>
  );
};
