/**
 * The picture of a fingerprint as geometry. Eight rows of four squares, one byte each, mirrored at the middle so that the eye
 * finds a figure; the diagonals cut each square into four triangles, and two bits give each its tone. So every bit of the 32
 * bytes is in the picture, and two fingerprints never have the same one.
 */
export const mosaicSize = 8;

/** Tones by weight; 0 is the ground, which needs no shape. */
export const tones = [1, 2, 3] as const;
export type Tone = (typeof tones)[number];

type Point = readonly [x: number, y: number];

/** Corners of a square from its top left, clockwise. */
const cornersOf = (x: number, y: number): readonly [Point, Point, Point, Point] => [
  [x, y],
  [x + 1, y],
  [x + 1, y + 1],
  [x, y + 1],
];

const mirrored = ([x, y]: Point): Point => [mosaicSize - x, y];
const drawn = (points: readonly Point[]): string => `M${points.map(([x, y]) => `${x} ${y}`).join('L')}Z`;

/** The four triangles of a square, as its byte's bits name them from the highest: top, right, bottom, left. */
const trianglesOf = (index: number): readonly (readonly [Point, Point, Point])[] => {
  const [x, y] = [index % 4, Math.floor(index / 4)];
  const [a, b, c, d] = cornersOf(x, y);
  const middle: Point = [x + 0.5, y + 0.5];
  return [
    [a, b, middle],
    [b, c, middle],
    [c, d, middle],
    [d, a, middle],
  ];
};

/** SVG paths in units of a square, one for each tone. @param hex 64 hex digits */
export const mosaicOf = (hex: string): Readonly<Record<Tone, string>> => {
  const paths: Record<Tone, string> = { 1: '', 2: '', 3: '' };
  for (let index = 0; index < 32; index += 1) {
    const byte = parseInt(hex.slice(index * 2, index * 2 + 2), 16);
    trianglesOf(index).forEach((triangle, side) => {
      const tone = (byte >> (6 - side * 2)) & 3;
      if (tone === 1 || tone === 2 || tone === 3) paths[tone] += drawn(triangle) + drawn(triangle.map(mirrored));
    });
  }
  return paths;
};
