import { VaultError } from '../../app/errors.js';
import { readNamedFile, upToFinalNewline } from './named-files.js';
import { UsageError } from './output.js';

/** Somewhat above what one field may hold, so that the domain says what is wrong with a value that is too long. */
const maximumBytes = 8 * 1024 * 1024;

export type FieldArgument = Readonly<{ name: string; value: string; inline: boolean }>;

/**
 * `name=value`; `name=@FILE` for the file's text up to one final newline; `name=@-` or `name=-` for standard input;
 * `name=@@value` for a value that begins with @. Throws {@link UsageError}, `not-found`, `invalid-input`.
 */
export async function readFieldArguments(words: readonly string[]): Promise<FieldArgument[]> {
  const fields: FieldArgument[] = [];
  for (const word of words) {
    const field = await readFieldArgument(word);
    if (fields.some(({ name }) => name === field.name)) throw new UsageError(`The field ${field.name} is given twice.`);
    fields.push(field);
  }
  return fields;
}

async function readFieldArgument(word: string): Promise<FieldArgument> {
  const equals = word.indexOf('=');
  // SECURITY: a word without its name may be a secret that was misplaced, so it is not repeated.
  if (equals < 1) throw new UsageError('Fields are given as name=value, name=@FILE or name=@- (standard input).');
  const name = word.slice(0, equals);
  const source = word.slice(equals + 1);
  if (source.startsWith('@@')) return { name, value: source.slice(1), inline: true };
  if (source === '-' || source.startsWith('@')) {
    return { name, value: await readText(source === '-' ? '-' : source.slice(1), name), inline: false };
  }
  return { name, value: source, inline: true };
}

async function readText(path: string, field: string): Promise<string> {
  const bytes = await readNamedFile(path, maximumBytes);
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(upToFinalNewline(bytes));
  } catch {
    throw new VaultError(
      'invalid-input',
      `The field ${field} must be UTF-8 text. Put binary data into a project's files.`,
    );
  } finally {
    bytes.fill(0);
  }
}

/** SECURITY: other programs on this computer can read argument lists, and shells write them down. */
export function inlineWarning(names: readonly string[]): string {
  const example = names[0] ?? '';
  return (
    `${names.join(', ')} stood in the argument list, which other programs can read and shells remember. ` +
    `Better: ${example}=@FILE, or ${example}=@- for standard input.`
  );
}
