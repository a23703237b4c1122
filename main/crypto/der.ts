/** The little of DER (ITU-T X.690) that our key files need, written so that no copy of a secret stays behind. */

/** One element: tag, length, and the parts one after the other. SECURITY (promise 9): the parts are wiped. */
export function derElement(tag: number, ...parts: readonly Uint8Array[]): Buffer {
  const byteLength = parts.reduce((sum, part) => sum + part.length, 0);
  const head = [tag, ...lengthBytes(byteLength)];
  const element = Buffer.alloc(head.length + byteLength);
  element.set(head);
  let at = head.length;
  for (const part of parts) {
    element.set(part, at);
    at += part.length;
    part.fill(0);
  }
  return element;
}

const lengthBytes = (byteLength: number): number[] => {
  if (byteLength < 0x80) return [byteLength];
  const bytes: number[] = [];
  for (let rest = byteLength; rest > 0; rest = Math.floor(rest / 256)) bytes.unshift(rest & 0xff);
  return [0x80 | bytes.length, ...bytes];
};

export const derSequence = (...parts: readonly Uint8Array[]): Buffer => derElement(0x30, ...parts);
export const derSet = (...parts: readonly Uint8Array[]): Buffer => derElement(0x31, ...parts);
export const derOctets = (bytes: Uint8Array): Buffer => derElement(0x04, bytes);
export const derBits = (bytes: Uint8Array): Buffer => derElement(0x03, Uint8Array.of(0), bytes);
export const derNull = (): Buffer => derElement(0x05);
/** An explicit context tag, as in `[0] EXPLICIT`. */
export const derContext = (number: number, content: Uint8Array): Buffer => derElement(0xa0 | number, content);

/** A non-negative integer from big-endian bytes without leading zeros. */
export const derInteger = (bytes: Uint8Array): Buffer =>
  (bytes[0] ?? 0) >= 0x80 ? derElement(0x02, Uint8Array.of(0), bytes) : derElement(0x02, bytes);

export const derSmallInteger = (value: number): Buffer => {
  const bytes: number[] = [];
  for (let rest = value; rest > 0 || bytes.length === 0; rest = Math.floor(rest / 256)) bytes.unshift(rest % 256);
  return derInteger(Uint8Array.from(bytes));
};

/** An object identifier from its dotted form. */
export function derObjectId(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number);
  const content = [first * 40 + second, ...rest].flatMap((arc) => {
    const digits = [arc & 0x7f];
    for (let left = Math.floor(arc / 128); left > 0; left = Math.floor(left / 128))
      digits.unshift((left & 0x7f) | 0x80);
    return digits;
  });
  return derElement(0x06, Uint8Array.from(content));
}
