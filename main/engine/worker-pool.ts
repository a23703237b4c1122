import type { Worker } from 'node:worker_threads';
import { VaultError } from '../../app/errors.js';
import type { AnswerOf, OperationName, RequestOf, WorkerReply } from './file-job.js';
import { spawnWorker } from './spawn-worker.js';

/** A request made when a worker is free for it, so that no copy of a key waits in a queue. */
export type Message<K extends OperationName> = Readonly<{ request: RequestOf<K>; transfer?: readonly ArrayBuffer[] }>;

type Task = Readonly<{
  operation: OperationName;
  prepare: () => Message<OperationName>;
  resolve: (value: unknown) => void;
  reject: (error: unknown) => void;
}>;

/**
 * Worker threads that do one request at a time each. They start all together when the first is needed (a large file wants
 * them all in a moment), and do not keep the process alive.
 */
export class WorkerPool {
  readonly #idle: Worker[] = [];
  readonly #busy = new Map<Worker, Task>();
  readonly #queue: Task[] = [];
  #closed = false;

  constructor(readonly size: number) {}

  /**
   * @param options.urgent before everything that waits: somebody looks at the screen
   * @throws the VaultError of the worker; `cancelled` when the pool is closed first
   */
  run<K extends OperationName>(
    operation: K,
    prepare: () => Message<K>,
    options: Readonly<{ urgent?: boolean }> = {},
  ): Promise<AnswerOf<K>> {
    if (this.#closed) return Promise.reject(new VaultError('cancelled'));
    return new Promise((resolve, reject) => {
      const task: Task = { operation, prepare, resolve: resolve as (value: unknown) => void, reject };
      if (options.urgent === true) this.#queue.unshift(task);
      else this.#queue.push(task);
      this.#dispatch();
    });
  }

  /** Ends every thread. What was still running or waiting fails with `cancelled`. */
  async close(): Promise<void> {
    this.#closed = true;
    const workers = [...this.#idle.splice(0), ...this.#busy.keys()];
    const unfinished = [...this.#queue.splice(0), ...this.#busy.values()];
    this.#busy.clear();
    for (const task of unfinished) task.reject(new VaultError('cancelled'));
    await Promise.all(workers.map((worker) => worker.terminate()));
  }

  #dispatch(): void {
    while (this.#queue.length > 0) {
      while (this.#idle.length + this.#busy.size < this.size) this.#start();
      const worker = this.#idle.pop();
      if (worker === undefined) return;
      const task = this.#queue.shift();
      if (task !== undefined) this.#give(worker, task);
    }
  }

  #give(worker: Worker, task: Task): void {
    this.#busy.set(worker, task);
    worker.ref();
    try {
      const { request, transfer = [] } = task.prepare();
      worker.postMessage({ operation: task.operation, request }, transfer);
    } catch (error) {
      this.#release(worker);
      task.reject(error);
    }
  }

  #release(worker: Worker): void {
    this.#busy.delete(worker);
    worker.unref();
    this.#idle.push(worker);
  }

  #start(): void {
    // files that one worker opens are closed by another, so none may close them behind the others' back when it ends
    const worker = spawnWorker('file-worker', { trackUnmanagedFds: false });
    worker.on('message', (reply: WorkerReply) => {
      this.#settle(worker, reply);
    });
    worker.on('error', (cause) => {
      this.#lose(worker, cause);
    });
    worker.on('exit', () => {
      this.#lose(worker, undefined);
    });
    worker.unref();
    this.#idle.push(worker);
  }

  #settle(worker: Worker, reply: WorkerReply): void {
    const task = this.#busy.get(worker);
    if (task === undefined) return;
    this.#release(worker);
    if ('value' in reply) task.resolve(reply.value);
    else task.reject(toError(reply.failed));
    this.#dispatch();
  }

  /** A thread that ended by itself (out of memory, a missing bundle): its task fails, the next one gets a new thread. */
  #lose(worker: Worker, cause: unknown): void {
    const idleAt = this.#idle.indexOf(worker);
    if (idleAt >= 0) this.#idle.splice(idleAt, 1);
    const task = this.#busy.get(worker);
    if (task === undefined) return;
    this.#busy.delete(worker);
    task.reject(new VaultError('internal', 'A file worker ended unexpectedly.', { cause }));
    this.#dispatch();
  }
}

/** The error of another thread, as it was thrown there. */
export const toError = ({ code, message, details }: Extract<WorkerReply, { failed: unknown }>['failed']): VaultError =>
  new VaultError(code, message, { details });
