import { useEffect, useMemo, useRef, useState } from 'react';
import type { Person } from '../../../app/model/people.js';
import { Avatar } from '../../components/avatar.js';
import { SearchField } from '../../components/search-field.js';
import { VirtualList } from '../../components/virtual-list.js';
import { matching } from '../../state/matching.js';
import { useMembers } from '../../state/members.js';
import { useNodes } from '../../state/nodes.js';
import { usePeople } from '../../state/people.js';
import { noSelection, selectOne } from '../../state/selection.js';
import { TrustWords } from '../people/trust-words.js';

const rowHeight = 56;
const most = 100_000;

/** Everybody who could be added: people first, then nodes. */
const useCandidates = (): readonly Person[] => {
  const people = usePeople((state) => state.items);
  const nodes = useNodes((state) => state.items);
  const members = useMembers((state) => state.items);
  return useMemo(() => {
    const inside = new Set(members.map((member) => member.id));
    return [...people, ...nodes].filter((one) => !one.isSelf && !inside.has(one.id));
  }, [people, nodes, members]);
};

/** One of them: who it is, how far it is trusted, and why it cannot be chosen. */
export const Candidate = ({ person }: { person: Person }) => (
  <>
    <Avatar account={person} />
    <span className="row-text">
      <span className="row-name truncate" title={person.name}>
        {person.name}
      </span>
      <span className="account-facts">
        <TrustWords person={person} />
        {person.alarm === '' ? (
          person.sameName ? (
            <span className="quiet small truncate">· same name as another</span>
          ) : null
        ) : (
          <span className="quiet small truncate" title={person.alarm}>
            · its key changed, so it cannot be added
          </span>
        )}
      </span>
    </span>
  </>
);

/** Chooses one by search and arrows, or by a click; Enter takes the row. */
export const ChooseCandidate = ({ onChoose }: { onChoose: (person: Person) => void }) => {
  const candidates = useCandidates();
  const field = useRef<HTMLDivElement>(null);
  useEffect(() => field.current?.querySelector('input')?.focus(), []);
  const [search, setSearch] = useState('');
  const [selection, setSelection] = useState(noSelection);
  const shown = useMemo(() => matching(candidates, search, (one) => [one.name], most), [candidates, search]);
  const choose = (person: Person) => {
    if (person.alarm === '') onChoose(person);
  };
  return (
    <div ref={field} className="pick" data-pane>
      <SearchField label="Search people and nodes" value={search} onText={setSearch} />
      <div className="pick-list">
        {shown.length === 0 ? (
          <p className="pick-nothing quiet">
            {candidates.length === 0
              ? 'Everybody known here has access already. People appear once they open this store with Coretex Vault.'
              : 'Nobody has a name like that.'}
          </p>
        ) : (
          <VirtualList
            label="People and nodes"
            items={shown}
            rowHeight={rowHeight}
            keyOf={(one) => one.id}
            nameOf={(one) => one.name}
            selection={selection}
            onSelect={({ active }) => setSelection(active === null ? noSelection : selectOne(active))}
            onOpen={choose}
            rowProps={(one) => ({
              'aria-disabled': one.alarm !== '',
              onClick: () => {
                setSelection(selectOne(one.id));
                choose(one);
              },
            })}
          >
            {(one) => <Candidate person={one} />}
          </VirtualList>
        )}
      </div>
    </div>
  );
};
