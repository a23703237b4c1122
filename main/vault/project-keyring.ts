import { VaultError } from '../../app/errors.js';
import { SecretBytes } from '../crypto/secret-bytes.js';
import type { SecretEntry } from './index-entries.js';
import type { LocalIndex } from './local-index.js';
import type { ProjectKeys } from './project-keys.js';
import type { SecretRecords } from './secret-records.js';

const keyBytes = 32;

const epochOf = (entry: SecretEntry): number => Number(entry.open['epoch']);

/** Project keys, kept as `project` secrets: opened when first needed, held until the lock. */
export class ProjectKeyring implements ProjectKeys, Disposable {
  readonly #records: SecretRecords;
  readonly #index: LocalIndex;
  readonly #opened = new Map<string, Promise<SecretBytes>>();
  #disposed = false;

  constructor(records: SecretRecords, index: LocalIndex) {
    this.#records = records;
    this.#index = index;
  }

  async add(project: Readonly<{ id: string; name: string; epoch: number }>, key: SecretBytes): Promise<void> {
    await this.#records.create([
      {
        type: 'project',
        name: project.name,
        tags: [],
        favourite: false,
        state: 'kept',
        fields: { encryptionKey: key.bytes.toString('base64'), projectId: project.id, epoch: String(project.epoch) },
      },
    ]);
    this.#opened.set(`${project.id}/${project.epoch}`, Promise.resolve(key.clone()));
  }

  get(projectId: string, epoch: number): Promise<SecretBytes> {
    if (this.#disposed) return Promise.reject(new VaultError('locked'));
    const slot = `${projectId}/${epoch}`;
    const known = this.#opened.get(slot);
    if (known !== undefined) return known;
    const opening = this.#open(projectId, epoch);
    this.#opened.set(slot, opening);
    opening.catch(() => this.#opened.delete(slot));
    return opening;
  }

  epochs(): ReadonlyMap<string, number> {
    const highest = new Map<string, number>();
    for (const entry of this.#entries()) {
      const projectId = entry.open['projectId'] ?? '';
      highest.set(projectId, Math.max(epochOf(entry), highest.get(projectId) ?? 0));
    }
    return highest;
  }

  dispose(): void {
    this.#disposed = true;
    for (const key of this.#opened.values()) {
      void key.then(
        (bytes) => bytes.dispose(),
        () => undefined,
      );
    }
    this.#opened.clear();
  }

  [Symbol.dispose](): void {
    this.dispose();
  }

  #entries(): SecretEntry[] {
    return [...this.#index.secrets.values()].filter((entry) => entry.type === 'project' && entry.state === 'kept');
  }

  async #open(projectId: string, epoch: number): Promise<SecretBytes> {
    const entry = this.#entries().find((one) => one.open['projectId'] === projectId && epochOf(one) === epoch);
    if (entry === undefined) throw new VaultError('not-a-reader', 'You do not hold the key of this project.');
    const { record } = await this.#records.open(entry.id, entry.version);
    const bytes = Buffer.from(record.fields['encryptionKey'] ?? '', 'base64');
    if (bytes.length !== keyBytes) throw new VaultError('damaged', 'The key of this project is not a key.');
    return SecretBytes.take(bytes);
  }
}
