/**
 * Judges passphrases as they are typed. SECURITY (promise 9): judging makes text of them, which nobody can wipe; it lives in this
 * thread's heap alone, which goes back to the system when `judgePassphrase` ends the thread.
 */
import { parentPort } from 'node:worker_threads';
import type { PassphraseStrength, Suite } from '../../../app/model/account.js';
import { overwriteFreedMemory } from '../../crypto/forget.js';
import { SecretBytes } from '../../crypto/secret-bytes.js';
import { strengthOf } from '../passphrase-strength.js';

/** The passphrase is in shared memory, which is wiped here. */
export type StrengthQuestion = Readonly<{ question: number; passphrase: SharedArrayBuffer; suite: Suite }>;
export type StrengthAnswer = Readonly<{ question: number; strength: PassphraseStrength | null }>;

const judge = ({ passphrase, suite }: StrengthQuestion): PassphraseStrength | null => {
  using secret = SecretBytes.take(new Uint8Array(passphrase));
  try {
    return strengthOf(secret, suite);
  } catch {
    return null; // a library's message might quote what it was given
  }
};

parentPort?.on('message', (asked: StrengthQuestion) => {
  const answer: StrengthAnswer = { question: asked.question, strength: judge(asked) };
  overwriteFreedMemory();
  parentPort?.postMessage(answer);
});
