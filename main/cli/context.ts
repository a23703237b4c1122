import { resolve } from 'node:path';
import { isVaultError, VaultError } from '../../app/errors.js';
import type { SecretBytes } from '../crypto/secret-bytes.js';
import { defaultProfileDir } from '../vault/profile/default-profile.js';
import type { LentKeys } from '../vault/keychain/lent-keys.js';
import type { Session, Vault } from '../vault/vault.js';
import { plural } from './format.js';
import { lookAt } from './look.js';
import type { Output } from './output.js';
import { readPassphrase } from './passphrase.js';

/** Options that every command takes, before or after its own words. */
export type GlobalOptions = Readonly<{ vault?: string; passphraseFile?: string; json?: boolean }>;

type Opening = Readonly<{
  /** the command's result is all there is: what is missing from it fails the command once it has said its piece */
  complete?: boolean;
  /** asked for already */
  passphrase?: SecretBytes;
  /** false: works on what this computer has, and does not look at the store first */
  look?: boolean;
}>;

/** What a command's action works with. The domain is imported only when a vault is opened, so that help is quick. */
export class CommandContext {
  #bucketKeys: Promise<LentKeys> | null = null;

  constructor(
    readonly output: Output,
    readonly signal: AbortSignal,
    readonly globals: () => GlobalOptions,
  ) {}

  profileDir(): string {
    return resolve(this.globals().vault ?? defaultProfileDir());
  }

  async session(): Promise<Session> {
    const { newSession } = await import('../vault/session.js');
    return newSession(await this.bucketKeys());
  }

  /** The access keys of buckets: from the environment, else from the keychain; keys that were typed for this command are lent to it. */
  bucketKeys(): Promise<LentKeys> {
    this.#bucketKeys ??= import('./keychain.js').then(({ openCommandKeys }) => openCommandKeys());
    return this.#bucketKeys;
  }

  /** The vault's passphrase. The caller disposes it. */
  passphrase(prompt = 'Passphrase: '): Promise<SecretBytes> {
    return readPassphrase({ file: this.globals().passphraseFile, option: '--passphrase-file', prompt });
  }

  /**
   * Opens the vault, brings it up to date with its store, and locks it again whatever happens. Records that turned out
   * damaged or forged, and a store that is away, are told as warnings, or fail the command at its end (see `complete`). A bucket that does
   * not answer is no failure of a command that can do without it.
   */
  async withVault(
    work: (vault: Vault) => Promise<void>,
    { complete = false, passphrase, look = true }: Opening = {},
  ): Promise<void> {
    const vault = await this.#unlock(passphrase);
    const stop = (): void => void vault.lock();
    this.signal.addEventListener('abort', stop);
    try {
      if (this.signal.aborted) throw new VaultError('cancelled');
      const { problems, away } = look ? await lookAt(vault) : { problems: [], away: '' };
      const [first, ...others] = problems;
      if (away !== '') this.output.warn(away);
      const warnings = complete || first === undefined ? others : [first, ...others];
      for (const problem of warnings) this.output.warn(problem.message);
      try {
        const waitedBefore = vault.sync.status().waitingItems;
        await work(vault);
        if (look) this.#tellWaiting(vault.sync.status().waitingItems - waitedBefore);
      } catch (error) {
        if (complete && first !== undefined) this.output.warn(first.message);
        throw error;
      }
      if (complete && first !== undefined) throw first;
    } catch (error) {
      throw this.signal.aborted && isVaultError(error, 'locked') ? new VaultError('cancelled') : error;
    } finally {
      this.signal.removeEventListener('abort', stop);
      await vault.lock();
    }
  }

  #tellWaiting(more: number): void {
    if (more > 0)
      this.output.warn(
        `Kept here, and will be sent when the store answers (\`vault sync\`): ${plural(more, 'change')}.`,
      );
  }

  async #unlock(asked: SecretBytes | undefined): Promise<Vault> {
    const session = await this.session();
    const profileDir = this.profileDir();
    const profile = await session.readProfile(profileDir);
    if (profile === null) {
      throw new VaultError('no-vault', `There is no vault at ${profileDir}. \`vault init\` makes one.`);
    }
    const work = { signal: this.signal };
    if (asked !== undefined) return session.unlockVault(profileDir, asked, work);
    if (profile.remembered && this.globals().passphraseFile === undefined) {
      const { readDeviceKey } = await import('./keychain.js');
      using deviceKey = await readDeviceKey(profile.account.id);
      if (deviceKey !== null) return await session.unlockRemembered(profileDir, deviceKey, work);
    }
    if (profile.account.kind === 'node' && this.globals().passphraseFile === undefined) {
      const { readNodeSecret } = await import('../vault/nodes/node-secret.js');
      using secret = await readNodeSecret(profileDir);
      if (secret !== null) return await session.unlockVault(profileDir, secret, work);
    }
    using passphrase = await this.passphrase();
    return await session.unlockVault(profileDir, passphrase, work);
  }
}
