import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { VaultError, isVaultError } from '../../../app/errors.js';
import { verifyCard, type AccountCard } from '../../crypto/account-card.js';
import { fingerprintHex } from '../../crypto/fingerprint.js';
import type { Reader, SigningPublicJwk } from '../../crypto/keys.js';
import type { Store } from '../../store/store.js';
import { inParallel } from '../in-parallel.js';
import { readProfileFile, writeProfileFile } from '../profile/profile.js';
import { versionPart } from '../store-keys.js';
import { cardAlarm, isCardAlarm, strangerAlarm } from './card-alarm.js';
import { isAccountId, storedCard, storedVersions } from './stored-cards.js';

export type PinnedCard = Readonly<{ card: AccountCard; stored: Uint8Array }>;
export type Signer = Readonly<{ accountId: string; key: SigningPublicJwk }>;
/** `changed`: since the refresh before, however it came to be, a card was pinned, or an alarm came or went */
export type RefreshedAccounts = Readonly<{ accounts: PinnedCard[]; problems: VaultError[]; changed: boolean }>;

const parallel = 8;

/**
 * Account cards, pinned at first sight: a verified copy of every version stays in the profile, so that a changed card is
 * an alarm (`changed-card`) and unlocking works while the store is away. SECURITY (promises 2, 3, 4).
 */
export class AccountDirectory {
  readonly #folder: string;
  readonly #store: Store;
  readonly #ownId: string | undefined;
  /** every version of each account that this process has verified, ascending from 1 */
  readonly #chains = new Map<string, Promise<PinnedCard[]>>();
  readonly #names = new Map<string, string>();
  /** work that may pin, one at a time for each account */
  readonly #turns = new Map<string, Promise<unknown>>();
  /** what the last look at the store found wrong with accounts that are pinned */
  readonly #alarms = new Map<string, VaultError>();
  /** what others found wrong with accounts, other than their cards */
  readonly #raised = new Map<string, VaultError>();
  /** who was there, and what was wrong, when somebody was told last */
  #told = '';

  /** @param ownId the account of the profile, where that is known already: what is wrong with it is said in other words */
  constructor(profileDir: string, store: Store, ownId?: string) {
    this.#folder = join(profileDir, 'cards');
    this.#store = store;
    this.#ownId = ownId;
  }

  /** Newest pinned card; null when this computer has never seen the account. Does not ask the store. */
  async pinned(accountId: string): Promise<PinnedCard | null> {
    return (await this.#chain(accountId)).at(-1) ?? null;
  }

  /** Every pinned version of an account, ascending from 1; none when this computer has never seen it. Does not ask the store. */
  versions(accountId: string): Promise<readonly PinnedCard[]> {
    return this.#chain(accountId);
  }

  /** One version of an account's card. Throws `not-found`. */
  async version(accountId: string, version: number): Promise<PinnedCard> {
    const found = (await this.#chain(accountId))[version - 1];
    if (found === undefined) throw new VaultError('not-found', 'There is no such version of that account.');
    return found;
  }

  /** Ids of the accounts that this computer has pinned. Does not ask the store. */
  async known(): Promise<string[]> {
    try {
      return (await readdir(this.#folder)).filter(isAccountId);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
      throw new VaultError('source-unreadable', 'The profile of this vault cannot be read.', { cause: error });
    }
  }

  /** When this computer pinned an account first: the age of that file. Throws `not-found`. */
  async firstSeen(accountId: string): Promise<Date> {
    await this.version(accountId, 1);
    return (await stat(this.#pinPath(accountId, 1))).mtime;
  }

  /** Hex fingerprints of every verified version, oldest first; asks the store when this computer has never seen the account. */
  async fingerprintsOf(accountId: string): Promise<string[]> {
    return (await this.#chainOrRefreshed(accountId)).map(({ card }) => fingerprintHex(card.keys));
  }

  /** What is wrong with an account, as the last refresh saw it; null when nothing is. */
  alarm(accountId: string): VaultError | null {
    return this.#alarms.get(accountId) ?? this.#raised.get(accountId) ?? null;
  }

  /** Notes an alarm that has nothing to do with an account's card. It stays as long as the vault is open. */
  raise(accountId: string, alarm: VaultError): void {
    this.#raised.set(accountId, alarm);
  }

  /** Ends what `raise` noted: somebody has looked at it. */
  lower(accountId: string): void {
    this.#raised.delete(accountId);
  }

  /**
   * Reads the versions that the store has and the profile has not, verifies them and pins them; gives the newest.
   * Throws `not-found`, `changed-card` when a pinned version differs, `rolled-back` when the store has fewer, and what `verifyCard`
   * throws: with a pinned account these are its `alarm`, until a refresh finds all well again.
   */
  async refresh(accountId: string): Promise<PinnedCard> {
    const stored = await storedVersions(this.#store, `accounts/${accountId}/`);
    return this.#judged(accountId, stored.get(accountId) ?? []);
  }

  /** Pins a card that this client has just published, and verifies it as any other. */
  pin(accountId: string, stored: Uint8Array): Promise<PinnedCard> {
    return this.#inTurn(accountId, async () => {
      const chain = await this.#chain(accountId);
      const there = chain.find((pinned) => Buffer.compare(pinned.stored, stored) === 0);
      return there ?? this.#verifyAndPin(accountId, chain, chain.length + 1, stored);
    });
  }

  /**
   * Every account in the store or in the profile, verified and pinned; accounts with a bad card are left out and told in
   * `problems`. Throws when the store does not answer.
   */
  async refreshAll(): Promise<RefreshedAccounts> {
    const { accounts, problems } = await this.#lookAtAll();
    // Cards are pinned between two refreshes too: by who checks a signature, and by other processes.
    const before = this.#told;
    this.#told = JSON.stringify([accounts.map(({ card }) => [card.id, card.version]).sort(), this.#alarmsAsText()]);
    return { accounts, problems, changed: this.#told !== before };
  }

  async #lookAtAll(): Promise<Omit<RefreshedAccounts, 'changed'>> {
    const stored = await storedVersions(this.#store, 'accounts/');
    const problems: VaultError[] = [];
    const ids = [...new Set([...stored.keys(), ...(await this.known())])];
    const accounts = await inParallel(ids, parallel, (accountId) =>
      this.#judged(accountId, stored.get(accountId) ?? []).catch((error: unknown) => {
        if (!isCardAlarm(error) && !isVaultError(error, 'not-found')) throw error;
        problems.push(this.#alarms.has(accountId) ? error : strangerAlarm(error, accountId));
        return null;
      }),
    );
    return { accounts: accounts.filter((account) => account !== null), problems };
  }

  /** What sealing to an account needs that could read already: its newest pinned wrapping key. */
  async reader(accountId: string): Promise<Reader> {
    const { card } = (await this.pinned(accountId)) ?? (await this.refresh(accountId));
    return { suite: card.suite, wrap: card.keys.wrap };
  }

  /** The name on an account's newest pinned card, as far as this process has read it. */
  nameOf(accountId: string): string {
    return this.#names.get(accountId) ?? 'an account that is not in the store';
  }

  /**
   * An account's newest card, once the store was asked for it again. SECURITY (promise 2): nothing is shared with an account
   * whose card is not what this computer pinned. Throws its alarm, and `no-master-key` when there is no such account.
   */
  async forSharing(accountId: string): Promise<PinnedCard> {
    const newest = await this.refresh(accountId).catch((error: unknown) => {
      throw isVaultError(error, 'not-found') ? new VaultError('no-master-key', undefined, { cause: error }) : error;
    });
    const alarm = this.alarm(accountId);
    if (alarm !== null) throw alarm;
    return newest;
  }

  /** Thumbprints of the wrapping keys that an account has or had; asks the store when this computer has never seen it. */
  async wrapKids(accountId: string): Promise<string[]> {
    try {
      return (await this.#chainOrRefreshed(accountId)).map(({ card }) => card.keys.wrap.kid);
    } catch (error) {
      // one record that names an account without a good card says nothing about the others
      if (!isVaultError(error, 'not-found', 'weak-parameters')) throw error;
      throw new VaultError('damaged', 'A record names a reader that has no account card to trust.', { cause: error });
    }
  }

  /** Thumbprints of the wrapping keys of every account in the store. */
  async allWrapKids(): Promise<ReadonlySet<string>> {
    await this.#lookAtAll();
    const kids = await Promise.all((await this.known()).map((accountId) => this.wrapKids(accountId)));
    return new Set(kids.flat());
  }

  /** The signing key of an account, by its thumbprint, among all verified versions; asks the store once when unknown. */
  async signer(accountId: string, kid: string): Promise<Signer | null> {
    const known = await this.#signerIn(accountId, kid);
    if (known !== null) return known;
    try {
      await this.refresh(accountId);
    } catch (error) {
      // the alarm of a bad card is kept, and told by the refresh of all accounts; here the key just is not that account's
      if (!isCardAlarm(error) && !isVaultError(error, 'not-found')) throw error;
    }
    return this.#signerIn(accountId, kid);
  }

  async #signerIn(accountId: string, kid: string): Promise<Signer | null> {
    const chain = await this.#chain(accountId);
    const found = chain.find(({ card }) => card.keys.sign.kid === kid);
    return found === undefined ? null : { accountId, key: found.card.keys.sign };
  }

  async #chainOrRefreshed(accountId: string): Promise<readonly PinnedCard[]> {
    if ((await this.pinned(accountId)) === null) await this.refresh(accountId);
    return this.#chain(accountId);
  }

  #chain(accountId: string): Promise<PinnedCard[]> {
    const known = this.#chains.get(accountId);
    if (known !== undefined) return known;
    const reading = this.#readPins(accountId);
    this.#chains.set(accountId, reading);
    reading.catch(() => this.#chains.delete(accountId));
    return reading;
  }

  async #readPins(accountId: string): Promise<PinnedCard[]> {
    const chain: PinnedCard[] = [];
    for (;;) {
      const version = chain.length + 1;
      const stored = await readProfileFile(this.#pinPath(accountId, version));
      if (stored === null) return chain;
      const card = await verifyCard(stored, accountId, version, chain.at(-1)?.stored);
      chain.push({ card, stored });
      this.#names.set(accountId, card.name);
    }
  }

  /** Looks at what the store shows of an account, and keeps or clears its alarm. */
  #judged(accountId: string, versions: readonly number[]): Promise<PinnedCard> {
    return this.#inTurn(accountId, async () => {
      const chain = await this.#chain(accountId);
      try {
        const newest = await this.#extended(accountId, chain, versions);
        this.#alarms.delete(accountId);
        return newest;
      } catch (error) {
        const known = chain.at(-1);
        if (known === undefined || !isCardAlarm(error)) throw error;
        const alarm = cardAlarm(error, known.card, accountId === this.#ownId);
        this.#alarms.set(accountId, alarm);
        throw alarm;
      }
    });
  }

  async #extended(accountId: string, chain: PinnedCard[], versions: readonly number[]): Promise<PinnedCard> {
    const highest = versions.at(-1) ?? 0;
    if (highest < chain.length) {
      throw new VaultError('rolled-back', undefined, { details: { seen: chain.length, found: highest } });
    }
    await this.#comparePinned(accountId, chain);
    for (const version of versions.filter((one) => one > chain.length)) await this.#pinNext(accountId, chain, version);
    const newest = chain.at(-1);
    if (newest === undefined) throw new VaultError('not-found', 'There is no such account in the store.');
    return newest;
  }

  async #comparePinned(accountId: string, chain: readonly PinnedCard[]): Promise<void> {
    const newest = chain.at(-1);
    if (newest === undefined) return;
    const stored = await storedCard(this.#store, accountId, newest.card.version);
    // SECURITY (promise 2): what was pinned at first sight is never replaced.
    if (Buffer.compare(stored, newest.stored) !== 0) throw new VaultError('changed-card');
  }

  async #pinNext(accountId: string, chain: PinnedCard[], version: number): Promise<void> {
    await this.#verifyAndPin(accountId, chain, version, await storedCard(this.#store, accountId, version));
  }

  async #verifyAndPin(
    accountId: string,
    chain: PinnedCard[],
    version: number,
    stored: Uint8Array,
  ): Promise<PinnedCard> {
    if (version !== chain.length + 1) throw new VaultError('damaged', 'A version of an account card is missing.');
    const card = await verifyCard(stored, accountId, version, chain.at(-1)?.stored);
    const path = this.#pinPath(accountId, version);
    const there = await readProfileFile(path);
    // SECURITY (promise 2): another process of this computer may have pinned this version meanwhile, and may have been shown another.
    if (there !== null && Buffer.compare(there, stored) !== 0) throw new VaultError('changed-card');
    if (there === null) await writeProfileFile(path, stored);
    const pinned = { card, stored };
    chain.push(pinned);
    this.#names.set(accountId, card.name);
    return pinned;
  }

  #pinPath(accountId: string, version: number): string {
    return join(this.#folder, accountId, versionPart(version));
  }

  #inTurn<T>(accountId: string, work: () => Promise<T>): Promise<T> {
    const turn = (this.#turns.get(accountId) ?? Promise.resolve()).then(work, work);
    this.#turns.set(accountId, turn);
    return turn;
  }

  #alarmsAsText(): string {
    return JSON.stringify([...this.#alarms].map(([accountId, { code, message }]) => [accountId, code, message]).sort());
  }
}
