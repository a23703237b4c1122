import { ArrowLeft, ShieldAlert, UserCog, UserMinus, Users } from 'lucide-react';
import type { Member } from '../../../app/model/people.js';
import type { Access } from '../../../app/model/project.js';
import { Avatar } from '../../components/avatar.js';
import { Button, IconButton } from '../../components/button.js';
import { EmptyState } from '../../components/empty-state.js';
import { formatTime } from '../../state/format.js';
import { openMembersDialog } from '../../state/members.js';
import { accessMeanings, accessNames, whyNotRemove, whyNotSetRole } from '../../state/project-rights.js';
import { goToAccount } from '../../state/route.js';
import { TrustWords } from '../people/trust-words.js';
import { backToList } from '../shell/panes.js';

const Alarm = ({ member }: { member: Member }) =>
  member.alarm === '' ? null : (
    <div className="account-note" data-look="danger" role="note">
      <ShieldAlert size={20} aria-hidden />
      <div>
        <p className="account-note-title">Something is wrong with the key of {member.name}</p>
        <p>{member.alarm}</p>
        <p>If it was not {member.name}, remove them here: the new key is not given to them.</p>
      </div>
    </div>
  );

const Facts = ({ member }: { member: Member }) => (
  <dl className="card facts">
    <div>
      <dt>{member.kind === 'node' ? 'Access' : 'Role'}</dt>
      <dd>
        {accessNames[member.access]}
        <p className="quiet small">{accessMeanings[member.access]}</p>
      </dd>
    </div>
    <div>
      <dt>Since</dt>
      <dd>{formatTime(member.since)}</dd>
    </div>
    <div>
      <dt>Given by</dt>
      <dd className="break">{member.by === member.id ? `${member.name}, who made the project` : member.byName}</dd>
    </div>
  </dl>
);

type ActionProps = Readonly<{ member: Member; members: readonly Member[]; mine: Access | undefined }>;

/** What can be done about a member; what cannot says why, once. */
const Actions = ({ member, members, mine }: ActionProps) => {
  const noRole = member.kind === 'node' ? null : whyNotSetRole(mine, member, members);
  const noRemoval = whyNotRemove(mine, member);
  const reasons = [...new Set([noRole, noRemoval].filter((reason) => reason !== null))];
  const actions = (noRole === null && member.kind !== 'node') || noRemoval === null;
  return (
    <section className="member-actions" aria-label={`Access of ${member.name}`}>
      {actions ? (
        <div className="member-buttons">
          {member.kind === 'node' || noRole !== null ? null : (
            <Button icon={UserCog} data-first onClick={() => openMembersDialog({ kind: 'role', member })}>
              Change role…
            </Button>
          )}
          {noRemoval === null ? (
            <Button icon={UserMinus} data-first onClick={() => openMembersDialog({ kind: 'remove', member })}>
              {member.kind === 'node' ? 'Revoke…' : 'Remove…'}
            </Button>
          ) : null}
        </div>
      ) : null}
      {reasons.map((reason) => (
        <p key={reason} className="quiet small">
          {reason}
        </p>
      ))}
    </section>
  );
};

/** One member: what they may do, since when, how far their key is trusted, and what can be done about it. */
export const MemberDetail = ({
  member,
  members,
  mine,
}: Readonly<{ member: Member | null }> & Omit<ActionProps, 'member'>) => {
  const back = <IconButton className="back" label="Back to the list" icon={ArrowLeft} onClick={backToList} />;
  if (!member)
    return (
      <>
        <div className="pane-head">{back}</div>
        <EmptyState icon={Users} title="Nobody selected" />
      </>
    );
  const room = member.kind === 'node' ? 'Nodes' : 'People';
  return (
    <>
      <div className="pane-head">
        {back}
        <span className="spacer" />
        <Button onClick={() => goToAccount(member.kind, member.id)}>Show in {room}</Button>
      </div>
      <div
        className="detail-scroll"
        key={member.id}
        tabIndex={-1}
        onKeyDown={(event) => {
          if (event.key === 'Escape' && !event.defaultPrevented) backToList();
        }}
      >
        <div className="detail-content">
          <header className="detail-head">
            <Avatar account={member} large />
            <div className="detail-names">
              <h2 className="selectable" title={member.name}>
                {member.name}
              </h2>
              <p className="detail-sub">
                <TrustWords person={{ ...member, keyChanged: false }} />
              </p>
            </div>
          </header>
          <Alarm member={member} />
          <Facts member={member} />
          <Actions member={member} members={members} mine={mine} />
        </div>
      </div>
    </>
  );
};
