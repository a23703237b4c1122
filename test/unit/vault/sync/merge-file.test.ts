import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { tombstoneOf, type FileBody } from '../../../../main/vault/files/file-record.js';
import { conflictPath } from '../../../../main/vault/sync/conflict-path.js';
import { mergeFile } from '../../../../main/vault/sync/merge-file.js';

const origin = { person: 'Mira', time: '2026-11-23T22:30:00.000Z' };
const body = (blob: string, changes: Partial<FileBody> & { epoch?: number } = {}): FileBody => {
  const { epoch = 1, ...rest } = changes;
  return {
    kind: 'file',
    path: 'a/report.pdf',
    trashed: false,
    size: 10,
    modified: '2026-11-01T00:00:00.000Z',
    content: { suite: 'vault', blob, root: blob, epoch },
    ...rest,
  };
};
const base = body('b0');
const merge = (ours: FileBody, theirs: FileBody, before: FileBody | null = base) =>
  mergeFile(before, ours, theirs, origin);

describe('two sides of a file', () => {
  it('keep a content from here and a place from there', () => {
    const ours = body('b1', { size: 11 });
    const theirs = body('b0', { path: 'b/report.pdf' });
    expect(merge(ours, theirs)).toEqual({ next: { ...ours, path: 'b/report.pdf' }, copy: null, notice: null });
    expect(merge(theirs, ours)).toEqual({ next: { ...ours, path: 'b/report.pdf' }, copy: null, notice: null });
  });

  it('keep our content beside theirs when both changed it, with a name that says whose it is', () => {
    const { next, copy, notice } = merge(body('b1', { size: 11 }), body('b2', { size: 12 }));
    expect(next).toBeNull();
    expect(copy).toEqual(body('b1', { size: 11, path: 'a/report (Mira, 23 Nov 2026).pdf' }));
    expect(notice).toContain('yours is beside it: “report (Mira, 23 Nov 2026).pdf”');
  });

  it('leave a file where others put it when both moved it, and say so', () => {
    const { next, copy, notice } = merge(body('b0', { path: 'ours.pdf' }), body('b0', { path: 'theirs.pdf' }));
    expect([next, copy]).toEqual([null, null]);
    expect(notice).toContain('“theirs.pdf”');
  });

  it('take a content that was only encrypted with a newer key for the same', () => {
    const rekeyed = body('b9', { epoch: 2 });
    expect(merge(body('b0', { path: 'moved.pdf' }), rekeyed).next).toEqual({ ...rekeyed, path: 'moved.pdf' });
    const ours = body('b1', { size: 11 });
    expect(merge(ours, rekeyed)).toEqual({ next: ours, copy: null, notice: null });
  });

  it('never take ours for the same because it looks so: nobody else has it', () => {
    const ours = body('b1', { epoch: 2 });
    expect(merge(ours, body('b2', { size: 12 })).copy?.content?.blob).toBe('b1');
    expect(merge(ours, body('b0', { path: 'x.pdf' })).next?.content?.blob).toBe('b1');
  });

  it('let an edit win over the trash', () => {
    const trashed = body('b0', { trashed: true });
    expect(merge(trashed, body('b1', { size: 11 }))).toMatchObject({ next: null });
    expect(merge(body('b1', { size: 11 }), trashed).next).toMatchObject({ trashed: false, size: 11 });
    expect(merge(trashed, base).next?.trashed).toBe(true);
  });

  it('bring an edit back as something new when the file was deleted for good elsewhere', () => {
    const gone = tombstoneOf(base);
    const { next, copy } = merge(body('b1', { size: 11 }), gone);
    expect([next, copy?.content?.blob, copy?.path]).toEqual([null, 'b1', 'a/report.pdf']);
    const moved = merge(body('b0', { path: 'moved.pdf' }), gone);
    expect(moved).toMatchObject({ next: null, copy: null });
    expect(moved.notice).toContain('deleted for good');
  });

  it('keep an edit from elsewhere of what was deleted for good here, and delete what nobody touched', () => {
    const gone = tombstoneOf(base);
    expect(merge(gone, body('b1', { size: 11 }))).toMatchObject({ next: null, copy: null });
    expect(merge(gone, base).next).toEqual(gone);
    expect(merge(gone, body('b9', { epoch: 2 })).next).toEqual(gone);
    expect(merge(gone, base, body('b0', { trashed: true })).next).toBeNull();
  });

  it('come to the same when the merge is repeated on its own result', () => {
    const one = fc
      .record({
        blob: fc.constantFrom('b0', 'b1', 'b2'),
        path: fc.constantFrom('a.pdf', 'b.pdf', 'c.pdf'),
        trashed: fc.boolean(),
        gone: fc.nat(9),
      })
      .map(({ blob, path, trashed, gone }) => {
        const file = body(blob, { path, trashed, size: Number(blob.slice(1)) });
        return gone === 0 ? tombstoneOf(file) : file;
      });
    fc.assert(
      fc.property(fc.option(one), one, one, (before, ours, theirs) => {
        const first = mergeFile(before, ours, theirs, origin);
        const again = mergeFile(before, ours, first.next ?? theirs, origin);
        expect(again.next).toBeNull();
        expect(again.copy?.content).toEqual(first.copy?.content);
      }),
      { numRuns: 3000 },
    );
  });
});

describe('the name of the file beside', () => {
  it('keeps its ending, stays within 255 bytes and never leaves its folder', () => {
    expect(conflictPath('x/.profile', origin)).toBe('x/.profile (Mira, 23 Nov 2026)');
    const long = conflictPath(`${'ü'.repeat(120)}.pdf`, { ...origin, person: 'A/B\0'.repeat(30) });
    expect(Buffer.byteLength(long)).toBeLessThanOrEqual(255);
    expect(long).not.toMatch(/[/\0]/);
    expect(long.endsWith(' 23 Nov 2026).pdf')).toBe(true);
  });
});
