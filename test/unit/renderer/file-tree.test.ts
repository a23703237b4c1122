import { describe, expect, it } from 'vitest';
import type { FileEntry } from '../../../app/model/project.js';
import {
  breadcrumbs,
  childrenOf,
  folderSums,
  joinPath,
  moveTargets,
  parentOf,
  trashedOf,
} from '../../../renderer/state/file-tree.js';

const entry = (path: string, kind: FileEntry['kind'] = 'file', more: Partial<FileEntry> = {}): FileEntry => ({
  id: path,
  version: 1,
  kind,
  path,
  name: path.slice(path.lastIndexOf('/') + 1),
  size: 10,
  modified: '2026-01-01T00:00:00.000Z',
  trashed: false,
  ...more,
});

const entries = [
  entry('b.txt'),
  entry('a10.txt', 'file', { size: 99 }),
  entry('a9.txt'),
  entry('raw', 'folder'),
  entry('raw/one', 'folder'),
  entry('raw/one/deep file.txt'),
  entry('rawest.txt'),
  entry('old.txt', 'file', { trashed: true }),
];
const names = (list: readonly FileEntry[]) => list.map((one) => one.name);

describe('file tree', () => {
  it('shows a folder: folders first, names as people count', () => {
    expect(names(childrenOf(entries, '', '', 'name'))).toEqual(['raw', 'a9.txt', 'a10.txt', 'b.txt', 'rawest.txt']);
    expect(names(childrenOf(entries, 'raw', '', 'name'))).toEqual(['one']);
    expect(names(childrenOf(entries, '', '', 'size'))[1]).toBe('a10.txt');
  });

  it('searches everything below, by every word of the path', () => {
    expect(names(childrenOf(entries, '', 'deep RAW', 'name'))).toEqual(['deep file.txt']);
    expect(names(childrenOf(entries, 'raw', 'rawest', 'name'))).toEqual([]);
  });

  it('keeps the trash apart', () => expect(names(trashedOf(entries))).toEqual(['old.txt']));

  it('sums every folder above a file', () => {
    expect(folderSums(entries).get('raw')).toEqual({ files: 1, bytes: 10 });
    expect(folderSums(entries).get('raw/one')).toEqual({ files: 1, bytes: 10 });
  });

  it('walks paths', () => {
    expect(parentOf('a/b/c')).toBe('a/b');
    expect(parentOf('a')).toBe('');
    expect(joinPath('', 'a')).toBe('a');
    expect(breadcrumbs('a/b')).toEqual([
      { name: 'a', path: 'a' },
      { name: 'b', path: 'a/b' },
    ]);
    expect(breadcrumbs('')).toEqual([]);
  });

  it('never offers to move a folder into itself', () => {
    expect(moveTargets(entries, ['raw'])).toEqual(['']);
    expect(moveTargets(entries, ['b.txt'])).toEqual(['', 'raw', 'raw/one']);
  });
});
