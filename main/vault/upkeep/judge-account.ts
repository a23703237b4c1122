import { VaultError } from '../../../app/errors.js';
import { verifyCard } from '../../crypto/account-card.js';
import { accountKey } from '../store-keys.js';
import {
  damagedFault,
  isContentError,
  lostFault,
  type Examination,
  type Fault,
  type Group,
  type Verdict,
} from './examination.js';
import type { Held } from './held-objects.js';
import { upTo } from './inventory.js';

/** The cards of one account: self-verifying, each signed by the key before it, and never another than was pinned. */
export const accountGroup = async (examination: Examination, accountId: string): Promise<Group> => {
  const { inventory, context } = examination;
  const pinned = await context.directory.versions(accountId);
  const highest = Math.max(inventory.accounts.get(accountId)?.at(-1) ?? 0, pinned.length);
  const name = pinned.at(-1)?.card.name;
  const whose = name === undefined ? `the account ${accountId.slice(0, 8)}…` : `“${name}”`;
  const what = (version: number): string =>
    highest === 1 ? `the card of ${whose}` : `the card of ${whose}, version ${String(version)}`;

  const judge = async (objects: Held): Promise<Verdict> => {
    const faults: Fault[] = [];
    let unjudged = 0;
    let before: Uint8Array | undefined;
    for (const version of upTo(highest)) {
      const key = accountKey(accountId, version);
      const stored = objects.get(key) ?? null;
      const known = pinned[version - 1]?.stored;
      if (stored === null) {
        faults.push(lostFault(key, what(version)));
        before = known;
      } else if (version > 1 && before === undefined) {
        unjudged += 1;
      } else {
        const error = await cardDefect(stored, { accountId, version, before, known });
        if (error !== null) faults.push(damagedFault(key, what(version), error));
        before = error === null ? stored : known;
      }
    }
    return { faults, unjudged };
  };
  return { keys: upTo(highest).map((version) => accountKey(accountId, version)), judge };
};

type Card = Readonly<{
  accountId: string;
  version: number;
  before: Uint8Array | undefined;
  known: Uint8Array | undefined;
}>;

const cardDefect = async (
  stored: Uint8Array,
  { accountId, version, before, known }: Card,
): Promise<VaultError | null> => {
  if (known !== undefined && Buffer.compare(known, stored) === 0) return null; // verified when it was pinned
  try {
    await verifyCard(stored, accountId, version, before);
    if (known === undefined) return null;
  } catch (error) {
    if (!isContentError(error)) throw error;
    return error;
  }
  return new VaultError('changed-card');
};
