import { PatternSearch } from './pattern-search.js';
import { shortestMasked, spellingsOf } from './spellings.js';

export const maskText = '[masked]';
const tag = Buffer.from(maskText);

/** Positions in the stream, `end` exclusive. */
type Span = { start: number; end: number };

/** What is looked for, made once and shared by all streams. The values are only read. */
export function searchFor(values: readonly Buffer[]): PatternSearch {
  const patterns = values.flatMap(spellingsOf).filter(({ length }) => length >= shortestMasked);
  const search = new PatternSearch(patterns);
  for (const pattern of patterns) pattern.fill(0);
  return search;
}

/**
 * Replaces every occurrence of every pattern in a stream by {@link maskText}; occurrences that overlap or touch become one. Holds
 * back only the end of the stream that may be the beginning of a pattern, so memory is bounded by the longest pattern.
 * SECURITY (promise 8): no byte of an occurrence leaves here, however the stream is cut (see {@link StreamMask.ease} for slow ones).
 */
export class StreamMask {
  readonly #search: PatternSearch;
  #state = 0;
  /** position of the next byte to come */
  #read = 0;
  /** position of the first byte that was not given away, and the bytes from there to `#read` */
  #given = 0;
  #held: Buffer = Buffer.alloc(0);
  /** what is to be masked of the bytes held, in order */
  #spans: Span[] = [];
  /** up to where the last mask reaches that was given */
  #maskedTo = -1;

  constructor(search: PatternSearch) {
    this.#search = search;
  }

  /** Takes the next piece of the stream; gives what is safe to show. Views of `chunk` may be among it. */
  feed(chunk: Buffer): Buffer[] {
    const search = this.#search;
    let state = this.#state;
    for (let at = 0; at < chunk.length; at += 1) {
      state = search.next(state, chunk[at] ?? 0);
      const length = search.longest(state);
      if (length > 0) this.#cover(this.#read + at + 1 - length, this.#read + at + 1);
    }
    this.#state = state;
    this.#read += chunk.length;
    this.#held = this.#held.length === 0 ? chunk : Buffer.concat([this.#held, chunk]);
    // what may be the beginning of a pattern reaches back into what a pause gave away
    const pieces = this.#giveUpTo(Math.max(this.#given, this.#read - search.depth(state)));
    this.#held = Buffer.from(this.#held);
    return pieces;
  }

  /**
   * For a stream that pauses, so that a prompt appears although it ends like the beginning of a secret. SECURITY (promise 8): gives
   * fewer bytes than the shortest secret has; a longer beginning stays held, and the rest of what was begun is still masked.
   */
  ease(): Buffer[] {
    return this.#search.depth(this.#state) < shortestMasked ? this.#giveUpTo(this.#read) : [];
  }

  /** The stream has ended: what was held back is no secret any more. */
  end(): Buffer[] {
    return this.#giveUpTo(this.#read);
  }

  #cover(start: number, end: number): void {
    let from = start;
    for (let last = this.#spans.at(-1); last !== undefined && last.end >= from; last = this.#spans.at(-1)) {
      from = Math.min(from, last.start);
      this.#spans.pop();
    }
    this.#spans.push({ start: from, end });
  }

  #giveUpTo(safe: number): Buffer[] {
    const pieces: Buffer[] = [];
    let from = this.#given;
    const show = (end: number): void => {
      if (end > from) pieces.push(this.#held.subarray(from - this.#given, end - this.#given));
    };
    for (const span of this.#spans) {
      if (span.start >= safe) break;
      show(span.start);
      // of what a pause gave away already, a mask begins where that ends
      if (Math.max(from, span.start) > this.#maskedTo) pieces.push(tag);
      this.#maskedTo = span.end;
      from = Math.max(from, Math.min(span.end, safe));
    }
    show(safe);
    this.#spans = this.#spans.filter(({ end }) => end > safe);
    this.#held = this.#held.subarray(safe - this.#given);
    this.#given = safe;
    return pieces;
  }
}
