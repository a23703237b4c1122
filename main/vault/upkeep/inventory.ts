import type { ObjectInfo, Store } from '../../store/store.js';
import { placeOfKey } from './object-place.js';

type Versions = Map<string, number[]>;

/** A number beyond all that happens: one stray object must not make us look for thousands of millions before it. */
const mostVersions = 1_000_000;

/** Everything that a store holds, as one listing shows it. Versions are ascending. */
export class Inventory {
  readonly objects = new Map<string, ObjectInfo>();
  readonly accounts: Versions = new Map();
  readonly secrets: Versions = new Map();
  readonly logs: Versions = new Map();
  /** by project, then by file */
  readonly files = new Map<string, Versions>();
  readonly blobs: string[] = [];
  readonly changes: number[] = [];
  /** keys that mean nothing to us */
  readonly unknown: string[] = [];

  /** Throws what the store throws. @param onObject told of each object, and how many there are so far */
  static async read(
    store: Store,
    signal: AbortSignal | undefined,
    onObject?: (count: number) => void,
  ): Promise<Inventory> {
    const inventory = new Inventory();
    for await (const info of store.list('', { ...(signal && { signal }) })) {
      inventory.#add(info);
      onObject?.(inventory.objects.size);
    }
    return inventory;
  }

  has(key: string): boolean {
    return this.objects.has(key);
  }

  filesOf(project: string): ReadonlyMap<string, readonly number[]> {
    return this.files.get(project) ?? new Map<string, readonly number[]>();
  }

  #add(info: ObjectInfo): void {
    this.objects.set(info.key, info);
    const place = placeOfKey(info.key);
    if (place === null || ('version' in place && place.version > mostVersions)) this.unknown.push(info.key);
    else if (place.kind === 'account') addVersion(this.accounts, place.of, place.version);
    else if (place.kind === 'secret') addVersion(this.secrets, place.of, place.version);
    else if (place.kind === 'log') addVersion(this.logs, place.of, place.version);
    else if (place.kind === 'blob') this.blobs.push(place.of);
    else if (place.kind === 'change') this.changes.push(place.version);
    else if (place.kind === 'file') {
      const files = this.files.get(place.project) ?? new Map<string, number[]>();
      this.files.set(place.project, files);
      addVersion(files, place.of, place.version);
    }
  }
}

const addVersion = (versions: Versions, of: string, version: number): void => {
  const known = versions.get(of);
  if (known === undefined) versions.set(of, [version]);
  else known.push(version);
};

/** 1 to `highest` */
export const upTo = (highest: number): number[] => Array.from({ length: highest }, (_, position) => position + 1);
