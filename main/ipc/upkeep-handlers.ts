import type { CheckReportView } from '../../app/contract/store.js';
import type { Handlers } from '../../app/contract/index.js';
import { VaultError } from '../../app/errors.js';
import type { S3Location } from '../../app/model/store.js';
import { entryOf } from '../vault/keychain/bucket-keychain.js';
import type { CheckReport, StoreLocation, UpkeepWork, Vault } from '../vault/vault.js';
import { keepKeys } from './bucket-access.js';
import type { Emit } from './events.js';
import type { PathHandles } from './path-handles.js';
import type { BucketKeys } from './ports.js';
import type { VaultHost } from './vault-host.js';

type Work = 'move' | 'check' | 'repair' | 'collect';
type UpkeepHandlers = Pick<Handlers['store'], Work | 'cancel'>;
type Place = Parameters<UpkeepHandlers['move']>[0]['to'];

const weekMs = 7 * 24 * 60 * 60 * 1000;

/** How many damages the page is shown; the command tells all of them. */
const mostDamages = 1_000;

/** Checks, mends, cleans and moves the open vault's store, one of them at a time. A report is good until the vault locks. */
export const upkeepHandlers = (
  host: VaultHost,
  { bucketKeys, handles, emit }: Readonly<{ bucketKeys: BucketKeys; handles: PathHandles; emit: Emit }>,
): UpkeepHandlers => {
  const reports = new WeakMap<Vault, CheckReport>();
  let stop: AbortController | null = null;

  const running = async <T>(work: Work, run: (options: UpkeepWork) => Promise<T>): Promise<T> => {
    if (stop !== null) throw new VaultError('busy', 'This vault is being checked, cleaned or moved already.');
    const own = new AbortController();
    stop = own;
    try {
      const signal = AbortSignal.any([own.signal, host.lockSignal()]);
      return await run({ signal, onProgress: (progress) => emit('store', 'progress', { work, ...progress }) });
    } finally {
      stop = null;
    }
  };

  const lastReport = (vault: Vault): CheckReport => {
    const report = reports.get(vault);
    if (report === undefined) throw new VaultError('invalid-input', 'Check the vault first.');
    return report;
  };

  return {
    check: async ({ contents }) => {
      const vault = host.vault();
      const report = await running('check', (work) => vault.upkeep.check({ contents, ...work }));
      reports.set(vault, report);
      return viewOf(report);
    },

    repair: async () => {
      const vault = host.vault();
      const repaired = await running('repair', (work) => vault.upkeep.repair(lastReport(vault), work));
      return { repaired: repaired.length };
    },

    collect: async () => {
      const vault = host.vault();
      const removed = await running('collect', (work) => vault.upkeep.collect(lastReport(vault), weekMs, work));
      return { removed: removed.length };
    },

    move: async ({ to }) => {
      const vault = host.vault();
      const moved = await running('move', (work) =>
        withKeys(to, { bucketKeys, here: vault.location }, () => vault.upkeep.move(locationOf(to, handles), work)),
      );
      // the page is answered first: what is under way when the vault locks ends with `locked`
      setImmediate(() => void host.lock('asked'));
      return { objects: moved.objects, bytes: moved.bytes };
    },

    cancel: () => {
      stop?.abort();
      return {};
    },
  };
};

type Access = Readonly<{ bucketKeys: BucketKeys; here: StoreLocation }>;

/** Lends the keys of the new place as long as the work takes; when it succeeds, they are kept, and else nowhere. */
const withKeys = async <T>(to: Place, { bucketKeys, here }: Access, work: () => Promise<T>): Promise<T> => {
  // where the vault is already nothing can be moved to, and the keys that it works with stay as they are
  if (to.kind !== 's3' || isAt(here, to.location)) return work();
  bucketKeys.lend(to.location, to.keys);
  try {
    const done = await work();
    await keepKeys(bucketKeys, to);
    return done;
  } catch (error) {
    bucketKeys.takeBack(to.location);
    throw error;
  }
};

const isAt = (here: StoreLocation, place: S3Location): boolean =>
  here.kind === 's3' && entryOf(here) === entryOf(place);

const locationOf = (to: Place, handles: PathHandles): StoreLocation =>
  to.kind === 's3' ? { kind: 's3', ...to.location } : { kind: 'directory', path: handles.resolve(to.handle) };

const viewOf = ({ records, blobs, bytes, damages, unjudged, garbage }: CheckReport): CheckReportView => ({
  records,
  blobs,
  bytes,
  damages: damages.slice(0, mostDamages).map(({ error, ...damage }) => ({ ...damage, message: error.message })),
  unjudged,
  garbageObjects: garbage.length,
  garbageBytes: garbage.reduce((sum, one) => sum + one.bytes, 0),
});
