import { readFile, readdir, writeFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { AccountCard } from '../main/crypto/account-card.js';
import { parseCard } from '../main/crypto/account-card.js';
import type { MasterKey } from '../main/crypto/master-key.js';
import { objectHash } from '../main/crypto/object-hash.js';
import { signRecord } from '../main/crypto/signed-record.js';
import { deriveForCard } from '../main/vault/account/unlock.js';
import { passphraseBytes } from './vault-fixture.js';

/**
 * Somebody with a real account and the whole store in their hands, who does not use our program: signs and writes what they like.
 * For tests of what others make of it.
 */
export class Forger {
  readonly #storeDir: string;
  readonly key: MasterKey;
  readonly card: AccountCard;

  private constructor(storeDir: string, key: MasterKey, card: AccountCard) {
    this.#storeDir = storeDir;
    this.key = key;
    this.card = card;
  }

  static async of(storeDir: string, accountId: string, passphrase: string): Promise<Forger> {
    const versions = (await readdir(join(storeDir, 'accounts', accountId))).sort();
    const card = parseCard(await readFile(join(storeDir, 'accounts', accountId, versions.at(-1)!)));
    using secret = passphraseBytes(passphrase);
    return new Forger(storeDir, await deriveForCard(secret, card, {}), card);
  }

  path(key: string): string {
    return join(this.#storeDir, ...key.split('/'));
  }

  async put(key: string, bytes: Uint8Array): Promise<void> {
    await mkdir(join(this.path(key), '..'), { recursive: true });
    await writeFile(this.path(key), bytes);
  }

  sign(typ: string, payload: object): Promise<string> {
    return signRecord(`coretex-vault/v1/${typ}`, payload, this.key);
  }

  /** The newest key below a prefix such as `projects/<id>/log`, and the object hash of its bytes. */
  async head(prefix: string): Promise<{ version: number; hash: string }> {
    const newest = (await readdir(this.path(prefix))).sort().at(-1)!;
    return { version: Number(newest), hash: objectHash(await readFile(join(this.path(prefix), newest))) };
  }

  /** Appends an entry to a project's log, rightly signed and linked, whatever it says. */
  async appendToLog(project: string, operation: object, actor = this.card.id): Promise<void> {
    const prefix = `projects/${project}/log`;
    const { version, hash } = await this.head(prefix);
    const time = new Date().toISOString();
    const entry = { project, sequence: version + 1, previous: hash, time, actor, operation };
    await this.put(
      `${prefix}/${String(version + 1).padStart(10, '0')}`,
      Buffer.from(await this.sign('log-entry', entry), 'latin1'),
    );
  }
}
