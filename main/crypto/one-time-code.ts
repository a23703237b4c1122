import { Secret, TOTP, URI } from 'otpauth';
import { VaultError } from '../../app/errors.js';

export type OneTimeCode = { code: string; periodMs: number; remainingMs: number };

const parseKey = (key: string): TOTP => {
  const text = key.trim();
  try {
    if (!text.startsWith('otpauth://')) return new TOTP({ secret: Secret.fromBase32(text.replace(/[\s-]/g, '')) });
    const otp = URI.parse(text);
    if (otp instanceof TOTP) return otp;
  } catch (error) {
    throw new VaultError(
      'invalid-input',
      'This is not a one-time code key: neither an otpauth:// address nor base32 text.',
      { cause: error },
    );
  }
  throw new VaultError(
    'invalid-input',
    'This one-time code counts uses (HOTP); only time-based codes (TOTP) are supported.',
  );
};

/**
 * The time-based one-time code (RFC 6238) at `nowMs` (milliseconds since 1970).
 * @param key an `otpauth://totp/…` address, or the secret in base32 (then SHA-1, 6 digits, 30 seconds)
 * Throws `invalid-input`.
 */
export const oneTimeCode = (key: string, nowMs: number): OneTimeCode => {
  const totp = parseKey(key);
  const periodMs = totp.period * 1000;
  return { code: totp.generate({ timestamp: nowMs }), periodMs, remainingMs: periodMs - (nowMs % periodMs) };
};
