import { Ban, TriangleAlert, UserRound } from 'lucide-react';
import type { SecretDetail } from '../../../app/model/secret.js';
import { listNames } from '../../state/sharing.js';
import { Note } from '../people/account-notes.js';

const namesOf = (accounts: readonly Readonly<{ name: string }>[]) => listNames(accounts.map(({ name }) => name));

/** What sharing means for this secret: whose it is, whether that has ended, and who may still have its values. */
export const SharingNotes = ({ detail }: { detail: SecretDetail }) => {
  if (!detail.mine && detail.ended)
    return (
      <Note look="warn" icon={Ban} title={`${detail.ownerName} no longer shares this with you`}>
        <p>This is the last version that you could read. It may be out of date.</p>
      </Note>
    );
  if (!detail.mine)
    return (
      <Note look="plain" icon={UserRound} title={`Shared by ${detail.ownerName}`}>
        <p>You can read and copy it. Only its owner can change, share or delete it.</p>
      </Note>
    );
  if (detail.exposedTo.length === 0) return null;
  return (
    <Note look="warn" icon={TriangleAlert} title={`${namesOf(detail.exposedTo)} could read this`}>
      <p>
        It is no longer shared with {detail.exposedTo.length === 1 ? 'them' : 'any of them'}, but the values may have
        been kept. Change them at their source, then save the new ones here: this note goes then.
      </p>
    </Note>
  );
};
