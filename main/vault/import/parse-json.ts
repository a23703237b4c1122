import { VaultError } from '../../../app/errors.js';

/** Throws `invalid-input`. SECURITY: the parser's own message would quote the text, which is full of secrets. */
export function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(
      Buffer.from(bytes)
        .toString('utf8')
        .replace(/^\ufeff/, ''),
    );
  } catch {
    throw new VaultError('invalid-input', 'The file is not valid JSON.');
  }
}
