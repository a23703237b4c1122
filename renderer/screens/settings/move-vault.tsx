import { useEffect, useState } from 'react';
import { CircleAlert, Cloud, FolderClosed, TriangleAlert } from 'lucide-react';
import type { VaultError } from '../../../app/errors.js';
import { Button } from '../../components/button.js';
import { Dialog } from '../../components/dialog.js';
import { ErrorNote } from '../../components/error-note.js';
import { attempt } from '../../state/attempt.js';
import { bucketPlace, clearBucket, testBucket, useBucket } from '../../state/bucket-form.js';
import { client } from '../../state/client.js';
import { clearTrouble, moveVault, useUpkeep } from '../../state/upkeep.js';
import { Note } from '../people/account-notes.js';
import { BucketForm } from '../store/bucket-form.js';
import { suffices } from '../store/purpose.js';
import { WorkProgress } from './work-progress.js';
import '../secrets/generator.css';

type Folder = NonNullable<Awaited<ReturnType<typeof client.account.chooseFolder>>>;
type Kind = 'folder' | 's3';

const kinds = [
  ['s3', 'A bucket (S3)', Cloud],
  ['folder', 'A folder', FolderClosed],
] as const;

const Kinds = ({ kind, onKind }: { kind: Kind; onKind: (kind: Kind) => void }) => (
  <div className="segments" role="radiogroup" aria-label="Where to">
    {kinds.map(([name, label, Icon]) => (
      <button key={name} type="button" role="radio" aria-checked={name === kind} onClick={() => onKind(name)}>
        <Icon size={14} aria-hidden />
        {label}
      </button>
    ))}
  </div>
);

const ChooseFolder = ({ folder, onFolder }: { folder: Folder | null; onFolder: (folder: Folder) => void }) => {
  const pick = () =>
    attempt(async () => {
      const picked = await client.account.chooseFolder({});
      if (picked) onFolder(picked);
    });
  return (
    <>
      <div className="picked-folder">
        <FolderClosed size={16} aria-hidden />
        <span className={folder ? 'truncate' : 'truncate quiet'} title={folder?.label}>
          {folder?.label ?? 'No folder chosen yet'}
        </span>
        <Button onClick={() => void pick()}>Choose…</Button>
      </div>
      {folder?.holdsVault ? (
        <Note look="warn" icon={TriangleAlert} title="Something is already there">
          <p>If it is this vault from a move that was interrupted, the move goes on. Any other vault is left alone.</p>
        </Note>
      ) : null}
    </>
  );
};

const WhatHappens = () => (
  <ul className="what-happens">
    <li>Everything is copied and read back, still encrypted. You can cancel, and go on later.</li>
    <li>The old store stays as it is, with a note of where the vault went.</li>
    <li>Teammates need the new invitation, or the new folder.</li>
    <li>At the end the vault locks. Unlock it, and you are in the new place.</li>
  </ul>
);

const MoveTrouble = ({ error }: { error: VaultError }) =>
  error.code === 'already-exists' ? (
    <Note look="danger" icon={CircleAlert} title="Another vault is already there">
      <p>It was left untouched, and nothing of this one was moved. Choose another place.</p>
    </Note>
  ) : (
    <ErrorNote error={error} />
  );

/** The vault goes to another store. Once it runs, only its end or Cancel closes this. */
export const MoveVault = ({ onClose }: { onClose: () => void }) => {
  const [kind, setKind] = useState<Kind>('s3');
  const [folder, setFolder] = useState<Folder | null>(null);
  const { check, testing } = useBucket();
  const { work, trouble } = useUpkeep();
  const moving = work === 'move';
  const ready = kind === 's3' ? suffices(check, 'move') : folder !== null;
  // SECURITY (promise 9): keys that were typed go with the dialog, however it is left.
  useEffect(() => {
    clearTrouble();
    return clearBucket;
  }, []);

  const go = () => {
    if (moving) return;
    if (kind === 'folder') {
      if (folder) void moveVault({ kind, handle: folder.handle });
    } else if (ready) void moveVault(bucketPlace());
    else void testBucket();
  };
  const yes = kind === 'folder' || ready ? 'Move the vault' : check ? 'Test again' : 'Test connection';

  return (
    <Dialog
      title="Move the vault"
      onClose={() => {
        if (!moving) onClose();
      }}
      onSubmit={go}
      footer={
        moving ? undefined : (
          <>
            <Button onClick={onClose}>Cancel</Button>
            <Button look="primary" submit disabled={testing || (kind === 'folder' && !ready)}>
              {yes}
            </Button>
          </>
        )
      }
    >
      {trouble?.work === 'move' ? <MoveTrouble error={trouble.error} /> : null}
      <WhatHappens />
      {moving ? (
        <WorkProgress work="move" />
      ) : (
        <>
          <Kinds kind={kind} onKind={setKind} />
          {kind === 's3' ? <BucketForm purpose="move" /> : <ChooseFolder folder={folder} onFolder={setFolder} />}
        </>
      )}
    </Dialog>
  );
};
