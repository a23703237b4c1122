import { isVaultError, VaultError } from '../../../app/errors.js';
import type { MasterKey } from '../../crypto/master-key.js';
import { openSealed } from '../../crypto/sealed-record.js';

export type Opened = Readonly<{ plaintext: Uint8Array; kid: string }>;

/**
 * The owner's unlocked master keys: the current one, and those that earlier passphrases gave, fetched link by link when
 * a record needs them. SECURITY (promise 9): `dispose` wipes all of them.
 */
export class KeyRing implements Disposable {
  #current: MasterKey;
  readonly #earlier: MasterKey[] = [];
  readonly #fetchEarlier: (than: MasterKey) => Promise<MasterKey | null>;
  #exhausted = false;

  /** @param fetchEarlier opens the key that `than` replaced, or gives null when there was none */
  constructor(current: MasterKey, fetchEarlier: (than: MasterKey) => Promise<MasterKey | null>) {
    this.#current = current;
    this.#fetchEarlier = fetchEarlier;
  }

  get current(): MasterKey {
    return this.#current;
  }

  /** Opens a record sealed to any key of ours. Throws `not-a-reader`, `damaged`; the caller wipes the plaintext. */
  async open(sealed: Uint8Array): Promise<Opened> {
    for (let position = -1; ; position += 1) {
      const key = position < 0 ? this.#current : await this.#earlierAt(position);
      if (key === null) return this.#openWith(sealed, this.#current);
      try {
        return await this.#openWith(sealed, key);
      } catch (error) {
        if (!isVaultError(error, 'not-a-reader')) throw error;
      }
    }
  }

  /** The key of ours with this thumbprint, among those that are open already. Throws `not-a-reader`. */
  byKid(kid: string): MasterKey {
    const found = [this.#current, ...this.#earlier].find((key) => key.publicKeys.wrap.kid === kid);
    if (found === undefined) throw new VaultError('not-a-reader');
    return found;
  }

  /** The next key becomes the current one; the old one stays for what it opened. */
  replace(next: MasterKey): void {
    this.#earlier.unshift(this.#current);
    this.#current = next;
  }

  dispose(): void {
    for (const key of [this.#current, ...this.#earlier]) key.dispose();
  }

  [Symbol.dispose](): void {
    this.dispose();
  }

  async #openWith(sealed: Uint8Array, key: MasterKey): Promise<Opened> {
    return { plaintext: await openSealed(sealed, key), kid: key.publicKeys.wrap.kid };
  }

  async #earlierAt(position: number): Promise<MasterKey | null> {
    while (this.#earlier.length <= position && !this.#exhausted) {
      const next = await this.#fetchEarlier(this.#earlier.at(-1) ?? this.#current);
      if (next === null) this.#exhausted = true;
      else this.#earlier.push(next);
    }
    return this.#earlier[position] ?? null;
  }
}
