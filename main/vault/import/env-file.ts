import { VaultError } from '../../../app/errors.js';
import type { ForeignSecret } from './foreign-secret.js';

const assignment =
  /^[ \t]*(?:export[ \t]+)?([A-Za-z_][A-Za-z0-9_.-]*)[ \t]*=[ \t]*(?:"([^"\\]*(?:\\[\s\S][^"\\]*)*)"|'([^']*)'|`([^`]*)`|([^\r\n]*))/;
const escapes: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t' };

/** A .env file as one `env` secret: KEY=value lines, quoted values of several lines, comments. Throws `invalid-input`. */
export function readEnvFile(bytes: Uint8Array, name: string): ForeignSecret[] {
  const fields: [string, string][] = [];
  let rest = Buffer.from(bytes)
    .toString('utf8')
    .replace(/^\ufeff/, '');
  for (let line = 1; rest !== '';) {
    const found = /^[ \t]*(?:#[^\r\n]*)?(?=\r|\n|$)/.exec(rest) ?? assignment.exec(rest);
    if (found === null)
      throw new VaultError('invalid-input', `Line ${line} of the file is no KEY=value.`, { details: { line } });
    const [whole, key, double, single, backtick, plain] = found;
    if (key !== undefined) fields.push([key, valueOf({ double, literal: single ?? backtick, plain })]);
    const after = rest.slice(whole.length);
    const lineEnd = /^[ \t]*(?:#[^\r\n]*)?(?:\r\n|\r|\n|$)/.exec(after);
    if (lineEnd === null)
      throw new VaultError('invalid-input', `Line ${line} of the file goes on after its value.`, { details: { line } });
    line += (whole + lineEnd[0]).split('\n').length - 1;
    rest = after.slice(lineEnd[0].length);
  }
  const last = new Map(fields); // as in a shell, the last assignment counts
  return [{ type: 'env', name, fields: [...last] }];
}

type Value = Readonly<{ double: string | undefined; literal: string | undefined; plain: string | undefined }>;

function valueOf({ double, literal, plain = '' }: Value): string {
  if (double !== undefined) return double.replace(/\\([\s\S])/g, (_, escaped: string) => escapes[escaped] ?? escaped);
  return literal ?? plain.replace(/(?:^|\s+)#.*$/, '').trimEnd();
}
