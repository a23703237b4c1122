import { useMemo, type ReactNode } from 'react';
import { Search } from 'lucide-react';
import type { VaultError } from '../../../app/errors.js';
import type { Person } from '../../../app/model/people.js';
import { Avatar } from '../../components/avatar.js';
import { Button } from '../../components/button.js';
import { EmptyState } from '../../components/empty-state.js';
import { ErrorNote } from '../../components/error-note.js';
import { SearchField } from '../../components/search-field.js';
import { VirtualList } from '../../components/virtual-list.js';
import { matching } from '../../state/matching.js';
import { showFront } from '../../state/route.js';
import { noSelection, selectOne } from '../../state/selection.js';
import { TrustWords } from './trust-words.js';

const rowHeight = 56;
const most = 100_000;

/** A person or node in a list: who it is and how far it is trusted. */
export const AccountRow = ({ person }: { person: Person }) => (
  <>
    <Avatar account={person} />
    <span className="row-text">
      <span className="row-name truncate" title={person.name}>
        {person.name}
      </span>
      <span className="account-facts">
        <TrustWords person={person} />
        {person.sameName ? <span className="quiet small truncate">· same name as another</span> : null}
      </span>
    </span>
  </>
);

const openDetail = () => {
  showFront('detail');
  setTimeout(() => document.querySelector<HTMLElement>('.detail-pane [data-first]')?.focus());
};

/** The list pane of people or nodes. */
export const AccountList = ({
  label,
  accounts,
  activeId,
  loaded,
  error,
  search,
  onSearch,
  onSelect,
  onRetry,
  action,
  above,
  below,
}: {
  label: string;
  accounts: readonly Person[];
  activeId: string | null;
  loaded: boolean;
  error: VaultError | null;
  search: string;
  onSearch: (text: string) => void;
  onSelect: (id: string) => void;
  onRetry: () => void;
  action?: ReactNode;
  /** between the search and the list */
  above?: ReactNode;
  /** under the list, when nothing is searched for */
  below?: ReactNode;
}) => {
  const shown = useMemo(() => matching(accounts, search, (one) => [one.name], most), [accounts, search]);
  return (
    <section className="list-pane" aria-label={`${label} list`} data-pane>
      <div className="pane-head">
        <SearchField label={`Search ${label.toLowerCase()}`} value={search} onText={onSearch} />
        {action}
      </div>
      {above}
      {error ? (
        <div className="pane-note">
          <ErrorNote error={error} onRetry={onRetry} />
        </div>
      ) : null}
      {shown.length > 0 ? (
        <div className="account-rows">
          <VirtualList
            label={label}
            items={shown}
            rowHeight={rowHeight}
            keyOf={(one) => one.id}
            nameOf={(one) => one.name}
            selection={activeId === null ? noSelection : selectOne(activeId)}
            onSelect={({ active }) => active !== null && onSelect(active)}
            onOpen={openDetail}
            rowProps={() => ({ onClickCapture: () => showFront('detail') })}
          >
            {(one) => <AccountRow person={one} />}
          </VirtualList>
        </div>
      ) : loaded && search.trim() !== '' ? (
        <EmptyState
          icon={Search}
          title="Nobody found"
          action={<Button onClick={() => onSearch('')}>Clear search</Button>}
        >
          No name here holds every word of “{search.length > 60 ? `${search.slice(0, 60)}…` : search}”.
        </EmptyState>
      ) : null}
      {search.trim() === '' ? below : null}
    </section>
  );
};
