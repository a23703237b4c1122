import { isVaultError } from '../../../app/errors.js';
import type { Transfer } from '../../../app/model/project.js';
import type { VaultContext } from '../context.js';
import type { TransferProgress } from './transfers.js';
import type { StartedTransfer } from '../vault.js';
import { asVaultError, throwIfEnded, workSignal } from '../work-signal.js';

type Run = Readonly<{ abort: AbortController; finished: Promise<Transfer> }>;

export type TransferWork = (signal: AbortSignal) => Promise<void>;

/** The transfers under way in this process: starts them, ends them, and says how they ended. */
export class TransferRuns {
  readonly #context: VaultContext;
  readonly #running = new Map<string, Run>();

  constructor(context: VaultContext) {
    this.#context = context;
  }

  /** @param whenLocked what becomes of it when the vault locks: an upload can go on later */
  start(progress: TransferProgress, work: TransferWork, whenLocked: 'interrupted' | 'cancelled'): StartedTransfer {
    throwIfEnded(this.#context);
    const abort = new AbortController();
    progress.begin();
    const finished = this.#run(progress, abort.signal, work, whenLocked);
    this.#running.set(progress.id, { abort, finished });
    return { id: progress.id, finished };
  }

  isRunning(id: string): boolean {
    return this.#running.has(id);
  }

  /** No error when it is over already. */
  cancel(id: string): void {
    this.#running.get(id)?.abort.abort();
  }

  /** Resolves when nothing runs any more. Locking waits for it before it wipes the keys. */
  async settled(): Promise<void> {
    while (this.#running.size > 0) await Promise.all([...this.#running.values()].map(({ finished }) => finished));
  }

  async #run(
    progress: TransferProgress,
    signal: AbortSignal,
    work: TransferWork,
    whenLocked: 'interrupted' | 'cancelled',
  ): Promise<Transfer> {
    let state: Transfer['state'];
    try {
      await work(workSignal(this.#context, signal));
      state = progress.filesDone === 0 && progress.failedFiles > 0 ? 'failed' : 'done';
    } catch (thrown) {
      const error = signal.aborted && !this.#context.locked.aborted ? null : asVaultError(thrown, this.#context);
      if (error === null) state = 'cancelled';
      else if (isVaultError(error, 'locked')) state = whenLocked;
      else {
        progress.fail('', error);
        state = 'failed';
      }
    }
    this.#running.delete(progress.id);
    progress.end(state);
    return progress.snapshot();
  }
}
