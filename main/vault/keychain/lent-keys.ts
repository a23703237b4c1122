import type { S3Keys, S3Location } from '../../../app/model/store.js';
import type { BucketKeychain } from '../vault.js';
import { entryOf } from './bucket-keychain.js';

/**
 * A keychain with keys in front of it that somebody has just typed: they open a bucket before it is known whether they are right, and
 * go into the keychain behind only when told to. What is lent ends with the process.
 */
export class LentKeys implements BucketKeychain {
  readonly #behind: BucketKeychain;
  readonly #lent = new Map<string, S3Keys>();

  constructor(behind: BucketKeychain) {
    this.#behind = behind;
  }

  lend(location: S3Location, keys: S3Keys): void {
    this.#lent.set(entryOf(location), keys);
  }

  takeBack(location: S3Location): void {
    this.#lent.delete(entryOf(location));
  }

  get(location: S3Location): Promise<S3Keys | null> {
    const lent = this.#lent.get(entryOf(location));
    return lent === undefined ? this.#behind.get(location) : Promise.resolve(lent);
  }

  /** Keeps them for good. When that fails they stay lent, so that what is open goes on. */
  async put(location: S3Location, keys: S3Keys): Promise<void> {
    this.lend(location, keys);
    await this.#behind.put(location, keys);
    this.takeBack(location);
  }

  async remove(location: S3Location): Promise<void> {
    this.takeBack(location);
    await this.#behind.remove(location);
  }
}
