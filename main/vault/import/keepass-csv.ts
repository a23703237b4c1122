import { VaultError } from '../../../app/errors.js';
import type { ForeignSecret } from './foreign-secret.js';

/** Headings of KeePass 1, KeePass 2 and KeePassXC, in lower case, and the fields they are. */
const columns: Readonly<Record<string, string>> = {
  account: 'title',
  title: 'title',
  group: 'group',
  'login name': 'username',
  username: 'username',
  'user name': 'username',
  password: 'password',
  'web site': 'url',
  url: 'url',
  comments: 'notes',
  notes: 'notes',
  totp: 'otp',
};
const withoutMeaning = ['icon', 'last modified', 'created'];

/** A CSV export of KeePass or KeePassXC. The innermost group becomes a tag. Throws `invalid-input`. */
export function readKeePassCsv(bytes: Uint8Array): ForeignSecret[] {
  const text = Buffer.from(bytes)
    .toString('utf8')
    .replace(/^\ufeff/, '');
  const [headings, ...rows] = parseCsv(text, /^"?Account"?,"?Login Name/i.test(text) ? 'backslash' : 'doubled');
  const names = (headings ?? []).map((heading) => columns[heading.trim().toLowerCase()] ?? heading.trim());
  if (!names.includes('title') || !names.includes('password')) {
    throw new VaultError('invalid-input', 'This is not a CSV export of KeePass: it has no title or password column.');
  }
  return rows.map((row) => {
    const cells = names.map((name, column) => [name, row[column] ?? ''] as const);
    const cell = (wanted: string): string => cells.find(([name]) => name === wanted)?.[1] ?? '';
    return {
      type: 'credentials',
      name: cell('title'),
      tags: [cell('group').split('/').at(-1) ?? ''],
      fields: cells.filter(([name]) => !['title', 'group', ...withoutMeaning].includes(name.toLowerCase())),
    };
  });
}

/** How a quote within quotes is written: as RFC 4180 says, or, by KeePass 1, after a backslash. */
type Quoting = 'doubled' | 'backslash';

const cells: Readonly<Record<Quoting, RegExp>> = {
  doubled: /(?:"([^"]*(?:""[^"]*)*)"|([^",\r\n][^,\r\n]*)?)(,|\r\n|\r|\n|$)/y,
  backslash: /(?:"([^"\\]*(?:\\[\s\S][^"\\]*)*)"|([^",\r\n][^,\r\n]*)?)(,|\r\n|\r|\n|$)/y,
};
const unquoted = (text: string, quoting: Quoting): string =>
  quoting === 'doubled' ? text.replaceAll('""', '"') : text.replace(/\\([\s\S])/g, '$1');

/** Rows of cells; empty lines are left out. Throws `invalid-input` for a quote out of place. */
export function parseCsv(text: string, quoting: Quoting = 'doubled'): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  const cell = new RegExp(cells[quoting]);
  while (cell.lastIndex < text.length) {
    const [whole, quoted, plain, end] = cell.exec(text) ?? [];
    if (whole === undefined) throw new VaultError('invalid-input', 'The CSV file is damaged: a quote is out of place.');
    row.push(quoted === undefined ? (plain ?? '') : unquoted(quoted, quoting));
    if (end === ',' && cell.lastIndex < text.length) continue;
    if (end === ',') row.push('');
    if (row.length > 1 || row[0] !== '') rows.push(row);
    row = [];
  }
  return rows;
}
