import { readFile, readdir, writeFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { AccountCard } from '../main/crypto/account-card.js';
import { parseCard } from '../main/crypto/account-card.js';
import type { MasterKey } from '../main/crypto/master-key.js';
import { deriveRecordKey, sealWithKey } from '../main/crypto/keyed-record.js';
import { objectHash } from '../main/crypto/object-hash.js';
import { wrapAlgOf } from '../main/crypto/rsa-public.js';
import { openSealed } from '../main/crypto/sealed-record.js';
import type { SecretBytes } from '../main/crypto/secret-bytes.js';
import { readUnverified, signRecord } from '../main/crypto/signed-record.js';
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

  /** Every key of a project that this account was ever handed, by epoch: what a former member keeps. */
  async projectKeys(project: string): Promise<Map<number, SecretBytes>> {
    const keys = new Map<number, SecretBytes>();
    for (const id of await readdir(this.path('secrets'))) {
      for (const version of await readdir(this.path(`secrets/${id}`))) {
        const fields = await this.#fieldsOf(await readFile(join(this.path(`secrets/${id}`), version)));
        if (fields?.['projectId'] !== project) continue;
        const wrapped = Buffer.from(fields['encryptionKey'] ?? '', 'base64');
        keys.set(Number(fields['epoch']), this.key.unwrap(wrapAlgOf(this.key.suite), wrapped, 32));
      }
    }
    return keys;
  }

  async #fieldsOf(stored: Uint8Array): Promise<Record<string, string> | null> {
    const jws = await openSealed(stored, this.key).catch(() => null);
    if (jws === null) return null;
    const { payload } = readUnverified(Buffer.from(jws).toString('latin1'));
    return (payload as { fields: Record<string, string> }).fields;
  }

  /** Writes one version of a file's record, rightly signed and sealed with this key, whatever it says. */
  async putFileRecord(
    record: Readonly<{ project: string; id: string; version: number; epoch: number }> & Record<string, unknown>,
    projectKey: SecretBytes,
  ): Promise<void> {
    const { project, id, version, epoch } = record;
    using key = deriveRecordKey(projectKey, project, 'file-record');
    const time = new Date().toISOString();
    const defaults = {
      author: this.card.id,
      time,
      kind: 'folder',
      trashed: false,
      size: 0,
      modified: time,
      content: null,
    };
    const jws = Buffer.from(await this.sign('file', { ...defaults, ...record }), 'latin1');
    const sealed = await sealWithKey(jws, key, epoch);
    const place = `projects/${project}/files/${id}/${String(version).padStart(10, '0')}`;
    await this.put(place, Buffer.from(sealed, 'latin1'));
  }
}
