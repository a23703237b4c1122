export type ByteRange = Readonly<{ start: number; endExclusive: number }>;

/**
 * The one range that a `Range` header asks for (RFC 9110 section 14.1.2); null for none, for several, and for what is
 * not understood: then the whole is sent.
 */
export const parseRange = (header: string | null, size: number): ByteRange | 'unsatisfiable' | null => {
  const match = /^bytes=(\d*)-(\d*)$/.exec(header?.trim() ?? '');
  if (!match) return null;
  const [, first = '', last = ''] = match;
  if (first === '' && last === '') return null;
  if (first === '') return suffix(Number(last), size);
  const start = Number(first);
  const endExclusive = last === '' ? size : Math.min(Number(last) + 1, size);
  if (last !== '' && Number(last) < start) return null;
  return start >= size ? 'unsatisfiable' : { start, endExclusive };
};

const suffix = (bytes: number, size: number): ByteRange | 'unsatisfiable' =>
  bytes === 0 || size === 0 ? 'unsatisfiable' : { start: Math.max(0, size - bytes), endExclusive: size };
