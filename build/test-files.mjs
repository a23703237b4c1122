/** Which test files there are, and which of them somebody asked for. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './checkout.mjs';

/**
 * @param {string[]} words parts of paths; none for all
 * @returns {{ plain: string[], endToEnd: string[] }} paths from the root of the checkout
 */
export function testFiles(words) {
  const wanted = readdirSync(join(root, 'test'), { recursive: true, encoding: 'utf8' })
    .map((name) => `test/${name.replaceAll('\\', '/')}`)
    .filter((path) => words.length === 0 || words.some((word) => path.includes(word)))
    .toSorted();
  return {
    plain: wanted.filter((path) => /\.test\.tsx?$/.test(path)),
    endToEnd: wanted.filter((path) => path.endsWith('.e2e.ts')),
  };
}
