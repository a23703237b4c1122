import { setTimeout as sleep } from 'node:timers/promises';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { isVaultError, VaultError, type ErrorCode } from '../../../app/errors.js';
import type { OutboxItem } from '../../store/mirror/mirror.js';
import { claimUpload, type UploadClaim } from '../files/upload-claim.js';
import { inParallel } from '../in-parallel.js';
import { asVaultError } from '../work-signal.js';
import { FileLine } from './file-line.js';
import { flushLine, type LineFlush } from './line-flush.js';
import type { LineParts } from './line-parts.js';
import { SecretLine } from './secret-line.js';
import type { WaitingObject } from './waiting-objects.js';

const secretsAtOnce = 8;
const filesAtOnce = 4;
const claimPollMs = 200;
/** What was refused is not asked for again before this, unless a person asks or there is more of it. */
const patienceMs = 60_000;

/** What says nothing about one secret or file: it ends the flush. */
const ofAll: ReadonlySet<ErrorCode> = new Set([
  'store-unreachable',
  'store-missing',
  'locked',
  'cancelled',
  'busy',
  'disk-full',
  'target-unwritable',
]);

export type Refusal = Readonly<{ error: VaultError; orders: string; atMs: number }>;

export type FlushOptions = Readonly<{
  signal: AbortSignal;
  /** leave what was refused a moment ago */
  patient: boolean;
  onChange: () => void;
}>;

/**
 * Sends what waits, object by object: what one of them meets does not keep the others. One flush at a time on one profile, whichever
 * process it is in.
 */
export class OutboxFlush {
  readonly #parts: Omit<LineParts, 'signal'>;
  readonly #refused = new Map<string, Refusal>();
  readonly #sending = new Set<string>();

  constructor(parts: Omit<LineParts, 'signal'>) {
    this.#parts = parts;
  }

  /** Why an object was refused last; undefined when it was not. */
  refusal(objectId: string): VaultError | undefined {
    return this.#refused.get(objectId)?.error;
  }

  isSending(objectId: string): boolean {
    return this.#sending.has(objectId);
  }

  /** Throws what ends the whole flush, such as `store-unreachable`. */
  async run(options: FlushOptions): Promise<void> {
    const claim = await this.#claim(options.signal);
    if (claim === null) return;
    try {
      await this.#sendAll(options);
    } catch (error) {
      throw asVaultError(error, this.#parts.context);
    } finally {
      await claim.release();
      options.onChange();
    }
  }

  /** Brings the index to what the store has of an object, when its items are out of the outbox. */
  async accept({ id, kind, projectId }: WaitingObject): Promise<void> {
    const parts = { ...this.#parts, signal: this.#parts.context.locked };
    this.#refused.delete(id);
    if (kind === 'secret') await new SecretLine(parts, id).accept();
    else if (kind === 'file' && projectId !== null) await new FileLine(parts, projectId, id).accept();
    else await this.#parts.context.index.apply([{ remove: 'project', id }]);
  }

  /** Contents that wait for versions of a file. */
  async contentsOf({ id, kind, projectId }: WaitingObject): Promise<OutboxItem[]> {
    if (kind !== 'file' || projectId === null) return [];
    const line = new FileLine({ ...this.#parts, signal: this.#parts.context.locked }, projectId, id);
    return (await line.waiting()).flatMap((version) => [...line.contents(version)]);
  }

  /** Null when another process has sent everything meanwhile. */
  async #claim(signal: AbortSignal): Promise<UploadClaim | null> {
    const { context, mirror } = this.#parts;
    const folder = join(context.profileDir, 'sync');
    await mkdir(folder, { recursive: true, mode: 0o700 });
    while (mirror.outbox.items().length > 0) {
      if (signal.aborted) throw asVaultError(signal.reason, context);
      const claim = await claimUpload(context.profileDir, folder);
      await mirror.stat('store'); // reads what another process took out
      if (claim !== null) return claim;
      await sleep(claimPollMs, undefined, { signal }).catch(() => undefined);
    }
    return null;
  }

  async #sendAll(options: FlushOptions): Promise<void> {
    const { waiting } = this.#parts;
    waiting.changed();
    const due = waiting.all().filter((object) => !options.patient || !this.#wasRefused(object));
    const kinds = { secret: secretsAtOnce, project: 1, file: filesAtOnce } as const;
    // keys and the first entry of a new project before its files
    for (const kind of ['secret', 'project', 'file'] as const) {
      const objects = due.filter((object) => object.kind === kind);
      await inParallel(objects, kinds[kind], (object) => this.#sendOne(object, options));
    }
    await this.#dropLooseDeletions();
  }

  async #sendOne(object: WaitingObject, { signal, onChange }: FlushOptions): Promise<void> {
    const { mirror, outbox, waiting, context } = this.#parts;
    const flush: LineFlush = {
      outbox,
      signal,
      look: async () => {
        await mirror.pull({ signal });
      },
      onSent: () => {
        waiting.changed();
        onChange();
      },
    };
    this.#sending.add(object.id);
    onChange();
    try {
      await this.#flushObject(object, flush);
      this.#refused.delete(object.id);
    } catch (thrown) {
      const error = asVaultError(thrown, context);
      if (ofAll.has(error.code)) throw error;
      this.#refused.set(object.id, { error, orders: ordersOf(object), atMs: Date.now() });
    } finally {
      this.#sending.delete(object.id);
    }
  }

  async #flushObject({ id, kind, projectId, items }: WaitingObject, flush: LineFlush): Promise<void> {
    const parts = { ...this.#parts, signal: flush.signal };
    if (kind === 'file' && projectId !== null) return flushLine(new FileLine(parts, projectId, id), flush);
    if (kind === 'project') return sendAsItIs(items, flush);
    try {
      await flushLine(new SecretLine(parts, id), flush);
    } catch (error) {
      // the key of a project, handed to somebody else: nobody but them can open it
      if (!isVaultError(error, 'not-a-reader')) throw error;
      await sendAsItIs(items, flush);
    }
  }

  /**
   * Deletions of contents are made anew from the records (`Line.finish`), where it is known what still points at them. One that is
   * not called for by any record leaves garbage at most.
   */
  async #dropLooseDeletions(): Promise<void> {
    const { mirror, waiting } = this.#parts;
    const gone = waiting.contents().filter(({ operation }) => operation === 'delete');
    if (gone.length > 0) await mirror.outbox.remove(gone);
    waiting.changed();
  }

  #wasRefused(object: WaitingObject): boolean {
    const refusal = this.#refused.get(object.id);
    return refusal !== undefined && refusal.orders === ordersOf(object) && Date.now() - refusal.atMs < patienceMs;
  }
}

const ordersOf = ({ items }: WaitingObject): string => items.map(({ order }) => order).join();

const sendAsItIs = async (items: readonly OutboxItem[], flush: LineFlush): Promise<void> => {
  for (const item of items) {
    if ((await flush.outbox.send(item, { signal: flush.signal })) === 'taken') throw new VaultError('conflict');
    flush.onSent([item]);
  }
};
