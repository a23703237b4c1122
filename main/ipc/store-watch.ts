import type { Alarm } from '../../app/model/people.js';
import { isVaultError, VaultError } from '../../app/errors.js';
import type { Vault } from '../vault/vault.js';
import { alarmOf } from './alarms.js';
import type { Emit } from './events.js';

/** How often an open vault looks at its store. What others did shows after at most this long. */
const leastPauseMs = 5_000;
/** Looking may take at most one part in this many of the time, however large the vault is. */
const pausesPerLook = 20;

/**
 * Keeps an open vault up to date with its store: looks at once, then again and again, and re-encrypts in the background what
 * older keys protect. Ends with the function that `watchStore` gives.
 */
export class StoreWatch {
  readonly #vault: Vault;
  readonly #emit: Emit;
  readonly #log: (line: string) => void;
  #timer: NodeJS.Timeout | undefined;
  #looking: Promise<readonly Alarm[]> | null = null;
  #rekeying = false;
  readonly #ending = new AbortController();
  #alarms: readonly Alarm[] = [];

  constructor(vault: Vault, emit: Emit, log: (line: string) => void) {
    this.#vault = vault;
    this.#emit = emit;
    this.#log = log;
  }

  start(): void {
    void this.look();
  }

  stop(): void {
    this.#ending.abort();
    clearTimeout(this.#timer);
  }

  /** What the last look found wrong. */
  alarms(): readonly Alarm[] {
    return this.#alarms;
  }

  /** Looks now; calls at the same time are one. */
  look(): Promise<readonly Alarm[]> {
    this.#looking ??= this.#look().finally(() => {
      this.#looking = null;
    });
    return this.#looking;
  }

  async #look(): Promise<readonly Alarm[]> {
    clearTimeout(this.#timer);
    const began = performance.now();
    try {
      this.#tell((await this.#vault.refresh()).map(alarmOf));
      void this.#rekey();
    } catch (error) {
      // a store that is away is told and asked again; a lock ends the watch
      if (!this.#ending.signal.aborted && !isVaultError(error, 'locked')) this.#tell([alarmOf(asVaultError(error))]);
    }
    const pauseMs = Math.max(leastPauseMs, pausesPerLook * (performance.now() - began));
    if (!this.#ending.signal.aborted) this.#timer = setTimeout(() => void this.look(), pauseMs).unref();
    return this.#alarms;
  }

  async #rekey(): Promise<void> {
    if (this.#rekeying || this.#ending.signal.aborted) return;
    this.#rekeying = true;
    try {
      for (const { id } of this.#vault.projects.list()) await this.#vault.files.rekey(id);
    } catch (error) {
      // what was not done is found again at the next look; single files that cannot be re-encrypted are the vault's problems
      if (!this.#ending.signal.aborted) this.#log(`coretex-vault: re-encrypting stopped: ${asVaultError(error).message}`);
    } finally {
      this.#rekeying = false;
    }
  }

  #tell(alarms: readonly Alarm[]): void {
    const changed = JSON.stringify(alarms) !== JSON.stringify(this.#alarms);
    this.#alarms = alarms;
    if (changed && !this.#ending.signal.aborted) this.#emit('activity', 'alarms', { items: [...alarms] });
  }
}

const asVaultError = (error: unknown): VaultError =>
  error instanceof VaultError ? error : new VaultError('internal', undefined, { cause: error });
