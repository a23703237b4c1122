import { VaultError } from '../../../app/errors.js';

/** At most this many states, since a state and a byte are one 32-bit key. */
const maximumStates = 1 << 24;
const alphabet = 256;
/** Multiplier of Fibonacci hashing: 2^32 divided by the golden ratio. */
const spread = 0x9e3779b1;

/**
 * Finds all occurrences of many byte patterns in one pass (Aho and Corasick, 1975). A state stands for the longest end of what was
 * read that begins a pattern. Edges are in one open-addressed table; the root and its children, where nearly all text is, have
 * rows of all 256 answers. SECURITY (promise 9): holds the patterns, so {@link PatternSearch.wipe} it.
 */
export class PatternSearch {
  /** `state * 256 + byte + 1`, 0 for a free place; and the state that it leads to */
  readonly #keys: Uint32Array;
  readonly #targets: Uint32Array;
  readonly #shift: number;
  /** per state: bytes matched so far, the longest pattern that ends here, the next shorter state */
  readonly #depths: Uint32Array;
  readonly #longest: Uint32Array;
  readonly #fails: Uint32Array;
  /** the answers of states 0 to `#rows` - 1 */
  readonly #near: Uint32Array;
  readonly #rows: number;

  /** Patterns must not be empty. They are only read. Throws `invalid-input` beyond some 16 million bytes of patterns. */
  constructor(patterns: readonly Buffer[]) {
    const most = 1 + patterns.reduce((sum, { length }) => sum + length, 0);
    if (most >= maximumStates) {
      throw new VaultError(
        'invalid-input',
        'These secrets are too large to be masked in output. --no-mask leaves that out.',
      );
    }
    const bits = Math.max(4, Math.ceil(Math.log2(most * 2)));
    this.#keys = new Uint32Array(2 ** bits);
    this.#targets = new Uint32Array(2 ** bits);
    this.#shift = 32 - bits;
    this.#depths = new Uint32Array(most);
    this.#longest = new Uint32Array(most);
    this.#fails = new Uint32Array(most);
    const [states, children] = this.#grow(patterns);
    this.#link(patterns, states);
    this.#rows = 1 + children;
    this.#near = new Uint32Array(this.#rows * alphabet);
    this.#fillRows();
  }

  /** Level by level, so that the root's children are states 1 to n. Gives the number of states and of the root's children. */
  #grow(patterns: readonly Buffer[]): [states: number, children: number] {
    const at = new Uint32Array(patterns.length);
    const deepest = patterns.reduce((most, { length }) => Math.max(most, length), 0);
    let states = 1;
    let children = 0;
    for (let depth = 0; depth < deepest; depth += 1) {
      for (const [which, pattern] of patterns.entries()) {
        const byte = pattern[depth];
        if (byte === undefined) continue;
        const from = at[which] ?? 0;
        let to = this.#edge(from, byte);
        if (to === 0) {
          to = states++;
          this.#depths[to] = depth + 1;
          this.#insert(from, byte, to);
        }
        at[which] = to;
        if (pattern.length === depth + 1) this.#longest[to] = depth + 1;
      }
      if (depth === 0) children = states - 1;
    }
    return [states, children];
  }

  /** States are numbered by depth, so each pattern is walked level by level again, and shorter states are linked already. */
  #link(patterns: readonly Buffer[], states: number): void {
    const at = new Uint32Array(patterns.length);
    const linked = new Uint8Array(states);
    const deepest = patterns.reduce((most, { length }) => Math.max(most, length), 0);
    for (let depth = 0; depth < deepest; depth += 1) {
      for (const [which, pattern] of patterns.entries()) {
        const byte = pattern[depth];
        if (byte === undefined) continue;
        const from = at[which] ?? 0;
        const to = this.#edge(from, byte);
        at[which] = to;
        if (linked[to] === 1) continue;
        linked[to] = 1;
        const fail = depth === 0 ? 0 : this.#follow(this.#fails[from] ?? 0, byte);
        this.#fails[to] = fail;
        if (this.#longest[to] === 0) this.#longest[to] = this.#longest[fail] ?? 0;
      }
    }
  }

  #fillRows(): void {
    for (let state = 0; state < this.#rows; state += 1)
      for (let byte = 0; byte < alphabet; byte += 1) this.#near[state * alphabet + byte] = this.#follow(state, byte);
  }

  #follow(from: number, byte: number): number {
    let state = from;
    for (;;) {
      const to = this.#edge(state, byte);
      if (to !== 0 || state === 0) return to;
      state = this.#fails[state] ?? 0;
    }
  }

  /** The state that an edge leads to, 0 for none: no edge leads to the root. */
  #edge(state: number, byte: number): number {
    const key = state * alphabet + byte + 1;
    const mask = this.#keys.length - 1;
    for (let place = Math.imul(key, spread) >>> this.#shift; ; place = (place + 1) & mask) {
      const found = this.#keys[place];
      if (found === key) return this.#targets[place] ?? 0;
      if (found === 0) return 0;
    }
  }

  #insert(state: number, byte: number, to: number): void {
    const key = state * alphabet + byte + 1;
    const mask = this.#keys.length - 1;
    let place = Math.imul(key, spread) >>> this.#shift;
    while (this.#keys[place] !== 0) place = (place + 1) & mask;
    this.#keys[place] = key;
    this.#targets[place] = to;
  }

  /** The state after one more byte; 0 is where all begins. */
  next(state: number, byte: number): number {
    if (state < this.#rows) return this.#near[state * alphabet + byte] ?? 0;
    let at = state;
    do {
      const to = this.#edge(at, byte);
      if (to !== 0) return to;
      at = this.#fails[at] ?? 0;
    } while (at >= this.#rows);
    return this.#near[at * alphabet + byte] ?? 0;
  }

  /** How many of the last bytes may be the beginning of a pattern. */
  depth(state: number): number {
    return this.#depths[state] ?? 0;
  }

  /** The length of the longest pattern that ends here, 0 for none. */
  longest(state: number): number {
    return this.#longest[state] ?? 0;
  }

  wipe(): void {
    for (const table of [this.#keys, this.#targets, this.#depths, this.#longest, this.#fails, this.#near])
      table.fill(0);
  }
}
