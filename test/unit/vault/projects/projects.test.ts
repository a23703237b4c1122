import { copyFile, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { newVault, unlock } from '../../../vault-fixture.js';

const logDir = (storeDir: string, projectId: string) => join(storeDir, 'projects', projectId, 'log');

describe('projects', () => {
  it('are created, renamed, listed and found, and are the same after unlocking', async () => {
    const { vault, profileDir } = await newVault();
    const made = await vault.projects.create('Tide tables');
    expect(made).toMatchObject({ name: 'Tide tables', suite: 'vault', role: 'owner', epoch: 1, files: 0, bytes: 0 });
    const coretex = await vault.projects.create('For the node', 'coretex');
    expect(coretex.suite).toBe('coretex');
    await vault.projects.rename(made.id, 'Tides');
    expect(vault.projects.list().map(({ name }) => name)).toEqual(['Tides', 'For the node']);
    expect(vault.projects.resolve('Tides').id).toBe(made.id);
    expect(vault.projects.resolve(made.id).name).toBe('Tides');
    await vault.lock();
    const again = await unlock(profileDir);
    expect(again.projects.list().map(({ name }) => name)).toEqual(['Tides', 'For the node']);
    await again.lock();
  });

  it('are rebuilt from the store when the index is lost', async () => {
    const { vault, profileDir } = await newVault();
    const { id, created } = await vault.projects.create('Tide tables');
    await vault.projects.rename(id, 'Tides');
    await vault.lock();
    await rm(join(profileDir, 'index'));
    const again = await unlock(profileDir);
    expect(await again.refresh()).toEqual([]);
    expect(again.projects.resolve('Tides')).toMatchObject({ id, created, role: 'owner' });
    await again.lock();
  });

  it('refuse names that are none, and say when a name is not enough', async () => {
    const { vault } = await newVault();
    await expect(vault.projects.create('  ')).rejects.toMatchObject({ code: 'invalid-input' });
    await expect(vault.projects.create('x'.repeat(201))).rejects.toMatchObject({ code: 'invalid-input' });
    await vault.projects.create('Twin');
    await vault.projects.create('Twin');
    expect(() => vault.projects.resolve('Twin')).toThrow(expect.objectContaining({ code: 'ambiguous-name' }));
    expect(() => vault.projects.resolve('None')).toThrow(expect.objectContaining({ code: 'not-found' }));
    await vault.lock();
    await expect(vault.projects.create('Late')).rejects.toMatchObject({ code: 'locked' });
  });

  it('merge renames that two computers make at once', async () => {
    const { vault, profileDir } = await newVault();
    const { id } = await vault.projects.create('First');
    const other = await unlock(profileDir);
    await Promise.all([vault.projects.rename(id, 'Left'), other.projects.rename(id, 'Right')]);
    await vault.refresh();
    await other.refresh();
    expect(vault.projects.resolve(id).name).toBe(other.projects.resolve(id).name);
    expect(await vault.refresh()).toEqual([]);
    await vault.lock();
    await other.lock();
  });

  it('promise 10: a key whose project a crash never began is no project and no alarm', async () => {
    const { vault, storeDir } = await newVault();
    const { id } = await vault.projects.create('Never begun');
    await vault.lock();
    await rm(join(storeDir, 'projects', id), { recursive: true });
    const other = await newVault({ storeDir, name: 'Other', passphrase: 'nine loud ravens fold blue maps at noon' });
    expect(await other.vault.refresh()).toEqual([]);
    expect(other.vault.projects.list()).toEqual([]);
    await other.vault.lock();
  });
});

describe('promise 3: a store that tampers with a project’s log', () => {
  const twoProjects = async () => {
    const made = await newVault();
    const [one, two] = [await made.vault.projects.create('One'), await made.vault.projects.create('Two')];
    await made.vault.projects.rename(one.id, 'One renamed');
    await made.vault.projects.rename(two.id, 'Two renamed');
    return { ...made, one, two };
  };
  const problemsOf = async (profileDir: string, options: { fresh: boolean }) => {
    if (options.fresh) await rm(join(profileDir, 'index'));
    const vault = await unlock(profileDir);
    const problems = (await vault.refresh()).map(({ code }) => code);
    const names = vault.projects.list().map(({ name }) => name);
    await vault.lock();
    return { problems, names };
  };

  it('by dropping its newest entry: rolled-back, and the newest name stays', async () => {
    const { vault, profileDir, storeDir, one } = await twoProjects();
    await vault.lock();
    await rm(join(logDir(storeDir, one.id), '0000000002'));
    expect(await problemsOf(profileDir, { fresh: false })).toEqual({
      problems: ['rolled-back'],
      names: ['One renamed', 'Two renamed'],
    });
  });

  it('by removing it whole: rolled-back', async () => {
    const { vault, profileDir, storeDir, one } = await twoProjects();
    await vault.lock();
    await rm(join(storeDir, 'projects', one.id), { recursive: true });
    expect((await problemsOf(profileDir, { fresh: false })).problems).toEqual(['rolled-back']);
  });

  it('by putting another project’s entry in: damaged, and the other project opens', async () => {
    const { vault, profileDir, storeDir, one, two } = await twoProjects();
    await vault.lock();
    await copyFile(join(logDir(storeDir, two.id), '0000000002'), join(logDir(storeDir, one.id), '0000000002'));
    expect(await problemsOf(profileDir, { fresh: true })).toEqual({ problems: ['damaged'], names: ['Two renamed'] });
  });

  it('by swapping two entries, or leaving a gap: damaged', async () => {
    const { vault, profileDir, storeDir, one, two } = await twoProjects();
    await vault.lock();
    const [first, second] = [
      join(logDir(storeDir, one.id), '0000000001'),
      join(logDir(storeDir, one.id), '0000000002'),
    ];
    await rename(first, `${first}.swap`);
    await rename(second, first);
    await rename(`${first}.swap`, second);
    await rm(join(logDir(storeDir, two.id), '0000000001'));
    expect(await problemsOf(profileDir, { fresh: true })).toEqual({ problems: ['damaged', 'damaged'], names: [] });
  });

  it('by showing another past: rolled-back', async () => {
    const { vault, profileDir, storeDir, one } = await twoProjects();
    await vault.lock();
    const path = join(logDir(storeDir, one.id), '0000000002');
    // Another computer of the same account never saw the rename, and makes its own two.
    await rename(path, join(profileDir, 'kept-aside'));
    await rm(join(profileDir, 'index'));
    const other = await unlock(profileDir);
    await other.refresh();
    await other.projects.rename(one.id, 'Forked');
    const fork = (await readdir(logDir(storeDir, one.id))).length;
    expect(fork).toBe(2);
    await other.projects.rename(one.id, 'Forked again');
    await other.lock();
    // The first computer's view: its own entry 2 is gone, an entry 2 and 3 of another past are there.
    await rm(join(profileDir, 'index'));
    const forkPath = `${path}.fork`;
    const third = join(logDir(storeDir, one.id), '0000000003');
    await rename(path, forkPath);
    await rename(third, `${third}.aside`);
    await rename(join(profileDir, 'kept-aside'), path);
    const back = await unlock(profileDir);
    expect(await back.refresh()).toEqual([]);
    await rename(forkPath, path);
    await rename(`${third}.aside`, third);
    expect((await back.refresh()).map(({ code }) => code)).toEqual(['rolled-back']);
    expect(back.projects.resolve(one.id).name).toBe('One renamed');
    await back.lock();
  });

  it('by changing any byte of an entry: damaged', async () => {
    const { vault, profileDir, storeDir, one } = await twoProjects();
    await vault.lock();
    const path = join(logDir(storeDir, one.id), '0000000002');
    const { readFile, chmod } = await import('node:fs/promises');
    const bytes = await readFile(path);
    await chmod(path, 0o600);
    for (const position of [5, Math.floor(bytes.length / 2), bytes.length - 3]) {
      const changed = Buffer.from(bytes);
      changed[position] = changed[position] === 0x41 ? 0x42 : 0x41;
      await writeFile(path, changed);
      expect(await problemsOf(profileDir, { fresh: true })).toEqual({ problems: ['damaged'], names: ['Two renamed'] });
    }
  });
});
