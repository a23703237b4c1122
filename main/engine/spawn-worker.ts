import { join } from 'node:path';
import { Worker, type WorkerOptions } from 'node:worker_threads';

/** Set by vitest.config.ts alone: tests run from source, and bundle the workers to a folder of their own. */
declare const __WORKER_FOLDER__: string | undefined;

/** Each is a file of main/engine/workers, bundled to `workers/<name>.cjs` beside the bundle that starts it. */
export type WorkerName = 'rsa-worker' | 'file-worker' | 'strength-worker';

/** Starts one of our worker threads. A missing bundle shows as the worker's `error` event. */
export const spawnWorker = (name: WorkerName, options: WorkerOptions = {}): Worker =>
  new Worker(join(workerFolder(), `${name}.cjs`), { name, ...options });

const workerFolder = (): string =>
  typeof __WORKER_FOLDER__ === 'string' ? __WORKER_FOLDER__ : join(__dirname, 'workers');
