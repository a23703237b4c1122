import { join } from 'node:path';
import { ownerIsDead, ownName } from '../staging.js';
import { SharedLog } from './shared-log.js';

export type Operation = 'put' | 'delete';
/** A write that was begun and that nobody has been told of yet. `id` names its process. */
export type Intent = Readonly<{ id: string; key: string; operation: Operation }>;

/** Owners of this process that still announce what is theirs. */
const openHere = new Set<string>();
const ownPid = `_${String(process.pid)}_`;

/** Whether nobody will announce what that owner began. */
const isAbandoned = (owner: string): boolean =>
  !openHere.has(owner) && (ownerIsDead(owner) !== false || owner.includes(ownPid));

/**
 * What the processes of this profile are about to write, or wrote and have not announced: noted on disk before the store is asked, so that
 * the next process announces what a killed one could not.
 */
export class Intents {
  readonly #log: SharedLog;
  readonly #open = new Map<string, Intent>();
  readonly #owner = ownName('claim');
  #count = 0;

  private constructor(folder: string) {
    this.#log = new SharedLog(join(folder, 'announcements'), false, {
      apply: (line) => this.#apply(line),
      reset: () => this.#open.clear(),
      damaged: () => true, // an announcement that is lost here is found by the next full listing
      snapshot: () => [...this.#open.values()].map(asLine),
      live: () => this.#open.size,
    });
  }

  static open(folder: string): Intents {
    const intents = new Intents(folder);
    intents.#log.refresh();
    openHere.add(intents.#owner);
    return intents;
  }

  /** What is left is another's to announce. */
  close(): void {
    openHere.delete(this.#owner);
  }

  async begin(key: string, operation: Operation): Promise<Intent> {
    this.#count += 1;
    const intent = { id: `${this.#owner}.${String(this.#count)}`, key, operation };
    await this.#log.append(() => [asLine(intent)]);
    return intent;
  }

  /** They were announced, or nothing came of them. */
  end(intents: readonly Intent[]): Promise<void> {
    return this.#log.append(() => intents.map(({ id }) => `x ${id}`));
  }

  /** Those whose owner is gone: what became of them must be looked up. */
  orphans(): Intent[] {
    this.#log.refresh();
    return [...this.#open.values()].filter(({ id }) => isAbandoned(id.slice(0, id.lastIndexOf('.'))));
  }

  #apply(line: string): void {
    const [kind, id = '', operation, key = ''] = line.split(' ');
    if (kind === 'x') this.#open.delete(id);
    else this.#open.set(id, { id, key, operation: operation === 'delete' ? 'delete' : 'put' });
  }
}

const asLine = ({ id, operation, key }: Intent): string => `i ${id} ${operation} ${key}`;
