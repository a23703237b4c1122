import { VaultError } from '../../../app/errors.js';
import { deriveRecordKey } from '../../crypto/keyed-record.js';
import type { SecretBytes } from '../../crypto/secret-bytes.js';
import type { VaultContext } from '../context.js';

type Purpose = Parameters<typeof deriveRecordKey>[2];

/**
 * The keys that a project's records are sealed with, derived once per unlock.
 * SECURITY (promise 9): all of them are wiped when the vault locks.
 */
class RecordKeys {
  readonly #context: VaultContext;
  readonly #derived = new Map<string, Promise<SecretBytes>>();

  constructor(context: VaultContext) {
    this.#context = context;
    context.locked.addEventListener('abort', () => this.#wipe(), { once: true });
  }

  get(projectId: string, epoch: number, purpose: Purpose): Promise<SecretBytes> {
    if (this.#context.locked.aborted) return Promise.reject(new VaultError('locked'));
    const slot = `${purpose}/${projectId}/${epoch}`;
    const known = this.#derived.get(slot);
    if (known !== undefined) return known;
    const deriving = this.#derive(projectId, epoch, purpose);
    this.#derived.set(slot, deriving);
    deriving.catch(() => this.#derived.delete(slot));
    return deriving;
  }

  async #derive(projectId: string, epoch: number, purpose: Purpose): Promise<SecretBytes> {
    const projectKey = await this.#context.projectKeys.get(projectId, epoch);
    const key = deriveRecordKey(projectKey, projectId, purpose);
    if (!this.#context.locked.aborted) return key;
    key.dispose();
    throw new VaultError('locked');
  }

  #wipe(): void {
    for (const deriving of this.#derived.values()) {
      deriving.then(
        (key) => key.dispose(),
        () => undefined,
      );
    }
    this.#derived.clear();
  }
}

const keysOf = new WeakMap<VaultContext, RecordKeys>();

/**
 * The key that records of a project and epoch are sealed with; the caller does not dispose it.
 * Throws `not-a-reader`, `locked`.
 */
export const recordKey = (
  context: VaultContext,
  projectId: string,
  epoch: number,
  purpose: Purpose,
): Promise<SecretBytes> => {
  const keys = keysOf.get(context) ?? new RecordKeys(context);
  keysOf.set(context, keys);
  return keys.get(projectId, epoch, purpose);
};
