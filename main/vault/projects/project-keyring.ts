import { isVaultError, VaultError } from '../../../app/errors.js';
import { deriveRecordKey, keyCommitment, openWithKey } from '../../crypto/keyed-record.js';
import { SecretBytes } from '../../crypto/secret-bytes.js';
import type { Store } from '../../store/store.js';
import type { AccountDirectory } from '../account/account-directory.js';
import type { KeyRing } from '../account/key-ring.js';
import type { SecretEntry } from '../index/index-entries.js';
import type { LocalIndex } from '../index/local-index.js';
import type { SecretRecords } from '../secrets/secret-records.js';
import { secretKey } from '../store-keys.js';
import { deliveryId } from './delivery-id.js';
import type { Epoch, Membership } from './membership.js';
import type { Delivery, ProjectKeys } from './project-keys.js';
import { unwrapProjectKey, wrapProjectKey } from './wrapped-project-key.js';

export type ProjectKeyringParts = Readonly<{
  records: SecretRecords;
  index: LocalIndex;
  keyRing: KeyRing;
  directory: AccountDirectory;
  store: Store;
}>;

/** Project keys, kept as `project` secrets: opened when first needed, held until the lock. */
export class ProjectKeyring implements ProjectKeys, Disposable {
  readonly #parts: ProjectKeyringParts;
  readonly #opened = new Map<string, Promise<SecretBytes>>();
  readonly #learnt = new Map<string, readonly Epoch[]>();
  #disposed = false;

  constructor(parts: ProjectKeyringParts) {
    this.#parts = parts;
  }

  async deliver(delivery: Delivery, key: SecretBytes): Promise<void> {
    const { records, directory } = this.#parts;
    const { project, name, epoch, account } = delivery;
    await records.deliver(deliveryId(delivery), account, {
      type: 'project',
      name,
      tags: [],
      favourite: false,
      state: 'kept',
      fields: {
        encryptionKey: wrapProjectKey(key, await directory.reader(account)),
        projectId: project,
        epoch: String(epoch),
      },
    });
  }

  async isDelivered(delivery: Omit<Delivery, 'name'>): Promise<boolean> {
    return (await this.#parts.store.stat(secretKey(deliveryId(delivery), 1))) !== null;
  }

  async discard(delivery: Omit<Delivery, 'name'>): Promise<void> {
    await this.#parts.records.delete([deliveryId(delivery)]);
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

  learn({ id, epochs }: Pick<Membership, 'id' | 'epochs'>): void {
    this.#learnt.set(id, epochs);
  }

  projects(): ReadonlySet<string> {
    return new Set(this.#entries().map((entry) => entry.open['projectId'] ?? ''));
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
    return [...this.#parts.index.secrets.values()].filter(
      (entry) => entry.type === 'project' && entry.state === 'kept',
    );
  }

  async #open(projectId: string, epoch: number): Promise<SecretBytes> {
    const epochs = this.#learnt.get(projectId) ?? this.#parts.index.projects.get(projectId)?.epochs ?? [];
    const wanted = epochs[epoch - 1];
    if (wanted === undefined) throw new VaultError('not-a-reader', 'You do not hold the key of this project.');
    const handed = await this.#handed(projectId, wanted);
    if (handed instanceof SecretBytes) return handed;
    for (const later of epochs.slice(epoch)) {
      if (later.earlier?.epoch !== epoch) continue;
      return openEarlierKey(projectId, wanted, later, await this.get(projectId, later.epoch));
    }
    throw handed ?? notReached();
  }

  /** The key as somebody handed it to us; null when nobody did, an error when what was handed is of no use. */
  async #handed(projectId: string, { epoch, commitment }: Epoch): Promise<SecretBytes | VaultError | null> {
    const entries = this.#entries().filter(
      ({ open }) => open['projectId'] === projectId && Number(open['epoch']) === epoch,
    );
    let defect: VaultError | null = null;
    for (const entry of entries) {
      try {
        return committed(await this.#unwrap(entry), projectId, commitment);
      } catch (error) {
        if (!isVaultError(error, 'damaged', 'not-found')) throw error;
        defect = error;
      }
    }
    return defect;
  }

  async #unwrap(entry: SecretEntry): Promise<SecretBytes> {
    const { records, keyRing } = this.#parts;
    const { record, entry: opened } = await records.open(entry.id, entry.version);
    return unwrapProjectKey(record.fields['encryptionKey'] ?? '', keyRing.byKid(opened.kid));
  }
}

const notReached = (): VaultError =>
  new VaultError('not-a-reader', 'The newest key of this project has not reached you yet. Look again in a moment.');

/** SECURITY (promise 3): whoever handed it over, a key is used only when the project's log committed to it. */
const committed = (key: SecretBytes, projectId: string, commitment: string): SecretBytes => {
  if (keyCommitment(key, projectId) === commitment) return key;
  key.dispose();
  throw new VaultError('damaged', 'You were handed a key that is not the one in the project’s log.', {
    details: { project: projectId },
  });
};

/** An earlier epoch's key, which the beginning of `later` carries sealed with its own. */
const openEarlierKey = async (
  projectId: string,
  wanted: Epoch,
  later: Epoch,
  laterKey: SecretBytes,
): Promise<SecretBytes> => {
  using sealing = deriveRecordKey(laterKey, projectId, 'earlier-key');
  const plaintext = await openWithKey(later.earlier?.sealed ?? '', (found) => {
    if (found === later.epoch) return sealing;
    throw new VaultError('damaged', 'An earlier key of a project is sealed with the key of another epoch.');
  });
  if (plaintext.length !== 32) throw new VaultError('damaged', 'An earlier key of a project is no key.');
  return committed(SecretBytes.take(plaintext), projectId, wanted.commitment);
};
