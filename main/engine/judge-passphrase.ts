import type { Worker } from 'node:worker_threads';
import { VaultError } from '../../app/errors.js';
import type { PassphraseStrength, Suite } from '../../app/model/account.js';
import type { SecretBytes } from '../crypto/secret-bytes.js';
import { spawnWorker } from './spawn-worker.js';
import type { StrengthAnswer, StrengthQuestion } from './workers/strength-worker.js';

/** Long enough to serve a person who types, short enough that the thread and what it read are soon gone. */
const idleMs = 1_000;

type Waiting = Readonly<{ resolve: (strength: PassphraseStrength) => void; reject: (error: VaultError) => void }>;

const failed = (): VaultError => new VaultError('internal', 'The strength of this passphrase could not be judged.');

/** One thread for as long as somebody types. */
class StrengthThread {
  readonly #worker: Worker;
  readonly #waiting = new Map<number, Waiting>();
  #asked = 0;
  #idle: NodeJS.Timeout | undefined;

  constructor(readonly ended: () => void) {
    this.#worker = spawnWorker('strength-worker');
    this.#worker.on('message', (answer: StrengthAnswer) => this.#answer(answer));
    this.#worker.on('error', () => this.#end());
    this.#worker.on('exit', () => this.#end());
    this.#worker.unref();
  }

  ask(passphrase: SecretBytes, suite: Suite): Promise<PassphraseStrength> {
    clearTimeout(this.#idle);
    this.#worker.ref();
    const shared = new SharedArrayBuffer(passphrase.byteLength);
    new Uint8Array(shared).set(passphrase.bytes);
    const asked: StrengthQuestion = { question: this.#asked++, passphrase: shared, suite };
    return new Promise((resolve, reject) => {
      this.#waiting.set(asked.question, { resolve, reject });
      this.#worker.postMessage(asked);
    });
  }

  #answer({ question, strength }: StrengthAnswer): void {
    const waiting = this.#waiting.get(question);
    this.#waiting.delete(question);
    if (strength === null) waiting?.reject(failed());
    else waiting?.resolve(strength);
    if (this.#waiting.size > 0) return;
    this.#worker.unref();
    this.#idle = setTimeout(() => void this.#worker.terminate(), idleMs).unref();
  }

  #end(): void {
    clearTimeout(this.#idle);
    for (const waiting of this.#waiting.values()) waiting.reject(failed());
    this.#waiting.clear();
    this.ended();
  }
}

let thread: StrengthThread | undefined;

/** How hard a passphrase is to guess, judged on a thread of its own that ends soon after. The passphrase stays the caller's. */
export const judgePassphrase = (passphrase: SecretBytes, suite: Suite): Promise<PassphraseStrength> => {
  thread ??= new StrengthThread(() => (thread = undefined));
  return thread.ask(passphrase, suite);
};
