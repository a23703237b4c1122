import { useEffect, useRef, type KeyboardEvent, type MouseEvent, type ReactNode } from 'react';
import { defaultRangeExtractor, useVirtualizer } from '@tanstack/react-virtual';
import { extendTo, selectAll, selectOne, stepTo, toggleOne, type Selection } from '../state/selection.js';
import { isMac } from '../state/shortcuts.js';
import './virtual-list.css';

type ListProps<T> = Readonly<{
  label: string;
  items: readonly T[];
  rowHeight: number;
  keyOf: (item: T) => string;
  /** what typing letters jumps to */
  nameOf: (item: T) => string;
  selection: Selection;
  onSelect: (selection: Selection) => void;
  /** Enter or a double click */
  onOpen: (item: T) => void;
  onKey?: (event: KeyboardEvent) => void;
  rowProps?: (item: T) => Record<string, unknown>;
  children: (item: T) => ReactNode;
}>;

const pageRows = 10;
const stepOf: Readonly<Record<string, number>> = {
  ArrowDown: 1,
  ArrowUp: -1,
  PageDown: pageRows,
  PageUp: -pageRows,
  Home: -Infinity,
  End: Infinity,
};

/** A listbox that draws only the rows in sight; the focus stays on the list, the active row is told by its id. */
export const VirtualList = <T,>(props: ListProps<T>) => {
  const { label, items, rowHeight, keyOf, selection, onSelect, onOpen, rowProps, children } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const order = items.map(keyOf);
  const activeIndex = selection.active === null ? -1 : order.indexOf(selection.active);
  // eslint-disable-next-line react-hooks/incompatible-library -- nothing it returns is memoized or handed on here
  const virtual = useVirtualizer({
    count: items.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 8,
    paddingEnd: 8,
    scrollPaddingEnd: 8,
    rangeExtractor: (range) => {
      const shown = defaultRangeExtractor(range);
      return activeIndex < 0 || shown.includes(activeIndex) ? shown : [...shown, activeIndex].sort((a, b) => a - b);
    },
  });
  useEffect(() => {
    if (activeIndex >= 0) virtual.scrollToIndex(activeIndex, { align: 'auto' });
  }, [activeIndex, virtual]);

  const onKeyDown = (event: KeyboardEvent) => {
    const mod = isMac ? event.metaKey : event.ctrlKey;
    const delta = stepOf[event.key];
    if (delta !== undefined && !mod) {
      const next = stepTo(selection, order, delta);
      if (next !== null) onSelect(event.shiftKey ? extendTo(selection, order, next) : selectOne(next));
    } else if (mod && event.key.toLowerCase() === 'a') onSelect(selectAll(order));
    else if (event.key === 'Enter') {
      const item = items[activeIndex];
      if (item) onOpen(item);
    } else if (!mod && !event.altKey && /^\S$/.test(event.key) && jump(props, activeIndex, event.key)) {
      // a letter that found its row
    } else {
      props.onKey?.(event);
      return;
    }
    event.preventDefault();
  };

  const onRow = (event: MouseEvent, key: string) => {
    if (event.shiftKey) onSelect(extendTo(selection, order, key));
    else if (isMac ? event.metaKey : event.ctrlKey) onSelect(toggleOne(selection, key));
    else onSelect(selectOne(key));
  };

  return (
    <div
      ref={scroller}
      className="list"
      role="listbox"
      aria-label={label}
      aria-multiselectable
      aria-activedescendant={activeIndex >= 0 ? rowId(label, activeIndex) : undefined}
      tabIndex={0}
      data-list
      onKeyDown={onKeyDown}
    >
      <div role="presentation" className="list-rows" style={{ height: virtual.getTotalSize() }}>
        {virtual.getVirtualItems().map((row) => {
          const item = items[row.index];
          if (item === undefined) return null;
          const key = keyOf(item);
          return (
            <div
              key={key}
              id={rowId(label, row.index)}
              role="option"
              className="list-row"
              aria-selected={selection.ids.has(key)}
              aria-setsize={items.length}
              aria-posinset={row.index + 1}
              data-active={row.index === activeIndex}
              style={{ height: rowHeight, transform: `translateY(${row.start}px)` }}
              onClick={(event) => onRow(event, key)}
              onDoubleClick={() => onOpen(item)}
              {...rowProps?.(item)}
            >
              {children(item)}
            </div>
          );
        })}
      </div>
    </div>
  );
};

const rowId = (label: string, index: number) => `${label.replace(/\W+/g, '-').toLowerCase()}-row-${index}`;

/** Selects the next row whose name starts with a letter. */
const jump = <T,>({ items, nameOf, keyOf, onSelect }: ListProps<T>, from: number, letter: string): boolean => {
  const starts = (item: T) => nameOf(item).toLowerCase().startsWith(letter.toLowerCase());
  const found = items.slice(from + 1).find(starts) ?? items.find(starts);
  if (found !== undefined) onSelect(selectOne(keyOf(found)));
  return found !== undefined;
};
