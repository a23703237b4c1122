import { appendFileSync, existsSync, mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Patience } from '../../main/store/s3/patience.js';
import { PartBuffers } from '../../main/store/s3/part-buffers.js';
import { allOrNone } from '../../main/store/parallel.js';
import { UploadJournals } from '../../main/store/s3/upload-journal.js';

const key = ['blobs', 'b'];
const upload = { token: 't', upload: 'u', bytes: 100, partBytes: 10 };

describe('the journal of an upload', () => {
  let folder: string;
  let journals: UploadJournals;
  const names = (): string[] => readdirSync(join(folder, 'blobs/b'));
  /** As if the process that had it were gone. */
  const orphan = (): void => {
    const [name = ''] = names();
    renameSync(join(folder, 'blobs/b', name), join(folder, 'blobs/b', name.replace(/_\d+_/, '_4194305_')));
  };

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'vault-journal-'));
    journals = new UploadJournals(folder);
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('is taken from a process that is gone, with every part it noted, and by one taker only', async () => {
    const journal = await journals.begin(key, upload);
    await journal.note({ number: 2, etag: 'e2', hash: 'h2' });
    await journal.note({ number: 1, etag: 'e1', hash: 'h1' });
    orphan();
    const taken = await Promise.all(Array.from({ length: 20 }, () => journals.take(key)));
    const [winner, ...others] = taken.filter((each) => each !== null);
    expect(others).toEqual([]);
    expect(winner?.upload).toEqual({ format: 'coretex-vault/v1/s3-upload', ...upload });
    expect([...(winner?.sent.keys() ?? [])].sort()).toEqual([1, 2]);
  });

  it('is not taken while its process goes on with it, and is once that gave up', async () => {
    const journal = await journals.begin(key, upload);
    expect(await journals.take(key)).toBeNull();
    await journal.release();
    expect((await journals.take(key))?.upload.token).toBe('t');
    expect(await journals.take(['blobs', 'c'])).toBeNull();
  });

  it('forgets a last line that was cut short, and nothing before it', async () => {
    const journal = await journals.begin(key, upload);
    await journal.note({ number: 1, etag: 'e', hash: 'h' });
    appendFileSync(join(folder, 'blobs/b', names()[0]!), '{"number":2,"etag":"e","ha');
    orphan();
    expect([...(await journals.take(key))!.sent.keys()]).toEqual([1]);
  });

  it('is removed when not even its first line is whole', async () => {
    await journals.begin(key, upload);
    writeFileSync(join(folder, 'blobs/b', names()[0]!), '{"format":"coretex-vault/v1/s3-up');
    orphan();
    expect(await journals.take(key)).toBeNull();
    expect(names()).toEqual([]);
  });

  it('leaves no trace when it is done', async () => {
    await (await journals.begin(key, upload)).remove();
    expect(existsSync(join(folder, 'blobs/b'))).toBe(false);
  });
});

describe('patience', () => {
  it('ends after so many attempts, or at once for what does not pass', async () => {
    let asked = 0;
    const fail = (): Promise<never> => {
      asked += 1;
      return Promise.reject(new Error('again'));
    };
    const patience = new Patience({ attempts: 4, firstMs: 1 });
    await expect(patience.run(fail, () => true)).rejects.toThrow('again');
    expect(asked).toBe(4);
    await expect(patience.run(fail, () => false)).rejects.toThrow('again');
    expect(asked).toBe(5);
  });

  it('ends when the caller gives up, also while it waits', async () => {
    const giveUp = new AbortController();
    const waiting = new Patience({ firstMs: 60_000, longestMs: 60_000 }).run(
      () => Promise.reject(new Error('again')),
      () => true,
      giveUp.signal,
    );
    setTimeout(() => giveUp.abort(), 5);
    await expect(waiting).rejects.toMatchObject({ code: 'cancelled' });
  });
});

describe('parts in memory', () => {
  it('are never more than allowed, never lent twice at once, and used again', async () => {
    const buffers = new PartBuffers(3);
    const lent = new Set<ArrayBuffer>();
    const seen = new Set<ArrayBuffer>();
    await Promise.all(
      Array.from({ length: 40 }, () =>
        buffers.lend(1000, async ({ buffer, length }) => {
          expect(length).toBe(1000);
          expect(lent.has(buffer)).toBe(false);
          lent.add(buffer);
          seen.add(buffer);
          expect(lent.size).toBeLessThanOrEqual(3);
          await new Promise((resolve) => setTimeout(resolve, 1));
          lent.delete(buffer);
        }),
      ),
    );
    expect(seen.size).toBe(3);
  });

  it('stop when one fails: the first error is told, once all have ended', async () => {
    let running = 0;
    const done = allOrNone([1, 2, 3, 4, 5, 6, 7, 8], undefined, async (number, stop) => {
      running += 1;
      try {
        if (number === 2) throw new Error('the second');
        await new Promise((resolve) => stop.addEventListener('abort', resolve));
        throw new Error('stopped');
      } finally {
        running -= 1;
      }
    });
    await expect(done).rejects.toThrow('the second');
    expect(running).toBe(0);
  });
});
