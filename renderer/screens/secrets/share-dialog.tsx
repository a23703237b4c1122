import { useMemo } from 'react';
import type { Person } from '../../../app/model/people.js';
import type { SecretDetail } from '../../../app/model/secret.js';
import { Avatar } from '../../components/avatar.js';
import { PickDialog } from '../../components/pick-dialog.js';
import { useNodes } from '../../state/nodes.js';
import { trustOf, usePeople } from '../../state/people.js';
import { shareSecret } from '../../state/sharing.js';
import { AccountRow } from '../people/account-list.js';

const nameOf = (account: Person) => account.name;
const alarmed = 'Alarm: nothing is shared until it is settled';
const refusal = (account: Person) => (account.alarm === '' ? null : alarmed);

const Refused = ({ account }: { account: Person }) => (
  <>
    <Avatar account={account} />
    <span className="row-text">
      <span className="row-name truncate" title={account.name}>
        {account.name}
      </span>
      <span className="share-refused small truncate" title={alarmed}>
        {alarmed}
      </span>
    </span>
  </>
);

/** Chooses people and nodes to share a secret with. */
export const ShareDialog = ({ detail, onClose }: { detail: SecretDetail; onClose: () => void }) => {
  const people = usePeople((state) => state.items);
  const nodes = useNodes((state) => state.items);
  const offered = useMemo(() => {
    const has = new Set(detail.sharedWith.map(({ id }) => id));
    return [...people, ...nodes].filter(({ id, isSelf }) => !isSelf && !has.has(id));
  }, [people, nodes, detail.sharedWith]);
  const unverified = offered.some((account) => trustOf(account) === 'unverified');
  return (
    <PickDialog
      title={`Share “${detail.name.length > 40 ? `${detail.name.slice(0, 40)}…` : detail.name}”`}
      what="people and nodes"
      items={offered}
      keyOf={(account) => account.id}
      nameOf={nameOf}
      refusal={refusal}
      yes={(count) => (count === 0 ? 'Share' : `Share with ${count.toLocaleString('en')}`)}
      nothing={
        people.length + nodes.length <= 1
          ? 'Nobody else is on this store yet. A teammate joins by opening it in their own app.'
          : 'Everybody on this store can read it already.'
      }
      note={
        unverified ? (
          <p className="quiet small">
            Not verified means that you trust the store for whose key it is. Compare the fingerprint first, under People
            or Nodes.
          </p>
        ) : null
      }
      onPick={(ids) =>
        shareSecret(
          detail.id,
          offered.filter(({ id }) => ids.includes(id)),
        )
      }
      onClose={onClose}
    >
      {(account) => (refusal(account) === null ? <AccountRow person={account} /> : <Refused account={account} />)}
    </PickDialog>
  );
};
