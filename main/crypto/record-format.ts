/** What signed and sealed records have in common: strict base64url, strict JSON, and the `typ` that names kind and version. */
import { isUtf8 } from 'node:buffer';
import { z } from 'zod';
import { VaultError } from '../../app/errors.js';

/** What a record may hold: far above any secret (fields are at most 1 MiB each), far below what would stall a computer. */
export const maxPlaintextBytes = 12 * 1024 * 1024;
/** The stored form is base64url and carries an entry per reader. */
export const maxStoredBytes = 24 * 1024 * 1024;

/** The one error for whatever is wrong with a record (promise 7): it never says which check failed. */
export const damaged = (): VaultError => new VaultError('damaged');

/**
 * Unpadded base64url (RFC 4648 section 5).
 * SECURITY (promise 1): spare bits must be zero and no character is skipped, so each value has one spelling, and no flipped
 * bit of a stored record goes unnoticed.
 */
export const base64url = z.string().refine((text) => Buffer.from(text, 'base64url').toString('base64url') === text);

export const thumbprint = base64url.length(43);

/** Parses JSON text of a record. Throws `damaged`. */
export function parseJson(text: Uint8Array | string): unknown {
  try {
    if (typeof text !== 'string' && !isUtf8(text)) throw damaged();
    return JSON.parse(
      typeof text === 'string' ? text : Buffer.from(text.buffer, text.byteOffset, text.length).toString('utf8'),
    );
  } catch {
    throw damaged(); // a parser's message would quote the text
  }
}

/** Checks a shape. Throws `damaged`. */
export function parseShape<T>(schema: z.ZodType<T>, value: unknown): T {
  const parsed = schema.safeParse(value);
  if (!parsed.success) throw damaged();
  return parsed.data;
}

const header = z.looseObject({ typ: z.string() });

/**
 * Decodes a protected header and looks at its `typ` alone, before anything of the record's shape is judged.
 * Throws `unsupported-version` for a record of a later protocol, `damaged` for one of another kind.
 * @param typ such as `coretex-vault/v1/sealed`; null accepts any kind of this version
 */
export function parseHeader(encoded: unknown, typ: string | null): unknown {
  const decoded = parseJson(Buffer.from(parseShape(base64url, encoded), 'base64url'));
  const found = parseShape(header, decoded).typ;
  if (/^coretex-vault\/v([2-9]|[1-9][0-9]+)\//.test(found)) throw new VaultError('unsupported-version');
  if (typ === null ? !found.startsWith('coretex-vault/v1/') : found !== typ) throw damaged();
  return decoded;
}

/** Runs a step of a library whose own errors say too much. Its `VaultError`s pass, everything else is `damaged`. */
export async function orDamaged<T>(step: () => Promise<T>): Promise<T> {
  try {
    return await step();
  } catch (error) {
    if (error instanceof VaultError) throw error;
    throw damaged();
  }
}
