import { VaultError } from '../../../app/errors.js';
import type { Mirror } from '../../store/mirror/mirror.js';
import type { Store } from '../../store/store.js';
import type { KeyRing } from '../account/key-ring.js';
import type { VaultContext } from '../context.js';
import { FileRecords } from '../files/file-records.js';
import { loadProfile } from '../profile/profile.js';
import { SecretRecords } from '../secrets/secret-records.js';
import type { CheckReport, Damage, StoreLocation, Upkeep, UpkeepWork } from '../vault.js';
import { workSignal } from '../work-signal.js';
import { looseBlobs, readBlobs, readRecords, unknownObjects, type RecordsRead } from './check.js';
import { collectGarbage, endUploads } from './collect.js';
import type { Examination } from './examination.js';
import { HeldObjects } from './held-objects.js';
import { Inventory } from './inventory.js';
import type { BlobLook } from './judge-blob.js';
import { MirrorCopies, ProfileCopies } from './local-copies.js';
import { movedProblem } from './moved-note.js';
import { followMove, moveStore, type MoveParts } from './move.js';
import { repairObjects } from './repair.js';
import { Steps } from './steps.js';
import type { OpenStoreAt } from './store-apart.js';
import type { WriteGate } from './write-gate.js';

export type UpkeepParts = Readonly<{
  context: VaultContext;
  keyRing: KeyRing;
  /** the store, where it is far away */
  mirror: Mirror | null;
  /** what the rest of the vault writes through */
  gate: WriteGate;
  openStoreAt: OpenStoreAt;
  /** brings the index up to the store */
  refresh: () => Promise<unknown>;
  /** sends what waits */
  flush: (signal: AbortSignal) => Promise<void>;
  /** an upload or re-encryption is writing just now */
  isWriting: () => boolean;
}>;

/** Checks, cleans, mends and moves the store of an open vault. */
export class StoreUpkeep implements Upkeep {
  readonly #parts: UpkeepParts;
  readonly #held: HeldObjects;
  /** one for all checks: what is derived for a context is kept until the lock */
  readonly #context: VaultContext;
  #isAtWork = false;

  constructor(parts: UpkeepParts) {
    this.#parts = parts;
    this.#held = new HeldObjects(parts.context.store);
    this.#context = { ...parts.context, store: this.#held };
  }

  /** The store was moved away: what waits here is not sent to where nobody looks any more. */
  get isDeparted(): boolean {
    return this.#parts.gate.isClosed;
  }

  /** Looks whether somebody moved this store away: then it is read and no longer written. Gives what a refresh tells of it. */
  async departed(): Promise<VaultError[]> {
    const { context, gate } = this.#parts;
    const problem = await movedProblem({ ...context, storeId: await this.#storeId() });
    gate.refuse(problem?.code === 'store-readonly' ? problem : null);
    return problem === null ? [] : [problem];
  }

  async check(options: Readonly<{ contents: boolean }> & UpkeepWork): Promise<CheckReport> {
    return this.#withStore(options, async (store, signal) => {
      const steps = new Steps(options);
      const look = this.#look(options.contents);
      await this.#parts.refresh();
      const examination = await this.#examination(store, signal, steps);
      const read = await readRecords(examination, steps);
      const blobs = await readBlobs(examination, read.references, { look, steps });
      const found = [...read.damages, ...blobs];
      const damages = found.length === 0 ? found : await this.#again({ store, signal }, look, found);
      const loose = await looseBlobs(examination, read, steps);
      const { inventory } = examination;
      const sizes = [...inventory.objects.values()].map(({ bytes }) => bytes);
      return {
        records: inventory.objects.size - inventory.blobs.length,
        blobs: inventory.blobs.length,
        bytes: sizes.reduce((sum, bytes) => sum + bytes, 0),
        damages: [...damages, ...unknownObjects(examination)].sort((one, other) => (one.key < other.key ? -1 : 1)),
        unjudged: read.unjudged + loose.unjudged,
        garbage: loose.garbage,
      };
    });
  }

  repair(report: CheckReport, work: UpkeepWork = {}): Promise<readonly string[]> {
    const keys = new Set(report.damages.filter(({ repairable }) => repairable).map(({ key }) => key));
    if (keys.size === 0) return Promise.resolve([]);
    return this.#withStore(work, async (store, signal) => {
      const steps = new Steps(work);
      await this.#requireHere();
      const examination = await this.#examination(store, signal, steps);
      const read = await this.#readFor(examination, keys);
      return repairObjects(examination, read, { keys, target: this.#writable(store), look: this.#look(true), steps });
    });
  }

  collect(report: CheckReport, graceMs: number, work: UpkeepWork = {}): Promise<readonly string[]> {
    const keys = report.garbage.map(({ key }) => key);
    return this.#withStore(work, async (store, signal) => {
      const steps = new Steps(work);
      await this.#parts.refresh();
      await this.#requireHere();
      const examination = await this.#examination(store, signal, steps);
      const removed = await collectGarbage(examination, { keys, graceMs, target: this.#writable(store), steps });
      await endUploads(store, graceMs, signal);
      return removed;
    });
  }

  move(to: StoreLocation, work: UpkeepWork = {}): Promise<Readonly<{ objects: number; bytes: number }>> {
    return this.#withStore(work, async (store, signal) =>
      moveStore(await this.#moveParts(store, signal), to, new Steps(work)),
    );
  }

  async follow(to: StoreLocation | null): Promise<StoreLocation> {
    const { context } = this.#parts;
    return followMove({ ...(await this.#moveParts(context.store, context.locked)) }, to);
  }

  /** Throws `store-readonly` for a store that was moved away: it stays as it was left. */
  async #requireHere(): Promise<void> {
    await this.departed();
    this.#parts.gate.requireOpen();
  }

  async #moveParts(store: Store, signal: AbortSignal): Promise<MoveParts> {
    const { context, mirror, gate, openStoreAt, flush, isWriting } = this.#parts;
    const storeId = await this.#storeId();
    const fetched = context.location.kind === 's3';
    return {
      context,
      mirror,
      storeId,
      source: store,
      fetched,
      target: this.#writable(store),
      gate,
      openStoreAt,
      flush,
      isWriting,
      signal,
    };
  }

  /** Looks a second time at what seemed wrong: somebody may have deleted or written while the store was read. */
  async #again(
    { store, signal }: Readonly<{ store: Store; signal: AbortSignal }>,
    look: BlobLook,
    found: readonly Damage[],
  ): Promise<Damage[]> {
    const keys = new Set(found.map(({ key }) => key));
    const steps = new Steps({});
    await this.#parts.refresh();
    const examination = await this.#examination(store, signal, steps);
    const read = await this.#readFor(examination, keys);
    const blobs = await readBlobs(examination, read.references, { look, steps, only: keys });
    return [...read.damages, ...blobs];
  }

  /** Records in question; for blobs, the records that say what they must be. */
  async #readFor(examination: Examination, keys: ReadonlySet<string>): Promise<RecordsRead> {
    const steps = new Steps({});
    const isOfBlobs = [...keys].some((key) => key.startsWith('blobs/'));
    const some = await readRecords(examination, steps, keys);
    if (!isOfBlobs) return some;
    return { ...(await readRecords(examination, steps)), damages: some.damages, remedies: some.remedies };
  }

  #look(contents: boolean): BlobLook {
    return { contents, fetched: this.#parts.context.location.kind === 's3' };
  }

  /** Writes to a bucket are announced to the others. */
  #writable(store: Store): Store {
    return this.#parts.mirror?.beyond ?? store;
  }

  async #examination(store: Store, signal: AbortSignal, steps: Steps): Promise<Examination> {
    const { keyRing, mirror } = this.#parts;
    const [held, context] = [this.#held, this.#context];
    held.lieOver(store);
    const { index, author, directory, profileDir } = context;
    const copies = new ProfileCopies(profileDir, directory);
    const waiting = mirror?.outbox.items().filter(({ operation }) => operation === 'put') ?? [];
    let kids: Promise<ReadonlySet<string>> | undefined;
    return {
      context,
      store,
      held,
      secrets: new SecretRecords({ store: held, index, author, keyRing, directory }),
      files: new FileRecords(context),
      inventory: await Inventory.read(store, signal, (count) => steps.at('list', count, 0)),
      copies: mirror === null ? copies : new MirrorCopies(mirror, copies),
      storeId: await this.#storeId(),
      waiting: new Set(waiting.map(({ key }) => key)),
      knownKids: () => (kids ??= directory.allWrapKids()),
      signal,
    };
  }

  async #storeId(): Promise<string> {
    const profile = await loadProfile(this.#parts.context.profileDir);
    if (profile === null) throw new VaultError('no-vault');
    return profile.storeId;
  }

  /** One at a time: two moves of one vault, or a collection during a move, would undo each other. */
  async #withStore<T>(work: UpkeepWork, run: (store: Store, signal: AbortSignal) => Promise<T>): Promise<T> {
    if (this.#isAtWork) throw new VaultError('busy', 'This vault is being checked, cleaned or moved already.');
    this.#isAtWork = true;
    try {
      return await this.#withOpened(workSignal(this.#parts.context, work.signal), run);
    } finally {
      this.#isAtWork = false;
    }
  }

  /** A check must see what the bucket holds, not what is kept of it here: a bucket is opened once more, without its mirror. */
  async #withOpened<T>(signal: AbortSignal, run: (store: Store, signal: AbortSignal) => Promise<T>): Promise<T> {
    const { context, openStoreAt } = this.#parts;
    if (context.location.kind === 'directory') return run(context.store, signal);
    const store = await openStoreAt(context.location, { create: false });
    try {
      return await run(store, signal);
    } finally {
      await store.close();
    }
  }
}
