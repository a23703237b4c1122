import type { ByteRange } from '../store.js';

/** What is fetched begins and ends at multiples of this (the last one ends with the object), so that few ranges are remembered. */
const grainBytes = 64 * 1024;
/** A gap this small is fetched too: that is quicker than another request. */
const gapBytes = 256 * 1024;
/** The most that one request fetches. */
export const pieceBytes = 4 * 1024 * 1024;

/** Which parts of an object of `bytes` bytes are here: in order, and apart from each other. */
export class HeldRanges {
  readonly bytes: number;
  #held: readonly ByteRange[] = [];

  constructor(bytes: number) {
    this.bytes = bytes;
  }

  get heldBytes(): number {
    return this.#held.reduce((sum, { start, endExclusive }) => sum + endExclusive - start, 0);
  }

  get isWhole(): boolean {
    return this.heldBytes === this.bytes;
  }

  add(range: ByteRange): void {
    this.#held = united([...this.#held, this.#cut(range)], 0);
  }

  /** What is to be fetched so that `wanted` is here, in pieces of at most {@link pieceBytes}; none when all of it is. */
  missing(wanted: readonly ByteRange[]): ByteRange[] {
    const grains = wanted.map(({ start, endExclusive }) => ({
      start: Math.floor(start / grainBytes) * grainBytes,
      endExclusive: Math.ceil(endExclusive / grainBytes) * grainBytes,
    }));
    const lacking = united(grains.map((range) => this.#cut(range)), 0).flatMap((range) => this.#without(range)); // prettier-ignore
    return united(lacking, gapBytes).flatMap((range) => piecesOf(range));
  }

  #cut({ start, endExclusive }: ByteRange): ByteRange {
    return { start: Math.min(start, this.bytes), endExclusive: Math.min(endExclusive, this.bytes) };
  }

  #without(range: ByteRange): ByteRange[] {
    const lacking: ByteRange[] = [];
    let { start } = range;
    for (const held of this.#held) {
      if (held.endExclusive <= start) continue;
      if (held.start >= range.endExclusive) break;
      if (held.start > start) lacking.push({ start, endExclusive: held.start });
      start = held.endExclusive;
    }
    if (start < range.endExclusive) lacking.push({ start, endExclusive: range.endExclusive });
    return lacking;
  }
}

/** Ranges in order, joined where at most `gap` bytes lie between them. Empty ones are left out. */
function united(ranges: readonly ByteRange[], gap: number): ByteRange[] {
  const joined: ByteRange[] = [];
  const inOrder = ranges.filter((range) => range.start < range.endExclusive).sort((a, b) => a.start - b.start);
  for (const range of inOrder) {
    const before = joined.at(-1);
    if (before === undefined || range.start > before.endExclusive + gap) joined.push(range);
    else
      joined[joined.length - 1] = {
        start: before.start,
        endExclusive: Math.max(before.endExclusive, range.endExclusive),
      };
  }
  return joined;
}

function piecesOf({ start, endExclusive }: ByteRange): ByteRange[] {
  const count = Math.ceil((endExclusive - start) / pieceBytes);
  return Array.from({ length: count }, (_, i) => ({
    start: start + i * pieceBytes,
    endExclusive: Math.min(endExclusive, start + (i + 1) * pieceBytes),
  }));
}
