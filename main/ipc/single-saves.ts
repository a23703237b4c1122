import { isVaultError } from '../../app/errors.js';
import { SecretBytes } from '../crypto/secret-bytes.js';
import type { FileEntry, Transfer } from '../../app/model/project.js';
import type { Vault } from '../vault/vault.js';
import type { Emit } from './events.js';

type Running = { transfer: Transfer; readonly abort: AbortController };

/**
 * Saving one file under a name that the person chose, followed like any other transfer. (The vault's own `save` writes
 * files below a folder under the names they have.)
 */
export class SingleSaves {
  readonly #running = new Map<string, Running>();
  readonly #emit: Emit;

  constructor(emit: Emit) {
    this.#emit = emit;
  }

  /** Starts writing to `target` (the dialog has asked about overwriting) and returns the transfer's id. */
  start(vault: Vault, projectId: string, entry: FileEntry, target: string, version: number | undefined): string {
    const id = `save-${SecretBytes.random(8).bytes.toString('hex')}`;
    const running: Running = { transfer: begin(id, projectId, entry), abort: new AbortController() };
    this.#running.set(id, running);
    this.#emit('files', 'transfer', running.transfer);
    const options = { overwrite: true, signal: running.abort.signal, ...(version === undefined ? {} : { version }) };
    vault.files.saveFile(projectId, entry.id, target, options).then(
      () => this.#end(running, { state: 'done', filesDone: 1, bytesDone: running.transfer.bytes }),
      (error: unknown) => this.#end(running, failed(entry.path, error)),
    );
    return id;
  }

  transfers(): Transfer[] {
    return [...this.#running.values()].map(({ transfer }) => transfer);
  }

  /** False when the transfer is none of these. */
  cancel(id: string): boolean {
    const running = this.#running.get(id);
    running?.abort.abort();
    return running !== undefined;
  }

  dismiss(id: string): boolean {
    return this.#running.delete(id);
  }

  /** On lock: ends what runs and forgets the rest. */
  clear(): void {
    for (const { abort } of this.#running.values()) abort.abort();
    this.#running.clear();
  }

  #end(running: Running, change: Partial<Transfer>): void {
    running.transfer = { ...running.transfer, current: [], ...change };
    if (this.#running.has(running.transfer.id)) this.#emit('files', 'transfer', running.transfer);
  }
}

const begin = (id: string, projectId: string, { path, name, size }: FileEntry): Transfer => ({
  id,
  kind: 'save',
  projectId,
  state: 'running',
  label: name,
  files: 1,
  filesDone: 0,
  bytes: size,
  bytesDone: 0,
  current: [{ path, bytes: size, bytesDone: 0 }],
  failures: [],
  failedFiles: 0,
});

const failed = (path: string, error: unknown): Partial<Transfer> => {
  if (isVaultError(error, 'cancelled', 'locked')) return { state: 'cancelled' };
  const code = isVaultError(error) ? error.code : 'internal';
  const message = isVaultError(error) ? error.message : 'Something went wrong inside Coretex Vault.';
  return { state: 'failed', failures: [{ path, code, message }], failedFiles: 1 };
};
