import { UserPlus } from 'lucide-react';
import { EmptyState } from '../../components/empty-state.js';
import { loadPeople, searchPeople, usePeople } from '../../state/people.js';
import { useRoute } from '../../state/route.js';
import { backToList } from './account-head.js';
import { AccountList } from './account-list.js';
import { PersonDetail } from './person-detail.js';
import './people.css';

const select = (personId: string) => useRoute.setState({ route: { room: 'people', personId } });

const Alone = () => (
  <EmptyState icon={UserPlus} title="Nobody else yet">
    A teammate joins by opening this same store in their own Coretex Vault: “Add a vault”, then the folder that you both
    can reach. They appear here by themselves.
  </EmptyState>
);

/** The room of people: oneself first, then everybody else on this store. */
export const People = () => {
  const { items, loaded, error, search } = usePeople();
  const front = useRoute((state) => state.front);
  const personId = useRoute((state) => (state.route.room === 'people' ? state.route.personId : null));
  const person = items.find(({ id }) => id === personId) ?? items[0] ?? null;
  return (
    <div className="accounts" data-front={front}>
      <h1 className="visually-hidden">People</h1>
      <AccountList
        label="People"
        accounts={items}
        activeId={person?.id ?? null}
        loaded={loaded}
        error={error}
        search={search}
        onSearch={searchPeople}
        onSelect={select}
        onRetry={() => void loadPeople()}
        below={loaded && !error && items.length <= 1 ? <Alone /> : null}
      />
      <section
        className="detail-pane"
        aria-label="Person"
        data-pane
        onKeyDown={(event) => {
          if (event.key === 'Escape' && !event.defaultPrevented) backToList();
        }}
      >
        <PersonDetail person={person} />
      </section>
    </div>
  );
};
