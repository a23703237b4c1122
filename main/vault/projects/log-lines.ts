import { z } from 'zod';
import { isVaultError } from '../../../app/errors.js';
import type { ActivityLine } from '../../../app/model/people.js';
import { openWithKey } from '../../crypto/keyed-record.js';
import { objectHash } from '../../crypto/object-hash.js';
import { readUnverified } from '../../crypto/signed-record.js';
import type { VaultContext } from '../context.js';
import { inParallel } from '../in-parallel.js';
import type { ProjectEntry } from '../index/index-entries.js';
import { parseEntry } from './log-entry.js';
import type { LogEntry, LogOperation } from './membership.js';
import { forked, storedEntry } from './project-log.js';
import { recordKey } from './record-keys.js';

const parallel = 16;
const receiptShape = z.object({
  command: z.string(),
  secrets: z.array(z.string()),
  files: z.array(z.string()),
  fileCount: z.number().int().nonnegative(),
});

/**
 * Entries of a verified log as a person reads them, kept for as long as the vault is open.
 * SECURITY (promise 3): an entry is shown only when its bytes are those that were verified, by their hash.
 */
export class LogLines {
  readonly #context: VaultContext;
  readonly #entries = new Map<string, LogEntry>();
  readonly #receipts = new Map<string, ActivityLine['receipt']>();

  constructor(context: VaultContext) {
    this.#context = context;
    context.locked.addEventListener('abort', () => this.#forget(), { once: true });
  }

  /** Newest first: at most `limit` entries before sequence `before`. Throws `rolled-back` for an entry that was replaced. */
  page(
    project: ProjectEntry,
    { before, limit }: Readonly<{ before?: number; limit: number }>,
  ): Promise<ActivityLine[]> {
    const highest = Math.min(project.sequence, (before ?? Infinity) - 1);
    const count = Math.max(0, Math.min(limit, highest));
    const sequences = Array.from({ length: count }, (_, position) => highest - position);
    return inParallel(sequences, parallel, (sequence) => this.#line(project, sequence));
  }

  async #line(project: ProjectEntry, sequence: number): Promise<ActivityLine> {
    const hash = this.#context.index.log(project.id)[sequence - 1];
    if (hash === undefined) throw forked(project.id);
    const entry = this.#entries.get(hash) ?? (await this.#read(project.id, sequence, hash));
    const { operation, actor, time } = entry;
    const { directory } = this.#context;
    const about = subjectOf(operation);
    return {
      projectId: project.id,
      projectName: project.name,
      sequence,
      time,
      type: operation.type,
      actor,
      actorName: directory.nameOf(actor),
      subject: about === null ? null : { id: about, name: directory.nameOf(about) },
      role: 'role' in operation ? operation.role : null,
      epoch: 'epoch' in operation ? operation.epoch : null,
      receipt: operation.type === 'receipt' ? await this.#receipt(project.id, hash, operation) : null,
      void: project.voids.includes(sequence),
    };
  }

  async #read(projectId: string, sequence: number, hash: string): Promise<LogEntry> {
    const stored = await storedEntry(this.#context, projectId, sequence);
    if (objectHash(stored) !== hash) throw forked(projectId);
    const { payload } = readUnverified(Buffer.from(stored).toString('latin1'));
    const entry = parseEntry(payload, projectId, sequence);
    this.#entries.set(hash, entry);
    return entry;
  }

  /** Null for a receipt that this account has no key for, or that does not hold what a receipt holds. */
  async #receipt(
    projectId: string,
    hash: string,
    operation: Extract<LogOperation, { type: 'receipt' }>,
  ): Promise<ActivityLine['receipt']> {
    const known = this.#receipts.get(hash);
    if (known !== undefined) return known;
    const receipt = await this.#openReceipt(projectId, operation.sealed);
    this.#receipts.set(hash, receipt);
    return receipt;
  }

  async #openReceipt(projectId: string, sealed: string): Promise<ActivityLine['receipt']> {
    try {
      const opened = await openWithKey(sealed, (epoch) => recordKey(this.#context, projectId, epoch, 'receipt'));
      const parsed = receiptShape.safeParse(JSON.parse(Buffer.from(opened).toString('utf8')));
      if (!parsed.success) return null;
      const { command, secrets, fileCount: files } = parsed.data;
      return { command, secrets, files };
    } catch (error) {
      if (isVaultError(error, 'not-a-reader', 'damaged', 'unsupported-version') || error instanceof SyntaxError)
        return null;
      throw error;
    }
  }

  #forget(): void {
    this.#entries.clear();
    this.#receipts.clear();
  }
}

const subjectOf = (operation: LogOperation): string | null => {
  if ('member' in operation) return operation.member;
  return 'node' in operation ? operation.node : null;
};
