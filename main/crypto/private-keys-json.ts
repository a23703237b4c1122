/**
 * Private keys on their way into and out of a sealed record: JSON with base64url values, as docs/protocol.md section 3 has it.
 * SECURITY (promise 9): written and read as bytes, for strings cannot be wiped. Everything here is wiped by whoever asked for it.
 */
import { damaged } from './record-format.js';
import { SecretBytes } from './secret-bytes.js';

const alphabet = Buffer.from('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_', 'ascii');
const values = new Int8Array(256).fill(-1);
alphabet.forEach((code, value) => (values[code] = value));

const at = (bytes: Uint8Array, position: number): number => bytes[position] ?? 0;
const digit = (value: number): number => at(alphabet, value & 63);

/** Unpadded base64url, as bytes. */
export function encodeBase64url(bytes: Uint8Array): Buffer {
  const text = Buffer.alloc(Math.ceil((bytes.length * 4) / 3));
  for (let from = 0, to = 0; from < bytes.length; from += 3, to += 4) {
    const [a, b, c] = [at(bytes, from), at(bytes, from + 1), at(bytes, from + 2)];
    const four = [digit(a >> 2), digit((a << 4) | (b >> 4)), digit((b << 2) | (c >> 6)), digit(c)];
    text.set(four.slice(0, text.length - to), to);
  }
  return text;
}

/** Opposite of `encodeBase64url`; throws `damaged` for any other spelling of the same bytes too. */
export function decodeBase64url(text: Uint8Array): SecretBytes {
  const bytes = Buffer.alloc(Math.floor((text.length * 3) / 4));
  let held = 0;
  let bits = 0;
  let to = 0;
  for (const code of text) {
    const value = values[code] ?? -1;
    if (value < 0) throw damaged();
    held = ((held << 6) | value) & 0xffff;
    bits += 6;
    if (bits >= 8) bytes[to++] = (held >> (bits -= 8)) & 0xff;
  }
  if (bits >= 6 || (held & ((1 << bits) - 1)) !== 0) throw damaged();
  return SecretBytes.take(bytes);
}

/** `{…facts, "name": "base64url", …}`; facts are public numbers and words. */
export function encodeKeysJson(
  facts: Readonly<Record<string, string | number>>,
  keys: Readonly<Record<string, SecretBytes>>,
): SecretBytes {
  const members = Object.entries(facts).map(([name, value]) => Buffer.from(`"${name}":${JSON.stringify(value)}`));
  for (const [name, key] of Object.entries(keys)) {
    const text = encodeBase64url(key.bytes);
    members.push(Buffer.concat([Buffer.from(`"${name}":"`), text, Buffer.from('"')]));
    text.fill(0);
  }
  const json = Buffer.concat(members.flatMap((member, i) => [Buffer.from(i === 0 ? '{' : ','), member]));
  const whole = SecretBytes.take(Buffer.concat([json, Buffer.from('}')]));
  for (const bytes of [json, ...members]) bytes.fill(0);
  return whole;
}

/** The members of a flat JSON object whose values are whole numbers or text without escapes; views, not copies. Throws `damaged`. */
export function parseFlatJson(json: Uint8Array): ReadonlyMap<string, Uint8Array> {
  const members = new Map<string, Uint8Array>();
  let position = 0;
  const skipSpace = (): void => {
    while ([0x20, 0x09, 0x0a, 0x0d].includes(at(json, position))) position += 1;
  };
  const expect = (character: string): void => {
    skipSpace();
    if (json[position] !== character.charCodeAt(0)) throw damaged();
    position += 1;
  };
  const until = (ends: (code: number) => boolean): Uint8Array => {
    const start = position;
    while (position < json.length && !ends(at(json, position))) position += 1;
    return json.subarray(start, position);
  };
  const text = (): Uint8Array => {
    expect('"');
    const value = until((code) => code === 0x22 || code === 0x5c || code < 0x20 || code > 0x7e);
    expect('"');
    return value;
  };
  const number = (): Uint8Array => {
    const value = until((code) => code < 0x30 || code > 0x39);
    if (value.length === 0) throw damaged();
    return value;
  };
  expect('{');
  for (;;) {
    const name = Buffer.from(text()).toString('latin1');
    expect(':');
    skipSpace();
    if (members.has(name)) throw damaged();
    members.set(name, at(json, position) === 0x22 ? text() : number());
    skipSpace();
    if (at(json, position) !== 0x2c) break;
    position += 1;
  }
  expect('}');
  skipSpace();
  if (position !== json.length) throw damaged();
  return members;
}

/** The keys of these names; the caller disposes them. Throws `damaged`. */
export function readKeys<N extends string>(
  members: ReadonlyMap<string, Uint8Array>,
  ...names: N[]
): Record<N, SecretBytes> {
  const found: Partial<Record<N, SecretBytes>> = {};
  try {
    for (const name of names) found[name] = decodeBase64url(members.get(name) ?? new Uint8Array([0]));
    return found as Record<N, SecretBytes>;
  } catch (error) {
    for (const name of names) found[name]?.dispose();
    throw error;
  }
}
