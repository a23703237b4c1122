import { useMemo, useState, type KeyboardEvent, type ReactNode } from 'react';
import { Check } from 'lucide-react';
import { matching } from '../state/matching.js';
import { noSelection, selectOne } from '../state/selection.js';
import { Button } from './button.js';
import { Dialog } from './dialog.js';
import { SearchField } from './search-field.js';
import { VirtualList } from './virtual-list.js';
import './pick-dialog.css';

type PickProps<T> = Readonly<{
  title: string;
  /** what "Search …" looks for, and what the list holds: "people and nodes" */
  what: string;
  items: readonly T[];
  keyOf: (item: T) => string;
  nameOf: (item: T) => string;
  /** why it cannot be picked; null when it can */
  refusal?: (item: T) => string | null;
  /** the button, for so many picked */
  yes: (count: number) => string;
  /** true when it worked: the dialog closes */
  onPick: (keys: readonly string[]) => Promise<boolean>;
  onClose: () => void;
  /** what the list says when there is nothing to pick from at all */
  nothing: string;
  note?: ReactNode;
  children: (item: T) => ReactNode;
}>;

const rowHeight = 48;
const most = 100_000;

const toggled = (picked: ReadonlySet<string>, key: string): ReadonlySet<string> => {
  const next = new Set(picked);
  if (!next.delete(key)) next.add(key);
  return next;
};

/** Picks any number from a list that may be long. The list stays as high as it is, whatever is searched for. */
export const PickDialog = <T,>(props: PickProps<T>) => {
  const { title, what, items, keyOf, nameOf, refusal, yes, onPick, onClose, nothing, note, children } = props;
  const [search, setSearch] = useState('');
  const [selection, setSelection] = useState(noSelection);
  const [picked, setPicked] = useState<ReadonlySet<string>>(new Set());
  const [busy, setBusy] = useState(false);
  const shown = useMemo(() => matching(items, search, (item) => [nameOf(item)], most), [items, search, nameOf]);
  const refused = (item: T) => refusal?.(item) ?? null;
  const toggle = (item: T) => {
    if (refused(item) === null) setPicked((before) => toggled(before, keyOf(item)));
  };
  const submit = async () => {
    if (picked.size === 0 || busy) return;
    setBusy(true);
    if (await onPick([...picked])) onClose();
    else setBusy(false);
  };
  const onSpace = (event: KeyboardEvent) => {
    if (event.key !== ' ') return;
    event.preventDefault();
    const item = shown.find((one) => keyOf(one) === selection.active);
    if (item !== undefined) toggle(item);
  };
  return (
    <Dialog
      title={title}
      onClose={onClose}
      onSubmit={() => void submit()}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button look="primary" submit disabled={picked.size === 0 || busy}>
            {yes(picked.size)}
          </Button>
        </>
      }
    >
      <div className="pick" data-pane>
        <SearchField label={`Search ${what}`} value={search} onText={setSearch} />
        <div className="pick-list">
          {shown.length === 0 ? (
            <p className="pick-nothing quiet">{items.length === 0 ? nothing : `Nothing here is called “${search}”.`}</p>
          ) : (
            <VirtualList
              label={`Pick ${what}`}
              items={shown}
              rowHeight={rowHeight}
              keyOf={keyOf}
              nameOf={nameOf}
              selection={selection}
              onSelect={(next) => setSelection(next.active === null ? noSelection : selectOne(next.active))}
              onOpen={toggle}
              onKey={onSpace}
              rowProps={(item) => ({
                'aria-selected': picked.has(keyOf(item)),
                'aria-disabled': refused(item) !== null,
                onClick: () => {
                  setSelection(selectOne(keyOf(item)));
                  toggle(item);
                },
                onDoubleClick: undefined,
              })}
            >
              {(item) => (
                <>
                  <span className="pick-box" data-on={picked.has(keyOf(item))} aria-hidden>
                    {picked.has(keyOf(item)) ? <Check size={12} strokeWidth={3} /> : null}
                  </span>
                  {children(item)}
                </>
              )}
            </VirtualList>
          )}
        </div>
        {note}
      </div>
    </Dialog>
  );
};
