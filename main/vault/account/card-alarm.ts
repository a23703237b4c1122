import { VaultError, isVaultError, type ErrorCode } from '../../../app/errors.js';
import type { AccountCard } from '../../crypto/account-card.js';

/** What can be wrong with the card that a store shows of an account. */
const alarming = ['changed-card', 'rolled-back', 'weak-parameters', 'damaged', 'unsupported-version'] as const;
type Alarming = (typeof alarming)[number];

export const isCardAlarm = (error: unknown): error is VaultError => isVaultError(error, ...alarming);

const stays = 'Nothing is shared with it, and this computer keeps the key it knows.';
const ask = (name: string): string =>
  `Ask ${name} by another way than this vault: whoever began anew has a new account, and whoever did not has a store that somebody meddles with.`;

/** What happened, what it means, and what to do, in that order. */
const sentences: Readonly<Record<Alarming, (name: string) => readonly [what: string, rest: string]>> = {
  'changed-card': (name) => [
    `The store shows another public key for “${name}” than the one this computer knows.`,
    `${stays} ${ask(name)}`,
  ],
  'rolled-back': (name) => [
    `The store lacks a card of “${name}” that this computer has already seen: it shows an older state.`,
    `${stays} Ask whoever keeps the store whether an old copy was put back.`,
  ],
  'weak-parameters': (name) => [
    `The store shows a new card of “${name}” whose passphrase would be easier to guess than is allowed. It was refused.`,
    `${stays} ${ask(name)}`,
  ],
  damaged: (name) => [
    `The newest card of “${name}” in the store is damaged, or was not signed by the key that it replaces. It was refused.`,
    `${stays} ${ask(name)}`,
  ],
  'unsupported-version': (name) => [
    `The newest card of “${name}” was written by a newer Coretex Vault, or is damaged.`,
    `${stays} Update to read it.`,
  ],
};

const ownRest =
  'This computer keeps the card it knows. Unless you changed your passphrase elsewhere, somebody meddles with the store, or put another in its place: look whether it is the right one, and put an untouched copy back.';

/** The same about one's own card, which nobody but oneself can have changed. */
const ownSentences: Readonly<Record<Alarming, readonly [what: string, rest: string]>> = {
  'changed-card': [
    'The store shows another public key for your own account than the one this computer knows.',
    ownRest,
  ],
  'rolled-back': ['The store lacks a card of your own account that this computer has already seen.', ownRest],
  'weak-parameters': [
    'The store shows a new card of your own account that would make your passphrase easier to guess than is allowed. It was refused.',
    ownRest,
  ],
  damaged: [
    'The newest card of your own account in the store is damaged, or was not signed by the key that it replaces. It was refused.',
    ownRest,
  ],
  'unsupported-version': [
    'The newest card of your own account was written by a newer Coretex Vault.',
    'Update to read it.',
  ],
};

/** The alarm about an account whose card `known` is pinned. Its `details.what` is the first part of its words. */
export const cardAlarm = (cause: VaultError, known: AccountCard, isOwn: boolean): VaultError => {
  const code = alarming.find((one): one is Alarming & ErrorCode => one === cause.code);
  if (code === undefined) return cause;
  const [what, rest] = isOwn ? ownSentences[code] : sentences[code](known.name);
  return new VaultError(code, `${what} ${rest}`, { details: { account: known.id, what }, cause });
};

/** The problem with an account that this computer has never seen a good card of. */
export const strangerAlarm = (cause: VaultError, accountId: string): VaultError =>
  new VaultError(
    cause.code,
    `An account in the store (${accountId.slice(0, 8)}…) has a card that cannot be trusted. ${cause.message} It is not shown among the people, and nothing is shared with it.`,
    { details: { account: accountId }, cause },
  );
