import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FileTree } from '../../../../main/vault/files/file-tree.js';
import type { FileRecordEntry } from '../../../../main/vault/index/index-entries.js';
import { PathTable } from '../../../../main/vault/files/path-table.js';

const record = (id: string, path: string, more: Partial<FileRecordEntry> = {}): FileRecordEntry => ({
  project: 'p',
  id,
  version: 1,
  hash: `hash of ${id}`,
  epoch: 1,
  log: 1,
  kind: 'file',
  path,
  trashed: false,
  size: 1,
  modified: '2026-01-01T00:00:00.000Z',
  time: '2026-01-01T00:00:00.000Z',
  author: 'me',
  content: { suite: 'vault', epoch: 1, blob: `blob of ${id}`, root: 'root' },
  ...more,
});
const folder = (id: string, path: string) => record(id, path, { kind: 'folder', content: null });
const tableOf = (records: readonly FileRecordEntry[]) => new Map(records.map((entry) => [entry.id, entry]));
const shown = (records: readonly FileRecordEntry[]) =>
  new FileTree(tableOf(records)).entries().map(({ path, id, trashed }) => `${path}=${id}${trashed ? ' (trash)' : ''}`);

describe('the tree of a project', () => {
  it('lists folders that only paths imply, parents first', () => {
    expect(shown([record('1', 'a/b/c'), folder('2', 'empty')])).toEqual(['a=', 'a/b=', 'a/b/c=1', 'empty=2']);
  });

  it('shows both of two files that two clients gave one path, the same on every client', () => {
    const both = [record('2', 'a/x.txt'), record('1', 'a/x.txt'), record('3', 'a/x (2).txt')];
    expect(shown(both)).toEqual(['a=', 'a/x (2).txt=3', 'a/x (3).txt=2', 'a/x.txt=1']);
    expect(shown([...both].reverse())).toEqual(shown(both));
  });

  it('lets a folder keep its name before a file of the same path', () => {
    expect(shown([record('1', 'a'), record('2', 'a/b')])).toEqual(['a=', 'a/b=2', 'a (2)=1']);
  });

  it('shows one folder of several records of one path', () => {
    expect(shown([folder('2', 'a'), folder('1', 'a')])).toEqual(['a=1']);
  });

  it('puts the trash last and forgets what was deleted for good', () => {
    const trashed = record('2', 'a.txt', { trashed: true });
    const tombstone = record('3', '', { kind: 'folder', trashed: true, content: null });
    expect(shown([trashed, record('1', 'b.txt'), tombstone])).toEqual(['b.txt=1', 'a.txt=2 (trash)']);
  });

  const anyRecords = fc.uniqueArray(
    fc.record({
      id: fc.string({ unit: fc.constantFrom('0', '1', '7', 'a', 'f'), minLength: 4, maxLength: 4 }),
      path: fc
        .array(fc.constantFrom('a', 'b', 'a (2)', 'c.txt', 'c (2).txt'), { minLength: 1, maxLength: 3 })
        .map((names) => names.join('/')),
      kind: fc.constantFrom('file' as const, 'folder' as const),
      trashed: fc.boolean(),
    }),
    { selector: ({ id }) => id, maxLength: 30 },
  );

  it('loses no file, gives every path once, and agrees whatever the order', () => {
    fc.assert(
      fc.property(anyRecords, (some) => {
        const records = some.map(({ id, path, kind, trashed }) => record(id, path, { kind, trashed }));
        const entries = new FileTree(tableOf(records)).entries();
        const live = entries.filter(({ trashed }) => !trashed);
        expect(new Set(live.map(({ path }) => path)).size).toBe(live.length);
        const files = records.filter(({ kind, trashed }) => kind === 'file' && !trashed);
        expect(
          live
            .filter(({ kind }) => kind === 'file')
            .map(({ id }) => id)
            .sort(),
        ).toEqual(files.map(({ id }) => id).sort());
        expect(new FileTree(tableOf([...records].reverse())).entries()).toEqual(entries);
      }),
    );
  });

  it('keeps its table right when told only what changed', () => {
    fc.assert(
      fc.property(fc.array(anyRecords, { minLength: 1, maxLength: 4 }), (rounds) => {
        const table = new PathTable();
        const records = new Map<string, FileRecordEntry>();
        for (const round of rounds) {
          for (const { id, path, kind, trashed } of round) records.set(id, record(id, path, { kind, trashed }));
          table.sync(records);
        }
        const fresh = new PathTable();
        fresh.sync(records);
        expect([...table.folderPaths()].sort()).toEqual([...fresh.folderPaths()].sort());
        expect([...table.filePaths()].sort()).toEqual([...fresh.filePaths()].sort());
        for (const path of fresh.filePaths()) expect(table.filesAt(path)).toEqual(fresh.filesAt(path));
      }),
    );
  });
});
