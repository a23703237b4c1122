import { unlink } from 'node:fs/promises';
import { isVaultError, VaultError } from '../../../app/errors.js';
import { ObjectDigest } from '../../crypto/object-hash.js';
import type { Store } from '../../store/store.js';
import { inParallel } from '../in-parallel.js';
import { markerKey } from '../store-keys.js';
import type { Steps } from './steps.js';
import type { GoesOn } from './store-apart.js';

const parallel = 16;
/** Larger objects travel as files. */
const inMemoryBytes = 4 * 1024 * 1024;

export type Copied = Readonly<{ objects: number; bytes: number }>;

export type StoreCopyParts = Readonly<{
  source: Store;
  /** what `source.local` brings to this computer is a copy, to be removed at once */
  fetched: boolean;
  destination: Store;
  /** the destination is known to be ours: what is there and not in the source came from it earlier */
  ours: boolean;
  signal: AbortSignal;
  steps: Steps;
}>;

/** The marker is written last; the change feed and the note of an earlier move belong to the place and not to the vault. */
const isMoved = (key: string): boolean => key !== markerKey && !/^(changes|moved)\//.test(key);

/** Copies a store's objects, in rounds, until the destination is the same. Nothing is taken for copied that was not read back. */
export class StoreCopy {
  readonly #parts: StoreCopyParts;
  readonly #sizes = new Map<string, number>();
  readonly #verified = new Set<string>();
  #there: Map<string, number> | null = null;

  constructor(parts: StoreCopyParts) {
    this.#parts = parts;
  }

  /** Throws what `refusal` gives when the destination holds anything that is not in the source. */
  async requireEmptyOrSame(refusal: () => VaultError): Promise<void> {
    const there = await this.#destinationKeys();
    if (there.size === 0) return;
    const here = await this.#keys(this.#parts.source);
    for (const [key, bytes] of there) if (here.get(key) !== bytes) throw refusal();
  }

  /** Brings the destination up to what the source lists now. False when there was nothing new. */
  async round(): Promise<boolean> {
    const { source, destination, ours, signal, steps } = this.#parts;
    const there = await this.#destinationKeys();
    const here = await this.#keys(source);
    const gone = [...(ours ? there : this.#sizes).keys()].filter((key) => !here.has(key));
    for (const key of gone) {
      await destination.delete(key, { signal });
      this.#forget(key);
    }
    const due = [...here].filter(([key]) => !this.#sizes.has(key));
    let done = 0;
    await inParallel(due, parallel, async ([key, bytes]) => {
      this.#check();
      if (await this.#bring(key, bytes, there.get(key))) this.#sizes.set(key, bytes);
      there.set(key, bytes);
      steps.at('copy', (done += 1), due.length);
    });
    return due.length > 0 || gone.length > 0;
  }

  /** Reads what was copied back and compares every byte's hash. Throws `damaged`. */
  async verify(): Promise<void> {
    const due = [...this.#sizes].filter(([key]) => !this.#verified.has(key));
    let done = 0;
    await inParallel(due, parallel, async ([key, bytes]) => {
      this.#check();
      if (!(await this.#isSame(key, bytes))) await this.#replace(key, bytes);
      this.#verified.add(key);
      this.#parts.steps.at('compare', (done += 1), due.length);
    });
  }

  copied(): Copied {
    const bytes = [...this.#sizes.values()].reduce((sum, one) => sum + one, 0);
    return { objects: this.#sizes.size, bytes };
  }

  /** False when the object was deleted meanwhile. */
  async #bring(key: string, bytes: number, there: number | undefined): Promise<boolean> {
    const { destination, ours, signal } = this.#parts;
    if (there === bytes) return true;
    // ends an upload too, that a killed run had begun and we cannot go on with: its reservation would keep everybody waiting for an hour
    const isLarge = ours && bytes > inMemoryBytes;
    if (there !== undefined || (isLarge && !(await this.#hasBegun(key)))) await destination.delete(key, { signal });
    return this.#put(key, bytes);
  }

  async #hasBegun(key: string): Promise<boolean> {
    const { destination } = this.#parts;
    return 'hasBegun' in destination && (destination as Store & GoesOn).hasBegun(key);
  }

  async #put(key: string, bytes: number): Promise<boolean> {
    const { source, destination, fetched, signal } = this.#parts;
    try {
      if (bytes <= inMemoryBytes) {
        await destination.putIfAbsent(key, await source.get(key, undefined, { signal }), { signal });
        return true;
      }
      const file = await source.local(key, { signal });
      try {
        await destination.putIfAbsent(key, { file }, { signal });
      } finally {
        if (fetched) await unlink(file);
      }
      return true;
    } catch (error) {
      if (isVaultError(error, 'not-found')) return false;
      throw error;
    }
  }

  /** What an earlier run left and is not the same is brought again, once. */
  async #replace(key: string, bytes: number): Promise<void> {
    const { destination, source, ours, signal } = this.#parts;
    if ((await source.stat(key, { signal })) === null) return; // deleted meanwhile: the next round removes it
    if (ours) {
      await destination.delete(key, { signal });
      if ((await this.#put(key, bytes)) && (await this.#isSame(key, bytes))) return;
    }
    throw new VaultError('damaged', `What stands at the new place under ${key} is not what is in this vault.`, {
      details: { key },
    });
  }

  async #isSame(key: string, bytes: number): Promise<boolean> {
    const { source, destination } = this.#parts;
    const [one, other] = [await this.#hash(source, key, bytes), await this.#hash(destination, key, bytes)];
    return one !== null && one === other;
  }

  /** Null for an object that is not there, or has another size. */
  async #hash(store: Store, key: string, bytes: number): Promise<string | null> {
    const { signal } = this.#parts;
    const digest = new ObjectDigest();
    try {
      for (let start = 0; start <= bytes; start += inMemoryBytes) {
        this.#check();
        // one byte more than there should be: a longer object is not the same
        const endExclusive = Math.min(start + inMemoryBytes, bytes + 1);
        const piece = await store.get(key, { start, endExclusive }, { signal });
        if (piece.length !== Math.min(endExclusive, bytes) - start) return null;
        digest.update(piece);
      }
      return digest.finish();
    } catch (error) {
      if (isVaultError(error, 'not-found')) return null;
      throw error;
    }
  }

  async #destinationKeys(): Promise<Map<string, number>> {
    this.#there ??= await this.#keys(this.#parts.destination);
    return this.#there;
  }

  async #keys(store: Store): Promise<Map<string, number>> {
    const { signal, steps } = this.#parts;
    const keys = new Map<string, number>();
    for await (const { key, bytes } of store.list('', { signal })) {
      if (isMoved(key)) keys.set(key, bytes);
      steps.at('list', keys.size, 0);
    }
    return keys;
  }

  #forget(key: string): void {
    this.#there?.delete(key);
    this.#sizes.delete(key);
    this.#verified.delete(key);
  }

  #check(): void {
    if (this.#parts.signal.aborted) throw new VaultError('cancelled');
  }
}
