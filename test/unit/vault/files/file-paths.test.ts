import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { VaultError } from '../../../../app/errors.js';
import {
  comparePaths,
  foldersAbove,
  isPath,
  isWithin,
  joinPath,
  nameOf,
  parentOf,
  parsePath,
  rebase,
} from '../../../../main/vault/files/file-paths.js';
import { anyName } from '../any-name.js';

const anyPath = fc.array(anyName, { minLength: 1, maxLength: 5 }).map((names) => names.join('/'));

describe('paths of a project', () => {
  it('takes names of every kind', () => {
    for (const name of ['a\nb', '🗝️ keys', 'x'.repeat(255), 'é'.repeat(127), 'CON', 'a:b', '...', ' ', '-rf', '\u202e'])
      expect(parsePath(name)).toBe(name.normalize('NFC'));
  });

  it.each([
    '',
    '.',
    '..',
    'a/../b',
    '/a',
    'a/',
    'a//b',
    'a/./b',
    '../a',
    'nul\0',
    'x'.repeat(256),
    'é'.repeat(128),
    '\ud800',
  ])('refuses %j', (path) => {
    expect(() => parsePath(path)).toThrow(VaultError);
    expect(isPath(path)).toBe(false);
  });

  it('gives one form to what looks the same', () => {
    expect(parsePath('e\u0301.txt')).toBe('\u00e9.txt');
    expect(isPath('e\u0301.txt')).toBe(false);
  });

  it('takes a path apart and puts it together again', () => {
    fc.assert(
      fc.property(anyPath, (path) => {
        const parsed = parsePath(path);
        expect(joinPath(parentOf(parsed), nameOf(parsed))).toBe(parsed);
        expect(foldersAbove(parsed).at(-1) ?? '').toBe(parentOf(parsed));
        for (const folder of foldersAbove(parsed)) expect(isWithin(parsed, folder)).toBe(true);
        expect(rebase(parsed, '', 'new')).toBe(`new/${parsed}`);
        expect(rebase(parsed, parsed, 'new')).toBe('new');
      }),
    );
  });

  it('does not take a neighbour for a child', () => {
    expect(isWithin('ab/c', 'a')).toBe(false);
    expect(isWithin('a', 'a')).toBe(true);
    expect(rebase('a/b/c', 'a', 'x/y')).toBe('x/y/b/c');
  });

  it('puts what a folder holds right after it', () => {
    expect(['a b', 'a', 'a/z', 'b', 'a!'].sort(comparePaths)).toEqual(['a', 'a/z', 'a b', 'a!', 'b']);
  });
});
