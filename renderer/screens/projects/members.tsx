import { useMemo } from 'react';
import { Search, ShieldAlert, UserPlus } from 'lucide-react';
import type { Member } from '../../../app/model/people.js';
import { Avatar } from '../../components/avatar.js';
import { Button } from '../../components/button.js';
import { EmptyState } from '../../components/empty-state.js';
import { ErrorNote } from '../../components/error-note.js';
import { SearchField } from '../../components/search-field.js';
import { Badge } from '../../components/tag.js';
import { VirtualList } from '../../components/virtual-list.js';
import { formatDay } from '../../state/format.js';
import { matching } from '../../state/matching.js';
import { loadMembers, openMembersDialog, searchMembers, selectMembers, useMembers } from '../../state/members.js';
import { accessNames, mayManage } from '../../state/project-rights.js';
import { useProjects } from '../../state/projects.js';
import { showFront, useRoute } from '../../state/route.js';
import { noSelection, selectOne, within } from '../../state/selection.js';
import { openDetail } from '../shell/panes.js';
import { MemberDetail } from './member-detail.js';

const rowHeight = 56;
const most = 100_000;

/** "Since 3 Feb, by Ada", "Since today" */
const givenWords = ({ id, since, by, byName }: Member): string => {
  const day = formatDay(since);
  const when = day.includes(':') ? 'today' : day.replace('Yesterday', 'yesterday');
  return `Since ${when}${by === id ? '' : `, by ${byName}`}`;
};

const Row = ({ member }: { member: Member }) => (
  <>
    <Avatar account={member} />
    <span className="row-text">
      <span className="row-name truncate" title={member.name}>
        {member.name}
        {member.isSelf ? ' (you)' : ''}
      </span>
      <span className="quiet small truncate" title={givenWords(member)}>
        {givenWords(member)}
      </span>
    </span>
    {member.alarm === '' ? null : (
      <span className="member-alarm">
        <ShieldAlert size={16} aria-hidden />
        <span className="visually-hidden">Alarm</span>
      </span>
    )}
    <Badge>{accessNames[member.access]}</Badge>
  </>
);

const List = ({ shown, activeId }: { shown: readonly Member[]; activeId: string | null }) => (
  <VirtualList
    label="Members"
    items={shown}
    rowHeight={rowHeight}
    keyOf={(member) => member.id}
    nameOf={(member) => member.name}
    selection={activeId === null ? noSelection : selectOne(activeId)}
    onSelect={({ active }) => selectMembers(active === null ? noSelection : selectOne(active))}
    onOpen={openDetail}
    rowProps={() => ({ onClickCapture: () => showFront('detail') })}
  >
    {(member) => <Row member={member} />}
  </VirtualList>
);

/** Who has access to a project, and what each may do. */
export const Members = ({ projectId }: { projectId: string }) => {
  const { items, loaded, error, search, selection } = useMembers();
  const role = useProjects((state) => state.items.find((item) => item.id === projectId)?.role);
  const front = useRoute((state) => state.front);
  const shown = useMemo(
    () => matching(items, search, (member) => [member.name, accessNames[member.access]], most),
    [items, search],
  );
  const kept = useMemo(
    () =>
      within(
        selection,
        shown.map((member) => member.id),
      ),
    [selection, shown],
  );
  const active = shown.find((member) => member.id === kept.active) ?? null;
  return (
    <div className="browser members" data-front={front}>
      <section className="list-pane" aria-label="Members list" data-pane>
        <div className="pane-head">
          <SearchField label="Search members" value={search} onText={searchMembers} />
          {mayManage(role) ? (
            <Button look="primary" icon={UserPlus} onClick={() => openMembersDialog({ kind: 'add' })}>
              Add…
            </Button>
          ) : null}
        </div>
        {error ? (
          <div className="pane-note">
            <ErrorNote error={error} onRetry={() => void loadMembers(projectId)} />
          </div>
        ) : null}
        {shown.length > 0 ? <List shown={shown} activeId={kept.active} /> : null}
        {loaded && !error && shown.length === 0 ? (
          <EmptyState
            icon={Search}
            title="Nobody found"
            action={<Button onClick={() => searchMembers('')}>Clear search</Button>}
          >
            Nobody with access has a name or role like that.
          </EmptyState>
        ) : null}
      </section>
      <section className="detail-pane" aria-label="Member" data-pane>
        <MemberDetail member={active} members={items} mine={role} />
      </section>
    </div>
  );
};
