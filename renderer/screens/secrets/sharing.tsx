import { useState } from 'react';
import { Share2, UserMinus } from 'lucide-react';
import type { Person } from '../../../app/model/people.js';
import type { SecretDetail } from '../../../app/model/secret.js';
import { Avatar } from '../../components/avatar.js';
import { Button, IconButton } from '../../components/button.js';
import { Confirm } from '../../components/confirm.js';
import { useNodes } from '../../state/nodes.js';
import { usePeople } from '../../state/people.js';
import { goToAccount } from '../../state/route.js';
import { unshareSecret } from '../../state/sharing.js';
import { TrustWords } from '../people/trust-words.js';
import { leaveThen } from '../shell/leave-then.js';
import { ShareDialog } from './share-dialog.js';

type Reader = SecretDetail['sharedWith'][number];

const useKnown = (reader: Reader): Person | undefined => {
  const person = usePeople((state) => state.items.find(({ id }) => id === reader.id));
  const node = useNodes((state) => state.items.find(({ id }) => id === reader.id));
  return person ?? node;
};

const Unshare = ({ detail, reader }: { detail: SecretDetail; reader: Reader }) => {
  const [asking, setAsking] = useState(false);
  return (
    <>
      <IconButton label={`Stop sharing with ${reader.name}`} icon={UserMinus} onClick={() => setAsking(true)} />
      {asking ? (
        <Confirm
          title={`Stop sharing with ${reader.name}?`}
          yes="Stop sharing"
          onYes={() => void unshareSecret(detail.id, reader)}
          onClose={() => setAsking(false)}
        >
          {reader.name} reads no later version of “{detail.name}”. The versions until now stay readable for them, and
          they may have copied the values: so change it at its source too, and save the new value here.
        </Confirm>
      ) : null}
    </>
  );
};

const Row = ({ detail, reader, owner }: { detail: SecretDetail; reader: Reader; owner: boolean }) => {
  const known = useKnown(reader);
  return (
    <li className="reader">
      <Avatar account={reader} />
      <span className="row-text">
        <button
          type="button"
          className="link reach-name truncate"
          title={reader.name}
          onClick={() => leaveThen(() => goToAccount(reader.kind, reader.id))}
        >
          {reader.name}
        </button>
        <span className="account-facts">
          {known ? <TrustWords person={known} /> : null}
          {owner ? <span className="quiet small">{known ? '· ' : ''}Owner</span> : null}
        </span>
      </span>
      {detail.mine && !owner && !detail.trashed ? <Unshare detail={detail} reader={reader} /> : null}
    </li>
  );
};

/** Who can read a secret, its owner first; and, for its owner, sharing it and ending that. */
export const Sharing = ({ detail }: { detail: SecretDetail }) => {
  const [sharing, setSharing] = useState(false);
  if (detail.type === 'project') return null;
  const [owner, ...others] = detail.sharedWith;
  const mayShare = detail.mine && !detail.trashed;
  return (
    <section className="card sharing" aria-label="Shared with">
      <div className="sharing-head">
        <h3>{others.length === 0 && detail.mine ? 'Only you can read this' : 'Shared with'}</h3>
        {mayShare ? (
          <Button icon={Share2} onClick={() => setSharing(true)}>
            Share…
          </Button>
        ) : null}
      </div>
      {owner && others.length > 0 ? (
        <ul aria-label="Readers">
          {detail.sharedWith.map((reader) => (
            <Row key={reader.id} detail={detail} reader={reader} owner={reader.id === owner.id} />
          ))}
        </ul>
      ) : null}
      {sharing ? <ShareDialog detail={detail} onClose={() => setSharing(false)} /> : null}
    </section>
  );
};
