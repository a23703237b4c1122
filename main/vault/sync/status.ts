import type { VaultError } from '../../../app/errors.js';
import type { SyncStatus } from '../../../app/model/sync.js';
import type { Connection, OutboxItem } from '../../store/mirror/mirror.js';
import type { VaultEmitter } from '../events.js';

export type StatusFacts = Readonly<{
  connection: Connection;
  items: readonly OutboxItem[];
  working: boolean;
  /** 0 to 1; null when nothing is sent */
  progress: number | null;
  /** why single secrets and files were refused */
  refused: readonly VaultError[];
  alarms: readonly VaultError[];
  cachedBytes: number;
  cacheLimitBytes: number;
}>;

export const statusOf = (facts: StatusFacts): SyncStatus => {
  const { connection, items, progress, cachedBytes, cacheLimitBytes } = facts;
  const [state, message] = stateOf(facts);
  return {
    state,
    lastContact: connection.lastContact,
    waitingItems: items.length,
    waitingBytes: items.reduce((sum, { bytes }) => sum + bytes, 0),
    progress: progress === null ? null : Math.min(1, Math.max(0, progress)),
    cachedBytes,
    cacheLimitBytes,
    message,
  };
};

const stateOf = ({ connection, items, working, refused, alarms }: StatusFacts): [SyncStatus['state'], string] => {
  const { state, trouble } = connection;
  if (state === 'paused') return ['paused', ''];
  const [alarm] = alarms;
  if (alarm !== undefined) return ['trouble', alarm.message];
  if (state === 'offline') return [isPassing(trouble) ? 'offline' : 'trouble', trouble?.message ?? ''];
  if (working) return ['working', ''];
  const [refusal] = refused;
  if (refusal !== undefined) return ['trouble', refusal.message];
  return [items.length > 0 ? 'working' : 'current', ''];
};

/** Reasons of `store-unreachable` that nobody at this computer can do anything about but wait; with any other, waiting is for ever. */
const passing: ReadonlySet<unknown> = new Set(['network', 'no-host', 'busy', 'server-error', 'no-upload', undefined]);

const isPassing = (trouble: VaultError | null): boolean =>
  trouble === null || (trouble.code === 'store-unreachable' && passing.has(trouble.details['reason']));

const pauseMs = 250;

/** Tells how things stand, at most four times a second and only what is new. */
export class StatusTeller {
  readonly #events: VaultEmitter;
  readonly #status: () => SyncStatus;
  #timer: NodeJS.Timeout | undefined;
  #told = '';
  #waitingChanged = false;
  #closed = false;

  constructor(events: VaultEmitter, status: () => SyncStatus) {
    this.#events = events;
    this.#status = status;
  }

  /** @param waitingChanged what waits, or what merges have to tell, is another now */
  tell(waitingChanged = false): void {
    this.#waitingChanged ||= waitingChanged;
    if (this.#closed) return;
    this.#timer ??= setTimeout(() => this.#emit(), pauseMs).unref();
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
  }

  #emit(): void {
    this.#timer = undefined;
    const status = this.#status();
    const text = JSON.stringify(status);
    if (text !== this.#told) this.#events.emit('sync', status);
    this.#told = text;
    if (this.#waitingChanged) this.#events.emit('sync-changed');
    this.#waitingChanged = false;
  }
}
