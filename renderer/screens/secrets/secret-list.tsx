import { ArrowUpDown, Plus, Star, Users } from 'lucide-react';
import type { SecretSummary } from '../../../app/model/secret.js';
import { Button, IconButton } from '../../components/button.js';
import { ErrorNote } from '../../components/error-note.js';
import { Menu, MenuChoice, MenuLabel } from '../../components/menu.js';
import { ProgressBar } from '../../components/progress.js';
import { SearchField } from '../../components/search-field.js';
import { SecretIcon } from '../../components/secret-icon.js';
import { Badge } from '../../components/tag.js';
import { VirtualList } from '../../components/virtual-list.js';
import { WaitsMark } from '../../components/waits-mark.js';
import { tellFailure } from '../../state/attempt.js';
import { inConflict } from '../../state/conflicts.js';
import { formatDay } from '../../state/format.js';
import { showFront, type SecretFilter } from '../../state/route.js';
import { loadSecrets, searchSecrets, select, sortSecrets, trashSecrets, useSecrets } from '../../state/secrets.js';
import type { Selection } from '../../state/selection.js';
import { ownAmong } from '../../state/sharing.js';
import { printKeys } from '../../state/shortcuts.js';
import { leaveThen } from '../shell/leave-then.js';
import { newSecret } from '../shell/use-shortcuts.js';
import { DraftBanner } from './draft-banner.js';
import { NoSecrets } from './no-secrets.js';
import { TrashBar } from './trash-bar.js';
import { typeNames } from './type-names.js';

const rowHeight = 56;

const Row = ({ item, byTime }: { item: SecretSummary; byTime: boolean }) => (
  <>
    <SecretIcon type={item.type} />
    <span className="row-text">
      <span className="row-name truncate" title={item.name}>
        {item.name}
      </span>
      <span className="quiet small truncate" title={item.subtitle}>
        {item.subtitle || typeNames[item.type].one}
      </span>
    </span>
    {item.mine || item.ended ? null : <Badge>{item.ownerName}</Badge>}
    {item.ended ? <Badge look="warn">Ended</Badge> : null}
    {item.mine && inConflict(item) ? <Badge look="warn">Two versions</Badge> : null}
    <WaitsMark id={item.id} />
    {item.mine && item.readers > 1 ? (
      <Users className="row-shared" size={14} role="img" aria-label={`Shared with ${item.readers - 1}`} />
    ) : null}
    {item.favourite ? <Star className="row-star" size={14} role="img" aria-label="Favourite" /> : null}
    {byTime ? <span className="quiet small row-day">{formatDay(item.modified)}</span> : null}
  </>
);

const SortMenu = () => {
  const sort = useSecrets((state) => state.sort);
  return (
    <Menu trigger={<IconButton label="Sort" icon={ArrowUpDown} />}>
      <MenuLabel>Sort by</MenuLabel>
      <MenuChoice label="Name" checked={sort === 'name'} onSelect={() => sortSecrets('name')} />
      <MenuChoice label="Last changed" checked={sort === 'modified'} onSelect={() => sortSecrets('modified')} />
    </Menu>
  );
};

const Indexing = () => {
  const indexing = useSecrets((state) => state.indexing);
  if (!indexing) return null;
  return (
    <div className="indexing" role="status">
      <p className="quiet small">
        Reading {indexing.done.toLocaleString('en')} of {indexing.total.toLocaleString('en')} secrets…
      </p>
      <ProgressBar label="Reading secrets" fraction={indexing.total > 0 ? indexing.done / indexing.total : 0} />
    </div>
  );
};

const openDetail = () => {
  showFront('detail');
  setTimeout(() => document.querySelector<HTMLElement>('.detail-pane [data-first]')?.focus());
};

export const SecretList = ({
  filter,
  shown,
  selection,
}: {
  filter: SecretFilter;
  shown: readonly SecretSummary[];
  selection: Selection;
}) => {
  const { search, sort, loaded, error } = useSecrets();
  const inTrash = filter.kind === 'trash';
  return (
    <section className="list-pane" aria-label="Secrets list" data-pane>
      <div className="pane-head">
        <SearchField
          label="Search secrets"
          value={search}
          onText={(text) => void searchSecrets(text).catch(tellFailure)}
        />
        <SortMenu />
        <Button
          look="primary"
          className="new-button"
          icon={Plus}
          aria-label="New secret"
          title={`New secret (${printKeys('new-secret').join(' ')})`}
          onClick={newSecret}
        >
          New
        </Button>
      </div>
      <Indexing />
      <DraftBanner />
      {inTrash && shown.length > 0 ? <TrashBar ids={ownAmong(shown.map((item) => item.id))} /> : null}
      {error ? (
        <div className="pane-note">
          <ErrorNote error={error} onRetry={() => void loadSecrets()} />
        </div>
      ) : null}
      {shown.length > 0 ? (
        <VirtualList
          label="Secrets"
          items={shown}
          rowHeight={rowHeight}
          keyOf={(item) => item.id}
          nameOf={(item) => item.name}
          selection={selection}
          onSelect={(next) => leaveThen(() => select(next))}
          onOpen={openDetail}
          rowProps={() => ({ onClickCapture: openOnClick })}
          onKey={(event) => {
            if ((event.key === 'Delete' || event.key === 'Backspace') && !inTrash)
              void trashSecrets(ownAmong(selection.ids));
          }}
        >
          {(item) => <Row item={item} byTime={sort === 'modified' && search === ''} />}
        </VirtualList>
      ) : loaded && !error ? (
        <NoSecrets filter={filter} search={search} />
      ) : null}
    </section>
  );
};

/** In a narrow window a click opens the detail; with a modifier it selects only. */
const openOnClick = (event: MouseEvent): void => {
  if (!event.shiftKey && !event.ctrlKey && !event.metaKey) showFront('detail');
};
