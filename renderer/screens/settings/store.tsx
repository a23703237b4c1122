import { useEffect, useState } from 'react';
import { KeyRound } from 'lucide-react';
import { Button } from '../../components/button.js';
import { SettingRow } from '../../components/switch.js';
import { isFar, useSync } from '../../state/sync.js';
import { loadLocation, saveInvitation, useUpkeep, type StoreLocation } from '../../state/upkeep.js';
import { Note } from '../people/account-notes.js';
import { CheckStore } from './check-store.js';
import { MoveVault } from './move-vault.js';
import { ReplaceKeys } from './replace-keys.js';
import { SyncLimits } from './sync-limits.js';
import '../people/people.css';
import './store.css';

type BucketLocation = StoreLocation & { s3: NonNullable<StoreLocation['s3']> };
const isBucket = (location: StoreLocation): location is BucketLocation => location.s3 !== null;

const BucketFacts = ({ location }: { location: BucketLocation }) => {
  const { endpoint, region, bucket, prefix } = location.s3;
  const facts = [
    ['Server', endpoint],
    ['Region', region],
    ['Bucket', bucket],
    ['Folder in the bucket', prefix ?? ''],
    ['Access key ID', location.accessKeyId ?? ''],
  ] as const;
  return (
    <dl className="store-facts">
      {facts
        .filter(([, value]) => value !== '')
        .map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd className="selectable">{value}</dd>
          </div>
        ))}
    </dl>
  );
};

const Bucket = ({ location, onKeys }: { location: BucketLocation; onKeys: () => void }) => (
  <>
    {location.accessKeyId === null ? (
      <Note look="warn" icon={KeyRound} title="This computer has no keys for the bucket">
        <p>Everything you have seen stays readable. Nothing is sent or fetched until you enter keys.</p>
      </Note>
    ) : null}
    <div className="card">
      <BucketFacts location={location} />
      <SettingRow label="Keys" hint="They lie in the keychain of this computer, and in no file.">
        <Button onClick={onKeys}>{location.accessKeyId === null ? 'Enter keys…' : 'Replace keys…'}</Button>
      </SettingRow>
      <SettingRow
        label="Invitation"
        hint="A file that leads teammates to this bucket. It holds no keys: give them those apart."
      >
        <Button onClick={() => void saveInvitation()}>Save invitation…</Button>
      </SettingRow>
    </div>
  </>
);

const Folder = ({ location }: { location: StoreLocation }) => (
  <div className="card">
    <dl className="store-facts">
      <div>
        <dt>Folder</dt>
        <dd className="selectable">{location.label}</dd>
      </div>
    </dl>
  </div>
);

/** Where the vault's store is, and what can be done to it as a whole. */
export const Store = () => {
  const location = useUpkeep((state) => state.location);
  const far = useSync(isFar);
  const busy = useUpkeep((state) => state.work !== null);
  const [open, setOpen] = useState<'keys' | 'move' | null>(null);
  useEffect(() => {
    void loadLocation();
  }, []);
  if (!location) return null;
  return (
    <>
      {isBucket(location) ? (
        <Bucket location={location} onKeys={() => setOpen('keys')} />
      ) : (
        <Folder location={location} />
      )}
      {far ? <SyncLimits /> : null}
      <h2>Upkeep</h2>
      <CheckStore />
      <div className="card">
        <SettingRow label="Move the vault" hint="To a bucket or a folder. The old store stays as it is.">
          <Button disabled={busy} onClick={() => setOpen('move')}>
            Move…
          </Button>
        </SettingRow>
      </div>
      {open === 'keys' ? <ReplaceKeys location={location} onClose={() => setOpen(null)} /> : null}
      {open === 'move' ? <MoveVault onClose={() => setOpen(null)} /> : null}
    </>
  );
};
