import { z } from 'zod';
import { id } from '../../../app/model/account.js';
import { VaultError } from '../../../app/errors.js';
import { readUnverified, signRecord, verifyRecord } from '../../crypto/signed-record.js';
import type { AccountDirectory } from './account-directory.js';
import type { KeyRing } from './key-ring.js';
import type { RecordAuthor } from './record-author.js';

const named = z.union([z.object({ author: id }), z.object({ actor: id })]);

/** Signs with the unlocked key; verifies by the card of whom a record names. */
export class CardAuthor implements RecordAuthor {
  readonly accountId: string;
  readonly #keyRing: KeyRing;
  readonly #directory: AccountDirectory;

  constructor(accountId: string, keyRing: KeyRing, directory: AccountDirectory) {
    this.accountId = accountId;
    this.#keyRing = keyRing;
    this.#directory = directory;
  }

  sign(typ: string, payload: object): Promise<string> {
    return signRecord(typ, payload, this.#keyRing.current);
  }

  async verify(typ: string, jws: string): Promise<unknown> {
    const { kid, payload } = readUnverified(jws);
    const claim = named.safeParse(payload);
    if (!claim.success) throw new VaultError('damaged', 'A record names no author.');
    const accountId = 'author' in claim.data ? claim.data.author : claim.data.actor;
    // SECURITY (promise 3): the key comes from the pinned card of the named account, never from the record.
    const signer = await this.#directory.signer(accountId, kid);
    if (signer === null) throw new VaultError('damaged', 'A record is signed by a key that its author never had.');
    return verifyRecord(typ, jws, signer.key);
  }
}
