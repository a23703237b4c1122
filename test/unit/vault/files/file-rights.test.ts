import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { VaultContext } from '../../../../main/vault/context.js';
import { FileRecords } from '../../../../main/vault/files/file-records.js';
import type { ProjectEntry } from '../../../../main/vault/index/index-entries.js';
import type * as ProjectRoles from '../../../../main/vault/projects/project-roles.js';
import { newVault, unlock } from '../../../vault-fixture.js';
import { livePaths, readAll, upload, write } from '../project-fixture.js';
import { bobsPassphrase, idOf, newTeam, refreshFilesOf, storedBlobs } from './team-fixture.js';

/** A client that does not keep to its role: it writes as if it had another project entry. Readers stay what they are. */
type Says = (project: ProjectEntry) => ProjectEntry;
const liar = vi.hoisted((): { id: string; says: Says; contexts: Map<string, VaultContext> } => ({
  id: '',
  says: (project) => project,
  contexts: new Map(),
}));

vi.mock('../../../../main/vault/projects/project-roles.js', async (importOriginal) => {
  const original = await importOriginal<typeof ProjectRoles>();
  return {
    ...original,
    requireWriter: (context: VaultContext, projectId: string) => {
      liar.contexts.set(context.accountId, context);
      const project = context.index.projects.get(projectId);
      const lies = liar.id === context.accountId && project !== undefined;
      return lies ? liar.says(project) : original.requireWriter(context, projectId);
    },
  };
});

const lieAs = (id: string, says: Says = (project) => project): void => {
  liar.id = id;
  liar.says = says;
};
afterEach(() => lieAs(''));

const damagedBy = (author: string): unknown =>
  expect.objectContaining({ code: 'damaged', details: expect.objectContaining({ author }) as unknown });

describe('what a role allows', () => {
  it('a viewer reads, and gets not-allowed before anything is written', async () => {
    const { ada, bob, project, storeDir, sources, lockAll } = await newTeam('viewer');
    const before = await storedBlobs(storeDir);
    const refused = { code: 'not-allowed' };
    const { files } = bob;
    expect(await readAll(bob, project.id, 'a.txt')).toBe('alpha');
    expect(() => files.upload(project.id, '', [join(sources, 'a.txt')])).toThrow(expect.objectContaining(refused));
    const { id } = files.resolve(project.id, 'a.txt');
    await expect(files.createFolder(project.id, 'new')).rejects.toMatchObject(refused);
    await expect(files.move(project.id, 'a.txt', 'c.txt')).rejects.toMatchObject(refused);
    await expect(files.trash(project.id, ['a.txt'])).rejects.toMatchObject(refused);
    await expect(files.purge(project.id, [id])).rejects.toMatchObject(refused);
    await expect(files.restoreVersion(project.id, id, 1)).rejects.toMatchObject(refused);
    await ada.projects.rotate(project.id);
    await bob.refresh();
    await files.rekey(project.id);
    expect(await storedBlobs(storeDir)).toEqual(before);
    expect(await ada.refresh()).toEqual([]);
    expect(ada.projects.resolve(project.id)).toMatchObject({ files: 2 });
    await lockAll();
  });

  it('somebody who was removed writes nothing any more, and what was written before stays', async () => {
    const { ada, bob, project, sources, adasProfile, lockAll } = await newTeam('editor');
    await write(sources, { 'bobs.txt': 'by Bob' });
    await upload(bob, project.id, [join(sources, 'bobs.txt')]);
    await ada.projects.removeMember(project.id, idOf(bob));
    await bob.refresh();
    expect(() => bob.files.upload(project.id, '', [join(sources, 'a.txt')])).toThrow(
      expect.objectContaining({ code: 'not-allowed' }),
    );
    await expect(bob.files.trash(project.id, ['a.txt'])).rejects.toMatchObject({ code: 'not-allowed' });
    await lockAll();
    await rm(join(adasProfile, 'index'));
    const fresh = await unlock(adasProfile);
    expect(await fresh.refresh()).toEqual([]);
    expect(await readAll(fresh, project.id, 'bobs.txt')).toBe('by Bob');
    await fresh.lock();
  });
});

describe('promise 3: a version by somebody who may not write', () => {
  it('has no effect, is told until somebody writes again, and never stands in the way of that', async () => {
    const { ada, bob, project, adasProfile, sources, lockAll } = await newTeam('viewer');
    lieAs(idOf(bob));
    await bob.files.move(project.id, 'a.txt', 'stolen.txt');
    await write(sources, { 'b.txt': 'forged' });
    await upload(bob, project.id, [join(sources, 'b.txt')]);
    lieAs('');
    for (let look = 0; look < 2; look += 1) {
      expect(await ada.refresh()).toEqual([damagedBy(idOf(bob)), damagedBy(idOf(bob))]);
      expect(livePaths(ada, project.id)).toEqual(['a.txt', 'b.txt']);
      expect(await readAll(ada, project.id, 'b.txt')).toBe('beta');
    }
    expect(ada.problems()[0]?.message).toMatch(/“Bob” changed “[ab].txt”, but may not write/);
    await ada.files.move(project.id, 'a.txt', 'kept.txt');
    const { id, version } = ada.files.resolve(project.id, 'kept.txt');
    expect(version).toBe(3);
    expect((await ada.files.history(project.id, id)).map((one) => one.version)).toEqual([3, 1]);
    await expect(ada.files.restoreVersion(project.id, id, 2)).rejects.toMatchObject({ code: 'damaged' });
    await write(sources, { 'b.txt': 'better' });
    await upload(ada, project.id, [join(sources, 'b.txt')]);
    expect(await ada.refresh()).toEqual([]);
    await lockAll();
    await rm(join(adasProfile, 'index'));
    const fresh = await unlock(adasProfile);
    expect(await fresh.refresh()).toHaveLength(2); // told once to whoever reads the past for the first time
    expect(await fresh.refresh()).toEqual([]);
    expect(livePaths(fresh, project.id)).toEqual(['b.txt', 'kept.txt']);
    expect(await readAll(fresh, project.id, 'b.txt')).toBe('better');
    await fresh.lock();
  });

  it('is no file at all when it is the first', async () => {
    const { ada, bob, project, lockAll } = await newTeam('viewer');
    lieAs(idOf(bob));
    await bob.files.createFolder(project.id, 'planted');
    lieAs('');
    expect(await ada.refresh()).toEqual([damagedBy(idOf(bob))]);
    expect(livePaths(ada, project.id)).toEqual(['a.txt', 'b.txt']);
    await lockAll();
  });

  it('deletes nothing: neither by a tombstone, nor by naming another file’s content before the file is deleted for good', async () => {
    const { ada, bob, project, lockAll } = await newTeam('viewer');
    const [a, b] = [ada.files.resolve(project.id, 'a.txt'), ada.files.resolve(project.id, 'b.txt')];
    lieAs(idOf(bob));
    await bob.files.trash(project.id, ['a.txt']); // notes Bob's context
    const context = liar.contexts.get(idOf(bob))!;
    const files = context.index.files(project.id);
    const stolen = files.get(b.id)!.content;
    await new FileRecords(context).change(files.get(a.id)!, (body) => ({ ...body, content: stolen }));
    await new FileRecords(context).change(files.get(b.id)!, ({ modified }) => {
      return { kind: 'folder', path: '', trashed: true, size: 0, modified, content: null };
    });
    lieAs('');
    expect(await ada.refresh()).toHaveLength(3);
    await ada.files.trash(project.id, ['a.txt']);
    await ada.files.purge(project.id, [a.id]);
    expect(await readAll(ada, project.id, 'b.txt')).toBe('beta');
    await lockAll();
  });
});

describe('promise 3: logs that two people are shown', () => {
  it('a record that knows more of the log makes the log be read again', async () => {
    const { ada, bob, project, sources, lockAll } = await newTeam('admin');
    await bob.projects.rename(project.id, 'Tides');
    await write(sources, { 'c.txt': 'gamma' });
    await upload(bob, project.id, [join(sources, 'c.txt')]);
    expect(ada.projects.resolve(project.id)).toMatchObject({ name: 'Tide tables' });
    expect(await refreshFilesOf(ada, project.id)).toEqual([]);
    expect(ada.projects.resolve(project.id)).toMatchObject({ name: 'Tides' });
    expect(await readAll(ada, project.id, 'c.txt')).toBe('gamma');
    await lockAll();
  });

  it('a store that hides the newest entries is found out by a record that names them', async () => {
    const { ada, bob, project, sources, storeDir, lockAll } = await newTeam('admin');
    await bob.projects.rename(project.id, 'Tides');
    await upload(bob, project.id, [join(sources, 'a.txt')]);
    await rm(join(storeDir, 'projects', project.id, 'log', '0000000003'));
    const problems = await ada.refresh();
    expect(problems).toMatchObject([{ code: 'rolled-back', details: { author: idOf(bob), sequence: 3 } }]);
    expect(problems[0]?.message).toMatch(/hides newer entries/);
    expect(ada.files.resolve(project.id, 'a.txt')).toMatchObject({ version: 1 });
    await lockAll();
  });

  it('a record on another log is told as what it is, and changes nothing', async () => {
    const { ada, bob, project, lockAll } = await newTeam('editor');
    lieAs(idOf(bob), (entry) => ({ ...entry, hash: 'A'.repeat(43) }));
    await bob.files.move(project.id, 'a.txt', 'elsewhere.txt');
    lieAs('');
    const problems = await ada.refresh();
    expect(problems).toMatchObject([{ code: 'rolled-back', details: { author: idOf(bob) } }]);
    expect(problems[0]?.message).toMatch(/two people different logs/);
    expect(livePaths(ada, project.id)).toEqual(['a.txt', 'b.txt']);
    await lockAll();
  });
});

describe('promises 3 and 5: a former member who pretends to write in the past', () => {
  const withFormerMember = async () => {
    const team = await newTeam('editor');
    const { ada, bob, project } = team;
    const past = { sequence: 0, hash: '' };
    lieAs(idOf(bob), (entry) => {
      Object.assign(past, { sequence: entry.sequence, hash: entry.hash });
      return entry;
    });
    await bob.files.createFolder(project.id, 'when Bob was here');
    lieAs('');
    await ada.projects.removeMember(project.id, idOf(bob));
    const pretend = (work: () => Promise<unknown>) => {
      lieAs(idOf(bob), (entry) => ({ ...entry, ...past, epoch: 1 }));
      return work().finally(() => lieAs(''));
    };
    return { ...team, pretend };
  };

  it('replaces nothing that was written since', async () => {
    const { ada, bob, project, pretend, lockAll } = await withFormerMember();
    await ada.refresh();
    await ada.files.rekey(project.id);
    await bob.refresh();
    await pretend(async () => {
      const { id } = ada.files.resolve(project.id, 'a.txt');
      const [bobs, adas] = [liar.contexts.get(idOf(bob))!, liar.contexts.get(idOf(ada))!];
      const current = adas.index.files(project.id).get(id)!; // the hash of what he cannot read any more is no secret
      const { content } = bobs.index.files(project.id).get(id)!;
      await new FileRecords(bobs).change(current, (body) => ({ ...body, content, path: 'backdated.txt' }));
    });
    expect(await ada.refresh()).toEqual([damagedBy(idOf(bob))]);
    expect(livePaths(ada, project.id)).toContain('a.txt');
    await ada.files.move(project.id, 'a.txt', 'a2.txt');
    expect(await ada.refresh()).toEqual([]);
    await lockAll();
  });

  it('adds nothing once everything is sealed with the newer key: it is refused and told, again and again', async () => {
    const { ada, bob, project, pretend, lockAll } = await withFormerMember();
    await ada.refresh();
    await ada.files.rekey(project.id);
    await pretend(() => bob.files.createFolder(project.id, 'backdated'));
    for (let look = 0; look < 2; look += 1) {
      const problems = await ada.refresh();
      expect(problems).toEqual([damagedBy(idOf(bob))]);
      expect(problems[0]?.message).toMatch(/former member/);
      expect(livePaths(ada, project.id)).toEqual(['a.txt', 'b.txt', 'when Bob was here/']);
    }
    await lockAll();
  });

  it('is no longer believed by those who believed it while the older key was in use', async () => {
    const { ada, bob, project, storeDir, pretend, lockAll } = await withFormerMember();
    const carol = await newVault({ storeDir, name: 'Carol', passphrase: `${bobsPassphrase} again` });
    await ada.refresh();
    await ada.projects.addMember(project.id, idOf(carol.vault), 'viewer');
    await pretend(() => bob.files.createFolder(project.id, 'backdated'));
    await carol.vault.refresh();
    expect(livePaths(carol.vault, project.id)).toContain('backdated/');
    // the store hides it from Ada as long as she re-encrypts
    const files = join(storeDir, 'projects', project.id, 'files');
    const { id } = carol.vault.files.resolve(project.id, 'backdated');
    await mkdir(join(storeDir, '../hidden'));
    await rename(join(files, id), join(storeDir, '../hidden', id));
    await ada.files.rekey(project.id);
    await rename(join(storeDir, '../hidden', id), join(files, id));
    expect(await carol.vault.refresh()).toEqual([damagedBy(idOf(bob))]);
    expect(livePaths(carol.vault, project.id)).not.toContain('backdated/');
    expect(await carol.vault.refresh()).toEqual([damagedBy(idOf(bob))]);
    await carol.vault.lock();
    await lockAll();
  });

  it('is told apart from a member who was late: their own vault writes it again', async () => {
    const { ada, bob, project, sources, lockAll } = await newTeam('editor');
    await ada.projects.rotate(project.id);
    await ada.files.rekey(project.id);
    await write(sources, { 'late.txt': 'late' });
    await upload(bob, project.id, [join(sources, 'late.txt')]); // Bob has not heard of the new key
    expect(await ada.refresh()).toEqual([damagedBy(idOf(bob))]);
    expect(await bob.refresh()).toEqual([]);
    expect(livePaths(bob, project.id)).toContain('late.txt');
    await bob.files.rekey(project.id);
    expect(await ada.refresh()).toEqual([]);
    expect(await readAll(ada, project.id, 'late.txt')).toBe('late');
    await lockAll();
  });
});
