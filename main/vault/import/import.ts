import { z } from 'zod';
import { VaultError } from '../../../app/errors.js';
import { secretDraft } from '../../../app/model/secret.js';
import { plaintextFormat } from '../export/plaintext.js';
import { readBitwarden } from './bitwarden.js';
import { readEnvFile } from './env-file.js';
import { toDrafts, type Imported } from './foreign-secret.js';
import { readKeePassCsv } from './keepass-csv.js';
import { readOnePassword } from './one-password.js';
import { parseJson } from './parse-json.js';

export type { Imported } from './foreign-secret.js';

export const importFormats = ['bitwarden', '1pux', 'keepass', 'env', 'coretex-vault'] as const;
export type ImportFormat = (typeof importFormats)[number];

export type ImportSource = Readonly<{
  bytes: Buffer;
  /** the file's own name, without its folder */
  fileName: string;
  /** for a .env file: the name of its one secret; else the file's */
  name?: string;
}>;

/** What a file seems to be, by its first bytes and its name. */
export function guessFormat({ bytes, fileName }: ImportSource): ImportFormat {
  if (bytes.subarray(0, 2).toString('latin1') === 'PK') return '1pux';
  if (/\.csv$/i.test(fileName)) return 'keepass';
  if (/^\ufeff?\s*\{/.test(bytes.toString('utf8', 0, 200))) {
    return bytes.includes(plaintextFormat) ? 'coretex-vault' : 'bitwarden';
  }
  return 'env';
}

/** Reads another program's export without writing anything. Throws `invalid-input`. */
export function readImport(source: ImportSource, format: ImportFormat): Imported {
  switch (format) {
    case 'bitwarden':
      return toDrafts(readBitwarden(parseJson(source.bytes)));
    case '1pux':
      return toDrafts(readOnePassword(source.bytes));
    case 'keepass':
      return toDrafts(readKeePassCsv(source.bytes));
    case 'env':
      return toDrafts(readEnvFile(source.bytes, source.name ?? source.fileName));
    case 'coretex-vault':
      return { drafts: readOwn(parseJson(source.bytes)), skipped: [] };
  }
}

const ownExport = z.object({ format: z.literal(plaintextFormat), secrets: z.array(secretDraft) });

function readOwn(json: unknown): Imported['drafts'] {
  const parsed = ownExport.safeParse(json);
  if (!parsed.success) throw new VaultError('invalid-input', 'This is not an export of Coretex Vault.');
  return parsed.data.secrets;
}
