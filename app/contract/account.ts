import { z } from 'zod';
import { accountSummary, keySize, passphraseStrength, suite } from '../model/account.js';
import { s3Keys, s3Location } from '../model/store.js';
import { operation } from './define.js';

/** A passphrase travels as UTF-8 bytes, is wiped on arrival, and is at most 1 MiB. */
export const passphrase = z.instanceof(Uint8Array).refine((bytes) => bytes.length <= 1_048_576, 'too long');

/** Where a new vault lives: this computer's default folder, a folder picked with `chooseFolder` (a handle, never a path), or a bucket. */
export const vaultLocation = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('default') }),
  z.object({ kind: z.literal('folder'), handle: z.string() }),
  z.object({ kind: z.literal('s3'), location: s3Location, keys: s3Keys }),
]);

export const keychainState = z.object({
  available: z.boolean(),
  /** why not, in a sentence; empty when available */
  reason: z.string(),
});

export const vaultEntry = z.object({ id: z.string(), label: z.string(), active: z.boolean() });

export const vaultState = z.object({
  /** none: no vault on this computer yet */
  phase: z.enum(['none', 'locked', 'unlocked']),
  /** vaults this computer knows, the active one marked */
  vaults: z.array(vaultEntry),
  /** where the active vault's store is, as a person would say it: "This computer", a folder's name */
  storeLabel: z.string(),
  account: accountSummary.nullable(),
  remembered: z.boolean(),
  keychain: keychainState,
  /** why the vault was locked last, for the lock screen */
  lockReason: z.enum(['start', 'asked', 'idle', 'sleep', 'screen-lock']),
});
export type VaultState = z.infer<typeof vaultState>;

const nothing = z.object({});

export const accountContract = {
  state: operation({ when: 'always', input: nothing, output: vaultState }),
  /** Opens the system's folder dialog; null when the person cancels. `holdsVault` says whether a store is already there (then create joins it). */
  chooseFolder: operation({
    when: 'always',
    input: nothing,
    output: z.object({ handle: z.string(), label: z.string(), holdsVault: z.boolean() }).nullable(),
  }),
  /** Makes a master key and a vault (or joins the store that is there) and leaves it unlocked. Progress: event `account.progress`. */
  create: operation({
    when: 'always',
    input: z.object({
      location: vaultLocation,
      name: z.string().trim().min(1).max(200),
      passphrase,
      suite,
      bits: keySize,
    }),
    output: vaultState,
  }),
  select: operation({ when: 'always', input: z.object({ vaultId: z.string() }), output: vaultState }),
  /** Takes a vault off this computer's list; the store is left untouched. */
  forget: operation({ when: 'always', input: z.object({ vaultId: z.string() }), output: vaultState }),
  unlock: operation({ when: 'locked', input: z.object({ passphrase }), output: vaultState }),
  /** Unlocks with the key kept in the OS keychain. */
  unlockRemembered: operation({ when: 'locked', input: nothing, output: vaultState }),
  lock: operation({ when: 'always', input: nothing, output: vaultState }),
  remember: operation({ when: 'unlocked', input: z.object({ enabled: z.boolean() }), output: vaultState }),
  strength: operation({ when: 'always', input: z.object({ passphrase, suite }), output: passphraseStrength }),
  suggestPassphrase: operation({
    when: 'always',
    input: z.object({ words: z.number().int().min(5).max(12) }),
    output: z.object({ passphrase: z.string() }),
  }),
  changePassphrase: operation({
    when: 'unlocked',
    input: z.object({ current: passphrase, next: passphrase, bits: keySize }),
    output: vaultState,
  }),
  /** Saves the recovery sheet (PDF) where the person says; false when they cancel. */
  saveRecoverySheet: operation({ when: 'unlocked', input: nothing, output: z.object({ saved: z.boolean() }) }),
  exportPkcs12: operation({
    when: 'unlocked',
    input: z.object({ passphrase, filePassphrase: passphrase }),
    output: z.object({ saved: z.boolean() }),
  }),
};

export const accountEvents = {
  /** how far a key derivation is: `fraction` from 0 to 1, an estimate */
  progress: z.object({ step: z.enum(['stretch', 'derive', 'publish', 'open', 'rewrap']), fraction: z.number() }),
  changed: vaultState,
};
