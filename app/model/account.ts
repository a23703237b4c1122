import { z } from 'zod';

export const suites = ['vault', 'coretex'] as const;
export const suite = z.enum(suites);
export type Suite = z.infer<typeof suite>;

export const keySizes = [2048, 3072, 4096, 8192] as const;
export const keySize = z.literal(keySizes);
export type KeySize = z.infer<typeof keySize>;

/** An id of the protocol: 16 random bytes as 32 lowercase hex digits. */
export const id = z.string().regex(/^[0-9a-f]{32}$/);

/** Who the owner of a vault is, as far as a person may see it: public facts only. */
export const accountSummary = z.object({
  id,
  name: z.string(),
  kind: z.enum(['person', 'node']),
  suite,
  bits: keySize,
  version: z.number().int().positive(),
  created: z.string(),
  /** seven words, see docs/protocol.md section 3 */
  fingerprintWords: z.array(z.string()).length(7),
  /** the same 32 bytes in hex */
  fingerprintHex: z.string().regex(/^[0-9a-f]{64}$/),
});
export type AccountSummary = z.infer<typeof accountSummary>;

/** How good a passphrase is and what guessing it would cost. */
export const passphraseStrength = z.object({
  /** 0 (guessed at once) to 4 (strong) */
  score: z.number().int().min(0).max(4),
  guessesLog10: z.number(),
  /** in plain words, for one well-equipped attacker: "about 3 years" */
  crackTime: z.string(),
  /** in plain words, rented machines: "about $40 million" */
  crackCost: z.string(),
  /** whether a new master key of this suite may use it */
  acceptable: z.boolean(),
  warning: z.string(),
  suggestions: z.array(z.string()),
});
export type PassphraseStrength = z.infer<typeof passphraseStrength>;
