/** Copies what of `piece`, which lies at `pieceStart` of a file, belongs into `range`, which begins at `rangeStart` of it. */
export function copyOverlap(range: Uint8Array, rangeStart: number, piece: Uint8Array, pieceStart: number): void {
  const from = Math.max(rangeStart, pieceStart);
  const to = Math.min(rangeStart + range.length, pieceStart + piece.length);
  if (from < to) range.set(piece.subarray(from - pieceStart, to - pieceStart), from - rangeStart);
}
