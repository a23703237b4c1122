import { VaultError } from '../../../app/errors.js';
import { syncSettingsPatch } from '../../../app/model/sync.js';
import type { MergeNotice, SyncSettings, SyncSettingsPatch, SyncStatus, WaitingItem } from '../../../app/model/sync.js';
import type { Mirror } from '../../store/mirror/mirror.js';
import type { ContentsCache } from '../../store/mirror/blob-cache.js';
import type { KeyRing } from '../account/key-ring.js';
import type { Bandwidth } from '../bucket-store.js';
import type { VaultContext } from '../context.js';
import type { Sync } from '../vault.js';
import type { WriteGate } from '../upkeep/write-gate.js';
import { workSignal } from '../work-signal.js';
import { gatedOutbox } from './gated-outbox.js';
import { OutboxFlush } from './flush.js';
import { PinnedContents } from './pinned-contents.js';
import { statusOf, StatusTeller } from './status.js';
import { saveSyncSettings } from './sync-settings.js';
import type { WaitingObject, WaitingObjects } from './waiting-objects.js';

/** Up to this many bytes a refresh waits until they are sent; more goes on in the background. */
const smallBytes = 1024 * 1024;

export type BucketSyncParts = Readonly<{
  context: VaultContext;
  mirror: Mirror;
  /** what the rest of the vault writes through: closed when the vault was moved elsewhere */
  gate: WriteGate;
  waiting: WaitingObjects;
  keyRing: KeyRing;
  /** what is kept here of contents */
  contents: ContentsCache | null;
  bandwidth: Bandwidth | null;
  /** reads from the mirror what decides who may write what, and with which keys: secrets and logs */
  learnRights: () => Promise<void>;
}>;

/** How a vault in a bucket stands with it: sends what waits, says what it does, keeps what a person set. */
export class BucketSync implements Sync {
  readonly #parts: BucketSyncParts;
  readonly #flush: OutboxFlush;
  readonly #pinned: PinnedContents;
  readonly #teller: StatusTeller;
  readonly #stopListening: () => void;
  #settings: SyncSettings;
  #running: Promise<void> | null = null;
  /** bytes that waited when the running flush began, each item counted as a little more than its bytes */
  #startWeight = 0;
  #pulling = false;

  constructor(parts: BucketSyncParts, settings: SyncSettings) {
    const { context, mirror, gate, waiting, keyRing, contents } = parts;
    this.#parts = parts;
    this.#settings = settings;
    const beyond: VaultContext = { ...context, store: gate.before(mirror.beyond), isWaiting: () => false };
    const outbox = gatedOutbox(mirror.outbox, gate);
    this.#flush = new OutboxFlush({ context, beyond, mirror, outbox, waiting, keyRing });
    this.#pinned = new PinnedContents(context, contents);
    this.#teller = new StatusTeller(context.events, () => this.status());
    this.#stopListening = mirror.onChange(() => this.#changed());
    this.#passOn();
  }

  status(): SyncStatus {
    const { mirror, waiting, contents } = this.#parts;
    const items = mirror.outbox.items();
    const working = this.#pulling || this.#running !== null;
    return statusOf({
      connection: mirror.connection(),
      items,
      working,
      progress: this.#running === null || this.#startWeight === 0 ? null : 1 - weightOf(items) / this.#startWeight,
      refused: waiting.all().flatMap(({ id }) => this.#flush.refusal(id) ?? []),
      alarms: mirror.alarms(),
      cachedBytes: contents?.bytes() ?? 0,
      cacheLimitBytes: this.#settings.cacheLimitBytes,
    });
  }

  async waiting(): Promise<WaitingItem[]> {
    const items: WaitingItem[] = [];
    for (const object of this.#parts.waiting.all()) items.push(await this.#waitingItem(object));
    return items.sort((a, b) => (a.since < b.since ? -1 : 1));
  }

  async flush({ signal }: Readonly<{ signal?: AbortSignal }> = {}): Promise<void> {
    await this.pull(signal);
    if (this.#parts.mirror.outbox.items().length === 0) return;
    const [alarm] = this.alarms();
    if (alarm !== undefined) throw alarm;
    await this.#parts.learnRights();
    await this.#send(workSignal(this.#parts.context, signal), false);
  }

  /** Asks the store what is new. Throws `store-unreachable` and the like. */
  async pull(signal?: AbortSignal): Promise<void> {
    this.#pulling = true;
    this.#teller.tell();
    try {
      await this.#parts.mirror.pull({ signal: workSignal(this.#parts.context, signal) });
    } finally {
      this.#pulling = false;
      this.#teller.tell();
    }
  }

  /** Sends what waits after a pull: at once when that is little, else in the background. Throws what ends the whole flush. */
  async sendWaiting(): Promise<void> {
    const { mirror, context } = this.#parts;
    const items = mirror.outbox.items();
    // SECURITY (promise 3): nothing goes on top of what a store has lost or rewritten, until the person goes on with it
    if (items.length === 0 || this.alarms().length > 0) return;
    const sending = this.#send(context.locked, true);
    if (items.reduce((sum, { bytes }) => sum + bytes, 0) < smallBytes) return sending;
    sending.catch(() => undefined); // the next refresh says what is wrong, and goes on
  }

  /** What the store lost or rewrote, as far as the mirror noticed. */
  alarms(): readonly VaultError[] {
    return this.#parts.mirror.alarms();
  }

  /** Fetches what is new of the pinned projects. */
  refreshPinned(): void {
    if (this.#settings.pinned.length > 0) this.#pinned.look(this.#settings.pinned);
  }

  async discard(id: string): Promise<void> {
    const { waiting } = this.#parts;
    if (this.#flush.isSending(id)) throw new VaultError('busy', 'This is being sent right now.');
    const object = waiting.get(id);
    if (object === undefined) throw new VaultError('not-found', 'Nothing of that waits to be sent.');
    for (const one of [...this.#belongingTo(object), object]) await this.#discardOne(one);
    const { events, index } = this.#parts.context;
    events.emit('secrets-changed');
    events.emit('projects-changed');
    for (const projectId of index.projects.keys()) events.emit('files-changed', { projectId });
    this.#changed();
  }

  settings(): SyncSettings {
    return this.#settings;
  }

  async configure(patch: SyncSettingsPatch): Promise<SyncSettings> {
    const checked = syncSettingsPatch.safeParse(patch);
    if (!checked.success) throw new VaultError('invalid-input');
    const given = Object.entries(checked.data).filter(([, value]) => value !== undefined);
    return this.#set({ ...this.#settings, ...(Object.fromEntries(given) as Partial<SyncSettings>) });
  }

  async pin(projectId: string, pinned: boolean): Promise<SyncSettings> {
    if (!this.#parts.context.index.projects.has(projectId)) {
      throw new VaultError('not-found', 'There is no such project.');
    }
    const others = this.#settings.pinned.filter((id) => id !== projectId);
    const settings = await this.#set({ ...this.#settings, pinned: pinned ? [...others, projectId] : others });
    this.#pinned.look(settings.pinned);
    return settings;
  }

  notices(): MergeNotice[] {
    return [...this.#parts.context.index.notices.values()].sort((a, b) => (a.time < b.time ? 1 : -1));
  }

  async dismissNotice(id: string): Promise<void> {
    const { index, events } = this.#parts.context;
    await index.apply([{ remove: 'notice', id }]);
    events.emit('sync-changed');
  }

  async acceptStore(): Promise<void> {
    await this.#parts.mirror.accept();
    this.#changed();
  }

  /** Ends what runs: to be called once `context.locked` is aborted. */
  async close(): Promise<void> {
    await this.#running?.catch(() => undefined);
    await this.#pinned.settled();
    this.#stopListening();
    this.#teller.close();
  }

  #send(signal: AbortSignal, patient: boolean): Promise<void> {
    if (this.#running === null) this.#startWeight = weightOf(this.#parts.mirror.outbox.items());
    this.#running ??= this.#flush.run({ signal, patient, onChange: () => this.#teller.tell() }).finally(() => {
      this.#running = null;
      this.#changed();
    });
    return this.#running;
  }

  async #discardOne(object: WaitingObject): Promise<void> {
    const { mirror, waiting } = this.#parts;
    // what cannot be opened any more (a key that never reached us) can be given up all the same
    const contents = await this.#flush.contentsOf(object).catch(() => []);
    // the index first, as after a merge: a crash in between leaves what waits, and no index that knows more than there is
    await this.#flush.accept(object);
    if (!(await mirror.outbox.remove([...object.items, ...contents], object.items))) {
      throw new VaultError('busy', 'This is being changed right now, by another window or command. Try again.');
    }
    waiting.changed();
  }

  /** What makes no sense without a new project: its files and its key. */
  #belongingTo({ kind, id }: WaitingObject): WaitingObject[] {
    if (kind !== 'project') return [];
    const { context, waiting } = this.#parts;
    return waiting
      .all()
      .filter(
        (one) =>
          (one.kind === 'file' && one.projectId === id) ||
          (one.kind === 'secret' && context.index.secrets.get(one.id)?.open['projectId'] === id),
      );
  }

  async #waitingItem({ id, kind, projectId, items }: WaitingObject): Promise<WaitingItem> {
    const contents = await this.#flush.contentsOf({ id, kind, projectId, items }).catch(() => []);
    const error = this.#flush.refusal(id);
    const state = this.#flush.isSending(id) ? 'sending' : error === undefined ? 'waiting' : 'refused';
    return {
      id,
      kind,
      projectId,
      name: this.#nameOf({ id, kind, projectId }),
      bytes: [...items, ...contents].reduce((sum, { bytes }) => sum + bytes, 0),
      since: items.map(({ time }) => time).sort()[0] ?? new Date().toISOString(),
      state,
      message: state === 'refused' ? (error?.message ?? '') : '',
    };
  }

  #nameOf({ id, kind, projectId }: Pick<WaitingObject, 'id' | 'kind' | 'projectId'>): string {
    const { index } = this.#parts.context;
    if (kind === 'secret') return index.secrets.get(id)?.name || 'A deleted secret';
    if (kind === 'project') return index.projects.get(id)?.name ?? 'A project';
    return index.files(projectId ?? '').get(id)?.path || 'A deleted file';
  }

  async #set(settings: SyncSettings): Promise<SyncSettings> {
    await saveSyncSettings(this.#parts.context.profileDir, settings);
    this.#settings = settings;
    this.#passOn();
    this.#teller.tell();
    return settings;
  }

  #passOn(): void {
    const { mirror, contents, bandwidth } = this.#parts;
    const { paused, cacheLimitBytes, uploadLimit: up, downloadLimit: down } = this.#settings;
    contents?.setLimit(cacheLimitBytes);
    bandwidth?.set({ up, down });
    if ((mirror.connection().state === 'paused') !== paused) mirror.setPaused(paused);
  }

  #changed(): void {
    this.#parts.waiting.changed();
    this.#teller.tell(true);
  }
}

/** A request costs about as much as a few thousand bytes. */
const weightOf = (items: readonly Readonly<{ bytes: number }>[]): number =>
  items.reduce((sum, { bytes }) => sum + bytes + 4096, 0);
