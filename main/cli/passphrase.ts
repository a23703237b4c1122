import { VaultError } from '../../app/errors.js';
import { SecretBytes } from '../crypto/secret-bytes.js';
import { readNamedFile, upToFinalNewline } from './named-files.js';
import { UsageError } from './output.js';
import { askHidden, canPrompt } from './prompt.js';

/** Far beyond any passphrase a person has, and small enough that naming the wrong file does no harm. */
const maximumBytes = 16 * 1024 * 1024;

/** The file's bytes up to one final newline; `-` is standard input. Throws `not-found`, `source-unreadable`. */
export async function passphraseFromFile(path: string): Promise<SecretBytes> {
  const bytes = await readNamedFile(path, maximumBytes);
  try {
    return SecretBytes.take(upToFinalNewline(bytes));
  } finally {
    bytes.fill(0);
  }
}

type Question = Readonly<{ file: string | undefined; option: string; prompt: string }>;

/** From the file when one is named, else from a person at a terminal; never from the argument list. Throws {@link UsageError}. */
export async function readPassphrase({ file, option, prompt }: Question): Promise<SecretBytes> {
  if (file !== undefined) return passphraseFromFile(file);
  if (!canPrompt()) throw new UsageError(`There is no terminal to ask on: name a file with ${option}.`);
  return askHidden(prompt);
}

/** A new passphrase: as {@link readPassphrase}, but a person types it twice. Throws `invalid-input` when the two differ. */
export async function readNewPassphrase(question: Question): Promise<SecretBytes> {
  const first = await readPassphrase(question);
  if (question.file !== undefined) return first;
  try {
    using second = await askHidden('The same again: ');
    if (!first.equals(second)) throw new VaultError('invalid-input', 'The two were not the same. Nothing was changed.');
    return first;
  } catch (error) {
    first.dispose();
    throw error;
  }
}
