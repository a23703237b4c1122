/** One-time codes that a node proves itself with, and the proof on its card: docs/protocol.md section 3. */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { VaultError } from '../../app/errors.js';
import { hkdfSha256 } from './hkdf.js';
import type { PublicKeys } from './keys.js';
import { randomChoice } from './random-choice.js';
import { jwkThumbprint } from './rsa-public.js';

/** Crockford's base32: no I, L, O and U, so that nobody reads one character for another. */
const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
/** 95 random bits, and one character that gives typing errors away. */
const randomCharacters = 19;
const groupLength = 4;
const info = 'coretex-vault/v1/enrolment';

/** A new code as people copy it: five groups of four, the last character a check (Luhn modulo 32). */
export function generateEnrolmentCode(): string {
  const body = Array.from({ length: randomCharacters }, () => randomChoice(alphabet)).join('');
  return grouped(body + checkCharacter(body));
}

const grouped = (characters: string): string =>
  (characters.match(new RegExp(`.{${groupLength}}`, 'g')) ?? []).join('-');

/**
 * The code that somebody typed, in the spelling of {@link generateEnrolmentCode}: case, spaces and hyphens do not matter, and
 * O is 0, I and L are 1. Throws `invalid-input` when it is no code or has a typing error.
 */
export function parseEnrolmentCode(text: string): string {
  const characters = text
    .toUpperCase()
    .replace(/[\s-]+/g, '')
    .replace(/O/g, '0')
    .replace(/[IL]/g, '1');
  if (!/^[0-9A-HJKMNP-TV-Z]{20}$/.test(characters)) {
    throw new VaultError('invalid-input', 'An enrolment code is five groups of four letters and digits.');
  }
  const body = characters.slice(0, randomCharacters);
  if (checkCharacter(body) !== characters.slice(randomCharacters)) {
    throw new VaultError('invalid-input', 'There is a typing error in the enrolment code. Compare it once more.');
  }
  return grouped(characters);
}

/** Luhn modulo 32 (ISO/IEC 7812-1 annex B, in another base): finds every wrong character and nearly every swap of two. */
function checkCharacter(body: string): string {
  const base = alphabet.length;
  const sum = Array.from(body)
    .reverse()
    .reduce((total, character, position) => {
      const value = alphabet.indexOf(character) * (position % 2 === 0 ? 2 : 1);
      return total + Math.floor(value / base) + (value % base);
    }, 0);
  return alphabet.charAt((base - (sum % base)) % base);
}

/** What a proof speaks for: a node's card. */
export type Enrolling = Readonly<{ id: string; name: string; keys: PublicKeys }>;

/**
 * The proof that whoever made these keys knew the code: base64url of HMAC-SHA256, keyed by
 * HKDF-SHA256(the code's 20 characters in ASCII, no salt, info "coretex-vault/v1/enrolment", 32 bytes), over four parts, each after its
 * length in bytes (4 bytes, big-endian): account id (32 hex digits), name (UTF-8), thumbprint of the wrapping key, thumbprint of
 * the signing key (base64url). Throws `invalid-input` for a code that is none.
 */
export function enrolmentProof(code: string, { id, name, keys }: Enrolling): string {
  const characters = Buffer.from(parseEnrolmentCode(code).replaceAll('-', ''), 'ascii');
  using key = hkdfSha256(characters, new Uint8Array(), info, 32);
  characters.fill(0);
  const mac = createHmac('sha256', key.bytes);
  for (const part of [id, name, jwkThumbprint(keys.wrap), jwkThumbprint(keys.sign)]) mac.update(withLength(part));
  return mac.digest('base64url');
}

function withLength(text: string): Buffer {
  const bytes = Buffer.from(text);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
}

/** Whether a card's `enrolment` was made with this code. SECURITY (promise 2): a store that knows no code cannot pass its own key off as the node's. */
export function provesEnrolment(proof: string, code: string, enrolling: Enrolling): boolean {
  const expected = Buffer.from(enrolmentProof(code, enrolling));
  const found = Buffer.from(proof);
  return found.length === expected.length && timingSafeEqual(found, expected);
}
