import { isVaultError } from '../../../app/errors.js';
import type { Bucket } from './bucket.js';
import { createAbsent } from './create-absent.js';
import { failureOf } from './failure.js';
import { newToken } from './mark.js';

/**
 * Puts one object twice. A server that lets the second one through ignores `If-None-Match`: two people would overwrite each other.
 * The object's name is no key, so it never shows in a listing. Throws the refusal, and what stops a PUT.
 */
export async function proveConditions(bucket: Bucket, prefix: string): Promise<void> {
  const name = `${prefix}.probe/${newToken()}`;
  const put = () => {
    const mark = { token: newToken(), upload: null };
    return createAbsent(bucket, name, { bytes: Buffer.from('probe\n'), mark }, null, undefined);
  };
  try {
    await put();
    if ((await put()) === 'created') throw failureOf('no-conditions', 'write');
  } finally {
    await bucket.delete(name).catch((error: unknown) => {
      if (!isVaultError(error)) throw error; // six bytes stay behind; what the puts told is what counts
    });
  }
}
