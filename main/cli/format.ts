/** Text for a terminal: every name that reaches one goes through {@link visible}. */

const controls = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g;

/**
 * SECURITY: names come from other people too. Escapes control characters and text-direction overrides, so that no
 * name can move the cursor, recolour the screen or pose as another line.
 */
export const visible = (text: string): string =>
  text.replace(controls, (character) => {
    if (character === '\n') return '\\n';
    if (character === '\t') return '\\t';
    return `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
  });

/** Like {@link visible}, but keeps line breaks and tabs: for notes, keys and other text of several lines. */
export const visibleLines = (text: string): string =>
  text
    .split('\n')
    .map((line) => line.split('\t').map(visible).join('\t'))
    .join('\n');

/** Columns padded to equal width, two spaces apart; nothing for no rows. The last column is not padded. */
export function table(rows: readonly (readonly string[])[]): string {
  const safe = rows.map((row) => row.map(visible));
  const widths: number[] = [];
  for (const row of safe) {
    row.forEach((cell, column) => (widths[column] = Math.max(widths[column] ?? 0, cell.length)));
  }
  return safe
    .map((row) => row.map((cell, column) => (column === row.length - 1 ? cell : cell.padEnd(widths[column] ?? 0))))
    .map((row) => row.join('  ').trimEnd())
    .join('\n');
}

/** 1234567 → "1.2 MB" (powers of ten, as disks are sold). */
export function byteCount(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let value = bytes;
  let unit = 0;
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${unit === 0 || value >= 99.5 ? value.toFixed(0) : value.toFixed(1)} ${units[unit] ?? ''}`;
}

/** "2025-03-01T12:34:56.789Z" → "2025-03-01 12:34" (UTC, as stored). */
export const shortTime = (iso: string): string => iso.slice(0, 16).replace('T', ' ');

export const plural = (count: number, one: string, many = `${one}s`): string => `${count} ${count === 1 ? one : many}`;
