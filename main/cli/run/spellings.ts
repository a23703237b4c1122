/** How a value may appear in a program's output. */

/** Shorter values would mask half of any text; they are not masked. In bytes. */
export const shortestMasked = 4;
/** A line of a value of several lines is masked by itself from this length on, in bytes. */
const shortestLine = 8;
/** Values above this are masked as they are and line by line, but not in other encodings: the automaton would take too much memory. */
const longestEncoded = 64 * 1024;
/** The part of a base64 text that does not depend on its neighbours is masked from this length on, in characters. */
const shortestInner = 6;
/** Where the usual tools break base64: PEM after 64 characters, MIME and coreutils after 76. */
const base64Widths = [64, 76] as const;

const newline = 0x0a;
const carriageReturn = 0x0d;

/**
 * Every byte sequence to mask for one value: itself, its lines, and its base64, base64url, hexadecimal, URL and JSON spellings,
 * also without its final line breaks (as shells pass it on). Empty for values shorter than {@link shortestMasked}.
 * The caller wipes what it gets.
 */
export function spellingsOf(value: Buffer): Buffer[] {
  const trimmed = withoutFinalBreaks(value);
  if (trimmed.length < shortestMasked) return value.length < shortestMasked ? [] : [Buffer.from(value)];
  const spellings = [Buffer.from(value), Buffer.from(trimmed), ...linesOf(trimmed)];
  if (value.length > longestEncoded) return spellings;
  for (const form of formsOf(value, trimmed)) {
    spellings.push(...texts(form).map((text) => Buffer.from(text)));
    form.fill(0);
  }
  return spellings;
}

/** As it is, without its final line breaks, and with the one that `echo` adds. */
const formsOf = (value: Buffer, trimmed: Buffer): Buffer[] => [
  Buffer.from(value),
  Buffer.from(trimmed),
  Buffer.concat([trimmed, Buffer.of(newline)]),
];

function withoutFinalBreaks(value: Buffer): Buffer {
  let end = value.length;
  while (end > 0 && (value[end - 1] === newline || value[end - 1] === carriageReturn)) end -= 1;
  return value.subarray(0, end);
}

function linesOf(value: Buffer): Buffer[] {
  const lines: Buffer[] = [];
  let start = 0;
  while (start < value.length) {
    const found = value.indexOf(newline, start);
    const end = found === -1 ? value.length : found;
    const line = withoutFinalBreaks(value.subarray(start, end));
    if (line.length >= shortestLine) lines.push(Buffer.from(line));
    start = end + 1;
  }
  return lines.length > 1 || value.includes(newline) ? lines : [];
}

const texts = (value: Buffer): string[] => {
  const hex = value.toString('hex');
  return [...base64Texts(value), hex, hex.toUpperCase(), ...escapedTexts(value)];
};

function base64Texts(value: Buffer): string[] {
  const whole = value.toString('base64');
  const unpadded = whole.replace(/=+$/, '');
  const inner = [1, 2].map((shift) => innerBase64(value, shift)).filter((text) => text.length >= shortestInner);
  const standard = [whole, unpadded, ...inner];
  const wrapped = base64Widths.flatMap((width) => (whole.length > width ? brokenAfter(whole, width) : []));
  return [...standard, ...standard.map(urlSafe), ...wrapped];
}

const urlSafe = (text: string): string => text.replaceAll('+', '-').replaceAll('/', '_');

const brokenAfter = (text: string, width: number): string[] => {
  const lines = text.match(new RegExp(`.{1,${width}}`, 'g')) ?? [];
  return [lines.join('\n'), lines.join('\r\n')];
};

/**
 * What every base64 text has in common that holds the value `shift` bytes behind a multiple of three, as `user:password` in an
 * Authorization header does: the characters that no neighbour has a bit in.
 */
function innerBase64(value: Buffer, shift: number): string {
  const text = Buffer.concat([Buffer.alloc(shift), value]).toString('base64');
  const first = Math.ceil((shift * 8) / 6);
  const end = Math.floor(((shift + value.length) * 8) / 6);
  return text.slice(first, end);
}

/** RFC 3986, browsers' and Python's ways to escape in a URL, HTML forms', and JSON's; only for what is text. */
function escapedTexts(value: Buffer): string[] {
  const text = value.toString('utf8');
  if (!Buffer.from(text).equals(value)) return [];
  const browser = encodeURIComponent(text);
  const strict = browser.replaceAll(/[!'()*]/g, (each) => `%${each.charCodeAt(0).toString(16).toUpperCase()}`);
  const spellings = [browser, strict, strict.replaceAll('%2F', '/'), encodeURI(text), strict.replaceAll('%20', '+')];
  const json = JSON.stringify(text).slice(1, -1);
  return [
    json,
    ...spellings,
    ...spellings.map((each) => each.replaceAll(/%[0-9A-F]{2}/g, (code) => code.toLowerCase())),
  ];
}
