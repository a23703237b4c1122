import type { Outbox, OutboxItem } from '../../store/mirror/mirror.js';
import { parseVersionPart } from '../store-keys.js';

/** Everything that waits of one secret, file or new project. */
export type WaitingObject = Readonly<{
  id: string;
  kind: 'secret' | 'file' | 'project';
  /** of files and projects */
  projectId: string | null;
  items: readonly OutboxItem[];
}>;

type Place = Omit<WaitingObject, 'items'>;

/** What an object of the store belongs to; null for contents, and for what never waits. */
export const placeOf = (key: string): Place | null => {
  const [kind, id = '', folder, fileId = ''] = key.split('/');
  if (kind === 'secrets') return { id, kind: 'secret', projectId: null };
  if (kind !== 'projects') return null;
  if (folder === 'files') return { id: fileId, kind: 'file', projectId: id };
  return { id, kind: 'project', projectId: id };
};

/** The version, or the sequence in a log, that a key ends with; 0 for none. */
export const versionOf = ({ key }: OutboxItem): number => parseVersionPart(key.slice(key.lastIndexOf('/') + 1)) ?? 0;

const none: readonly OutboxItem[] = [];

/** The outbox by what its items belong to. */
export class WaitingObjects {
  readonly #outbox: Outbox;
  #objects: Map<string, WaitingObject> | null = null;
  #contents = new Map<string, OutboxItem[]>();

  constructor(outbox: Outbox) {
    this.#outbox = outbox;
  }

  /** To be called after every change of the outbox. */
  changed(): void {
    this.#objects = null;
  }

  has(objectId: string): boolean {
    return this.#current().has(objectId);
  }

  /** in the order in which their first items were written */
  all(): WaitingObject[] {
    return [...this.#current().values()];
  }

  get(objectId: string): WaitingObject | undefined {
    return this.#current().get(objectId);
  }

  /** Puts of an object, lowest version first. */
  puts(objectId: string): OutboxItem[] {
    const { items } = this.#current().get(objectId) ?? { items: none };
    return items.filter(({ operation }) => operation === 'put').sort((a, b) => versionOf(a) - versionOf(b));
  }

  deletions(objectId: string): OutboxItem[] {
    const { items } = this.#current().get(objectId) ?? { items: none };
    return items.filter(({ operation }) => operation === 'delete');
  }

  /** What waits of a blob. */
  content(blob: string): readonly OutboxItem[] {
    this.#current();
    return this.#contents.get(blob) ?? none;
  }

  contents(): OutboxItem[] {
    this.#current();
    return [...this.#contents.values()].flat();
  }

  #current(): ReadonlyMap<string, WaitingObject> {
    if (this.#objects !== null) return this.#objects;
    const objects = new Map<string, Place & { items: OutboxItem[] }>();
    this.#contents = new Map();
    for (const item of this.#outbox.items()) {
      const place = placeOf(item.key);
      if (place === null) {
        const blob = item.key.slice(item.key.indexOf('/') + 1);
        this.#contents.set(blob, [...(this.#contents.get(blob) ?? none), item]);
      } else {
        const known = objects.get(place.id);
        if (known === undefined) objects.set(place.id, { ...place, items: [item] });
        else known.items.push(item);
      }
    }
    this.#objects = objects;
    return objects;
  }
}
