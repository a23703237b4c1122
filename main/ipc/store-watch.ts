import type { Alarm } from '../../app/model/people.js';
import { isVaultError, VaultError } from '../../app/errors.js';
import type { Vault } from '../vault/vault.js';
import { alarmOf } from './alarms.js';
import type { Emit } from './events.js';

/** How often an open vault looks at its store. What others did shows after at most this long. */
const leastPauseMs = 5_000;
/** Looking may take at most one part in this many of the time, however large the vault is. */
const pausesPerLook = 20;
/** A store that does not answer is asked again after at most this long: it takes its time to say nothing. */
const longestAwayMs = 15_000;

/**
 * Keeps an open vault up to date with its store: looks at once, then again and again, and re-encrypts in the background what
 * older keys protect. Ends with the function that `watchStore` gives.
 */
export class StoreWatch {
  readonly #vault: Vault;
  readonly #emit: Emit;
  #timer: NodeJS.Timeout | undefined;
  #looking: Promise<readonly Alarm[]> | null = null;
  #rekeying = false;
  readonly #ending = new AbortController();
  #alarms: readonly Alarm[];
  /** what the last look that the store answered found wrong */
  #found: readonly Alarm[] = [];
  /** true as long as the vault is open */
  readonly #standing: readonly Alarm[];
  /** what kept a project's old files from being re-encrypted, by project */
  readonly #stuck = new Map<string, Alarm>();

  constructor(vault: Vault, emit: Emit, standing: readonly Alarm[] = []) {
    this.#vault = vault;
    this.#emit = emit;
    this.#standing = standing;
    this.#alarms = standing;
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
    let longestMs = Infinity;
    try {
      const problems = await this.#vault.refresh();
      this.#found = problems.map(alarmOf);
      this.#tell();
      // where a vault was moved away from, everything would be encrypted again and again, and refused
      if (!problems.some(({ details }) => details['moved'] === true)) void this.#rekey();
    } catch (error) {
      longestMs = longestAwayMs;
      // a store that is away is told and asked again; a lock ends the watch
      if (!this.#ending.signal.aborted && !isVaultError(error, 'locked')) this.#tellAway(asVaultError(error));
    }
    const pauseMs = Math.max(leastPauseMs, Math.min(longestMs, pausesPerLook * (performance.now() - began)));
    if (!this.#ending.signal.aborted) this.#timer = setTimeout(() => void this.look(), pauseMs).unref();
    return this.#alarms;
  }

  async #rekey(): Promise<void> {
    if (this.#rekeying || this.#ending.signal.aborted) return;
    this.#rekeying = true;
    try {
      for (const { id } of this.#vault.projects.list()) await this.#rekeyOne(id);
    } finally {
      this.#rekeying = false;
    }
  }

  /** What was not done is tried again at the next look, and told with what that finds. */
  async #rekeyOne(projectId: string): Promise<void> {
    try {
      await this.#vault.files.rekey(projectId, { patient: true });
      this.#stuck.delete(projectId);
    } catch (error) {
      if (!isVaultError(error, 'locked')) this.#stuck.set(projectId, alarmOf(asVaultError(error)));
    }
  }

  /**
   * A vault in a bucket goes on without its server, and its sync state says how that is; what was wrong before stays so. A folder that is
   * away is an alarm.
   */
  #tellAway(error: VaultError): void {
    const expected = this.#vault.location.kind === 's3' && isVaultError(error, 'store-unreachable', 'cancelled');
    this.#tell(expected ? this.#found : [alarmOf(error)]);
  }

  #tell(found: readonly Alarm[] = this.#found): void {
    const alarms = [...this.#standing, ...found, ...this.#stuck.values()];
    const changed = JSON.stringify(alarms) !== JSON.stringify(this.#alarms);
    this.#alarms = alarms;
    if (changed && !this.#ending.signal.aborted) this.#emit('activity', 'alarms', { items: alarms });
  }
}

const asVaultError = (error: unknown): VaultError =>
  error instanceof VaultError ? error : new VaultError('internal', undefined, { cause: error });
