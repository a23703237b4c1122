import { EventEmitter } from 'node:events';
import type { VaultEvents } from './vault.js';

/** The vault's typed events. A listener that throws is the listener's defect and does not stop the vault's work. */
export class VaultEmitter {
  readonly #emitter = new EventEmitter();

  emit<E extends keyof VaultEvents>(event: E, ...args: VaultEvents[E]): void {
    this.#emitter.emit(event, ...args);
  }

  /** Returns a function that ends the subscription. */
  on<E extends keyof VaultEvents>(event: E, listener: (...args: VaultEvents[E]) => void): () => void {
    const untyped = listener as (...args: unknown[]) => void;
    this.#emitter.on(event, untyped);
    return () => {
      this.#emitter.off(event, untyped);
    };
  }

  clear(): void {
    this.#emitter.removeAllListeners();
  }
}
