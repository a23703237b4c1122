import { win32 } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { diskName, freeName, numberedName } from '../../../../main/vault/files/file-names.js';
import { anyName } from '../any-name.js';

describe('names on a disk', () => {
  it.each([
    ['a:b', 'a%3Ab'],
    ['CON', '_CON'],
    ['con.txt', '_con.txt'],
    ['Lpt1.tar.gz', '_Lpt1.tar.gz'],
    ['console', 'console'],
    ['ends.', 'ends%2E'],
    ['ends ', 'ends%20'],
    ['..\\..\\up', '..%5C..%5Cup'],
    ['two\nlines', 'two%0Alines'],
  ])('makes %j safe for Windows as %j', (name, expected) => {
    expect(diskName(name, 'win32')).toBe(expected);
    expect(diskName(name, 'linux')).toBe(name);
  });

  it('never leads out of the folder it is written to', () => {
    fc.assert(
      fc.property(anyName, (name) => {
        const written = diskName(name, 'win32');
        expect(win32.dirname(win32.join('C:\\safe', written))).toBe('C:\\safe');
        expect(written).not.toMatch(/^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i);
        expect(written).not.toMatch(/[. ]$/);
      }),
    );
  });

  it('numbers before the ending', () => {
    expect(numberedName('report.txt', 2)).toBe('report (2).txt');
    expect(numberedName('.profile', 2)).toBe('.profile (2)');
    expect(numberedName('plain', 3)).toBe('plain (3)');
  });

  it('stays within what a name may be', () => {
    fc.assert(
      fc.property(anyName, fc.integer({ min: 2, max: 99_999 }), (name, number) => {
        const numbered = numberedName(name, number);
        expect(Buffer.byteLength(numbered)).toBeLessThanOrEqual(255);
        expect(numbered).toContain(` (${number})`);
        expect(numbered).not.toContain('/');
      }),
    );
  });

  it('finds the first free name', () => {
    const taken = new Set(['a.txt', 'a (2).txt']);
    expect(freeName('a.txt', (name) => taken.has(name))).toBe('a (3).txt');
    expect(freeName('b.txt', (name) => taken.has(name))).toBe('b.txt');
  });
});
