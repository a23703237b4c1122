import type { KeySize, Suite } from '../../../app/model/account.js';

/** Where a bucket is and what opens it stays in its form (state/bucket-form.ts), which a lock empties. */
export type Place =
  | Readonly<{ kind: 'default' }>
  | Readonly<{ kind: 'folder'; handle: string; label: string; holdsVault: boolean }>
  | Readonly<{ kind: 's3' }>;

/** What is chosen so far, without the passphrase, which never waits anywhere. */
export type Choice = Readonly<{ place: Place; name: string; suite: Suite; bits: KeySize }>;

export const defaultChoice: Choice = { place: { kind: 'default' }, name: '', suite: 'vault', bits: 3072 };

/** The usual key size of a suite: docs/protocol.md section 1. */
export const usualBits = (suite: Suite): KeySize => (suite === 'vault' ? 3072 : 2048);

export const stepNames = ['Place', 'You', 'Key', 'Recovery'] as const;
export type Step = 0 | 1 | 2 | 3;
