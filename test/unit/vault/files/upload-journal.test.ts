import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { SecretBytes } from '../../../../main/crypto/secret-bytes.js';
import { readJournalHeader, UploadJournal } from '../../../../main/vault/files/upload-journal.js';
import { temporaryFolder, unlock } from '../../../vault-fixture.js';
import { newProject, upload, write } from '../project-fixture.js';

const about = { project: 'ab'.repeat(16), epoch: 1 };
const plan = { folder: '', sources: ['/tmp/a'], label: 'a' };
const started = { path: 'a', blob: 'cd'.repeat(16), epoch: 1, bytes: 3, modifiedMs: 1 };

describe('promise 10: the journal of an upload', () => {
  it('is there with its plan or not at all, whenever its beginning is broken off', async () => {
    const folder = await temporaryFolder();
    const gone = SecretBytes.random(64);
    gone.dispose(); // the line that names the project can be written, the plan cannot: as a kill between the two
    await expect(UploadJournal.create(folder, about, gone, plan)).rejects.toMatchObject({ code: 'locked' });
    expect(await readJournalHeader(folder)).toBeNull();
    const journal = await UploadJournal.create(folder, about, SecretBytes.random(64), plan);
    expect(await readJournalHeader(folder)).toMatchObject(about);
    await journal.close();
    expect(await readdir(folder)).toEqual(['journal']);
  });

  it('goes on where it stopped after its beginning was renamed into place', async () => {
    const folder = await temporaryFolder();
    const key = SecretBytes.random(64);
    const journal = await UploadJournal.create(folder, about, key.clone(), plan);
    await journal.start([started]);
    await journal.close();
    const again = await UploadJournal.open(folder, key.clone());
    expect(again.plan).toEqual(plan);
    expect(again.unfinished()).toEqual([started]);
    await again.finish([{ path: 'a', bytes: 3 }]);
    await again.close();
    const third = await UploadJournal.open(folder, key);
    expect(third.unfinished()).toEqual([]);
    await third.close();
  });

  it('of an upload that was killed in its first milliseconds is no upload: nothing is offered that cannot go on', async () => {
    const { vault, profileDir, project, sources } = await newProject();
    await vault.lock();
    const folder = join(profileDir, 'uploads', 'ef'.repeat(16));
    await mkdir(folder, { recursive: true });
    const line = JSON.stringify({ format: 'coretex-vault/v1/upload-journal', project: project.id, epoch: 1 });
    await writeFile(join(folder, 'journal.new'), `${line}\n`);
    const again = await unlock(profileDir);
    expect(again.files.transfers()).toEqual([]);
    expect(await readdir(join(profileDir, 'uploads'))).toEqual([]);
    await write(sources, { 'a.txt': 'alpha' });
    await upload(again, project.id, [join(sources, 'a.txt')]);
    await again.lock();
  });
});
