import { VaultError } from '../../../app/errors.js';
import type { SecretBytes } from '../../crypto/secret-bytes.js';
import type { SecretEntry } from '../index/index-entries.js';
import type { KeyRing } from '../account/key-ring.js';
import type { LocalIndex } from '../index/local-index.js';
import type { ProjectKeys } from './project-keys.js';
import { unwrapProjectKey, wrapProjectKey } from './wrapped-project-key.js';
import type { SecretRecords } from '../secrets/secret-records.js';

const epochOf = (entry: SecretEntry): number => Number(entry.open['epoch']);

/** Project keys, kept as `project` secrets: opened when first needed, held until the lock. */
export class ProjectKeyring implements ProjectKeys, Disposable {
  readonly #records: SecretRecords;
  readonly #index: LocalIndex;
  readonly #keyRing: KeyRing;
  readonly #opened = new Map<string, Promise<SecretBytes>>();
  #disposed = false;

  constructor(records: SecretRecords, index: LocalIndex, keyRing: KeyRing) {
    this.#records = records;
    this.#index = index;
    this.#keyRing = keyRing;
  }

  async add(project: Readonly<{ id: string; name: string; epoch: number }>, key: SecretBytes): Promise<void> {
    await this.#records.create([
      {
        type: 'project',
        name: project.name,
        tags: [],
        favourite: false,
        state: 'kept',
        fields: {
          encryptionKey: wrapProjectKey(key, this.#keyRing.current.reader()),
          projectId: project.id,
          epoch: String(project.epoch),
        },
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
    const { record, entry: opened } = await this.#records.open(entry.id, entry.version);
    return unwrapProjectKey(record.fields['encryptionKey'] ?? '', this.#keyRing.byKid(opened.kid));
  }
}
