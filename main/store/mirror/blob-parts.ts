import { readdir, rename, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { isAbsent } from '../failure.js';
import { parseKey } from '../key.js';
import { ownerIsDead, ownName } from '../staging.js';
import { BlobPart } from './blob-part.js';

const idlePrefix = 'idle_';

/**
 * The objects that are here in parts: at their keys below one folder, in folders whose names say which process goes on with them.
 * To take one over is a rename, so that only one process does.
 */
export class BlobParts {
  readonly #folder: string;
  readonly #mine = new Map<string, BlobPart>();

  /** @param folder made when needed */
  constructor(folder: string) {
    this.#folder = folder;
  }

  /** The part that this process has. */
  get(key: string): BlobPart | undefined {
    return this.#mine.get(key);
  }

  /** The part that this process has, or one that nobody goes on with. */
  async take(key: string): Promise<BlobPart | null> {
    const mine = this.#mine.get(key);
    if (mine !== undefined) return mine;
    for (const name of await namesIn(this.#at(key))) {
      const part = isLeft(name) && (await this.#takeOver(key, name));
      if (part) return part;
    }
    return null;
  }

  /** @param bytes of the whole object */
  async begin(key: string, bytes: number): Promise<BlobPart> {
    const part = await BlobPart.begin(join(this.#at(key), ownName('temp')), bytes);
    this.#mine.set(key, part);
    return part;
  }

  /** Takes the part's file away under another name: it is whole. */
  async moveTo(key: string, path: string): Promise<void> {
    await this.#mine.get(key)?.moveTo(path);
    await this.#forget(key);
  }

  async remove(key: string): Promise<void> {
    await this.#mine.get(key)?.remove();
    await this.#forget(key);
  }

  /** The keys of parts that no living process has. */
  async *left(): AsyncGenerator<string> {
    for await (const { key, name } of walk(this.#folder, '')) if (isLeft(name)) yield key;
  }

  /** Leaves all of them to whoever comes next. */
  async close(): Promise<void> {
    for (const [key, part] of this.#mine) {
      await part.leave(join(this.#at(key), `${idlePrefix}${globalThis.crypto.randomUUID()}`));
      this.#mine.delete(key);
    }
  }

  #at(key: string): string {
    return join(this.#folder, ...parseKey(key));
  }

  async #takeOver(key: string, name: string): Promise<BlobPart | null> {
    const folder = join(this.#at(key), ownName('temp'));
    try {
      await rename(join(this.#at(key), name), folder);
    } catch (error) {
      if (isAbsent(error)) return null; // another process was quicker
      throw error;
    }
    const part = await BlobPart.resume(folder);
    if (part !== null) this.#mine.set(key, part);
    return part;
  }

  async #forget(key: string): Promise<void> {
    this.#mine.delete(key);
    await rmdir(this.#at(key)).catch(() => undefined); // another process has a part of that object, or removed the folder
  }
}

const isLeft = (name: string): boolean => name.startsWith(idlePrefix) || ownerIsDead(name) === true;

/** Names of parts have an underscore, which no key has. */
async function* walk(folder: string, key: string): AsyncGenerator<{ key: string; name: string }> {
  for (const name of await namesIn(folder)) {
    if (name.includes('_')) yield { key, name };
    else yield* walk(join(folder, name), key === '' ? name : `${key}/${name}`);
  }
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return (await readdir(folder, { withFileTypes: true })).filter((e) => e.isDirectory()).map(({ name }) => name);
  } catch (error) {
    if (isAbsent(error)) return [];
    throw error;
  }
}
