import { join } from 'node:path';
import { VaultError, isVaultError } from '../../../app/errors.js';
import { verifyCard, type AccountCard } from '../../crypto/account-card.js';
import { fingerprintHex } from '../../crypto/fingerprint.js';
import type { Reader, SigningPublicJwk } from '../../crypto/keys.js';
import type { Store } from '../../store/store.js';
import { readProfileFile, writeProfileFile } from '../profile/profile.js';
import { accountKey, parseVersionPart, versionPart } from '../store-keys.js';

export type PinnedCard = Readonly<{ card: AccountCard; stored: Uint8Array }>;
export type Signer = Readonly<{ accountId: string; key: SigningPublicJwk }>;

const isAccountId = (name: string): boolean => /^[0-9a-f]{32}$/.test(name);

/**
 * Account cards, pinned at first sight: a verified copy of every version stays in the profile, so that a changed card is
 * an alarm (`changed-card`) and unlocking works while the store is away. SECURITY (promises 2, 3, 4).
 */
export class AccountDirectory {
  readonly #folder: string;
  readonly #store: Store;
  /** every version of each account that this process has verified, ascending from 1 */
  readonly #chains = new Map<string, PinnedCard[]>();

  constructor(profileDir: string, store: Store) {
    this.#folder = join(profileDir, 'cards');
    this.#store = store;
  }

  /** Newest pinned card; null when this computer has never seen the account. Does not ask the store. */
  async pinned(accountId: string): Promise<PinnedCard | null> {
    return (await this.#chain(accountId)).at(-1) ?? null;
  }

  /** One version of an account's card. Throws `not-found`. */
  async version(accountId: string, version: number): Promise<PinnedCard> {
    const found = (await this.#chain(accountId))[version - 1];
    if (found === undefined) throw new VaultError('not-found', 'There is no such version of that account.');
    return found;
  }

  /**
   * Reads the versions that the store has and the profile has not, verifies them and pins them; gives the newest.
   * Throws `not-found`, `changed-card` when a pinned version differs, `rolled-back` when the store has fewer, and what `verifyCard` throws.
   */
  async refresh(accountId: string): Promise<PinnedCard> {
    const chain = await this.#chain(accountId);
    const versions = await this.#storedVersions(accountId);
    if (versions.length < chain.length) {
      throw new VaultError('rolled-back', 'The store lost a version of an account card that this computer has seen.', {
        details: { account: accountId, seen: chain.length, found: versions.length },
      });
    }
    await this.#comparePinned(accountId, chain);
    for (const version of versions.slice(chain.length)) await this.#pinNext(accountId, chain, version);
    const newest = chain.at(-1);
    if (newest === undefined) throw new VaultError('not-found', 'There is no such account in the store.');
    return newest;
  }

  /** Pins a card that this client has just published. */
  async pin(accountId: string, stored: Uint8Array): Promise<PinnedCard> {
    const chain = await this.#chain(accountId);
    return this.#verifyAndPin(accountId, chain, chain.length + 1, stored);
  }

  /** Every account in the store, verified and pinned; accounts with a bad card are left out and told in `problems`. */
  async refreshAll(): Promise<{ accounts: PinnedCard[]; problems: VaultError[] }> {
    const accounts: PinnedCard[] = [];
    const problems: VaultError[] = [];
    for (const accountId of await this.#storedAccounts()) {
      try {
        accounts.push(await this.refresh(accountId));
      } catch (error) {
        if (!isVaultError(error)) throw error;
        problems.push(error);
      }
    }
    return { accounts, problems };
  }

  /** What sealing to an account needs: its newest pinned wrapping key. */
  async reader(accountId: string): Promise<Reader> {
    const newest = (await this.pinned(accountId)) ?? (await this.refresh(accountId));
    return { suite: newest.card.suite, wrap: newest.card.keys.wrap };
  }

  /** The name on an account's newest pinned card, as far as this process has read it. */
  nameOf(accountId: string): string {
    return this.#chains.get(accountId)?.at(-1)?.card.name ?? 'an account that is not in the store';
  }

  /**
   * An account's newest card, once the store was asked for it again. SECURITY (promise 2): nothing is shared with an account
   * whose card is not what this computer pinned. Throws `changed-card`, and `no-master-key` when there is no such account.
   */
  async forSharing(accountId: string): Promise<PinnedCard> {
    try {
      return await this.refresh(accountId);
    } catch (error) {
      if (isVaultError(error, 'not-found')) throw new VaultError('no-master-key', undefined, { cause: error });
      throw error;
    }
  }

  /** Fingerprints of all keys that an account has or had, in hex; asks the store when this computer has never seen it. */
  async fingerprintsOf(accountId: string): Promise<string[]> {
    if ((await this.pinned(accountId)) === null) await this.refresh(accountId);
    return (await this.#chain(accountId)).map(({ card }) => fingerprintHex(card.keys));
  }

  /** Thumbprints of the wrapping keys that an account has or had; asks the store when this computer has never seen it. */
  async wrapKids(accountId: string): Promise<string[]> {
    if ((await this.pinned(accountId)) === null) await this.refresh(accountId);
    return (await this.#chain(accountId)).map(({ card }) => card.keys.wrap.kid);
  }

  /** Thumbprints of the wrapping keys of every account in the store. */
  async allWrapKids(): Promise<ReadonlySet<string>> {
    const { accounts } = await this.refreshAll();
    const kids = await Promise.all(accounts.map(({ card }) => this.wrapKids(card.id)));
    return new Set(kids.flat());
  }

  /** The signing key of an account, by its thumbprint, among all verified versions; asks the store once when unknown. */
  async signer(accountId: string, kid: string): Promise<Signer | null> {
    const known = await this.#signerIn(accountId, kid);
    if (known !== null) return known;
    try {
      await this.refresh(accountId);
    } catch (error) {
      if (!isVaultError(error, 'not-found')) throw error;
    }
    return this.#signerIn(accountId, kid);
  }

  async #signerIn(accountId: string, kid: string): Promise<Signer | null> {
    const chain = await this.#chain(accountId);
    const found = chain.find(({ card }) => card.keys.sign.kid === kid);
    return found === undefined ? null : { accountId, key: found.card.keys.sign };
  }

  async #chain(accountId: string): Promise<PinnedCard[]> {
    const known = this.#chains.get(accountId);
    if (known !== undefined) return known;
    const chain: PinnedCard[] = [];
    for (;;) {
      const version = chain.length + 1;
      const stored = await readProfileFile(this.#pinPath(accountId, version));
      if (stored === null) break;
      chain.push({ card: await verifyCard(stored, accountId, version, chain.at(-1)?.stored), stored });
    }
    this.#chains.set(accountId, chain);
    return chain;
  }

  async #comparePinned(accountId: string, chain: readonly PinnedCard[]): Promise<void> {
    const newest = chain.at(-1);
    if (newest === undefined) return;
    const stored = await this.#store.get(accountKey(accountId, newest.card.version));
    if (Buffer.compare(stored, newest.stored) !== 0) {
      throw new VaultError(
        'changed-card',
        `The card of “${newest.card.name}” in the store is not the one this computer knows.`,
        {
          details: { account: accountId },
        },
      );
    }
  }

  async #pinNext(accountId: string, chain: PinnedCard[], version: number): Promise<void> {
    await this.#verifyAndPin(accountId, chain, version, await this.#store.get(accountKey(accountId, version)));
  }

  async #verifyAndPin(
    accountId: string,
    chain: PinnedCard[],
    version: number,
    stored: Uint8Array,
  ): Promise<PinnedCard> {
    if (version !== chain.length + 1) throw new VaultError('damaged', 'A version of an account card is missing.');
    const card = await verifyCard(stored, accountId, version, chain.at(-1)?.stored);
    await writeProfileFile(this.#pinPath(accountId, version), stored);
    const pinned = { card, stored };
    chain.push(pinned);
    return pinned;
  }

  #pinPath(accountId: string, version: number): string {
    return join(this.#folder, accountId, versionPart(version));
  }

  async #storedVersions(accountId: string): Promise<number[]> {
    const versions: number[] = [];
    for await (const { key } of this.#store.list(`accounts/${accountId}/`)) {
      const version = parseVersionPart(key.slice(key.lastIndexOf('/') + 1));
      if (version !== undefined) versions.push(version);
    }
    return versions;
  }

  async #storedAccounts(): Promise<Set<string>> {
    const accounts = new Set<string>();
    for await (const { key } of this.#store.list('accounts/')) {
      const accountId = key.split('/')[1] ?? '';
      if (isAccountId(accountId)) accounts.add(accountId);
    }
    return accounts;
  }
}
