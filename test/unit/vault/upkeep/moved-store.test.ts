import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { newVault, passphraseBytes, temporaryFolder, testPassphrase, unlock } from '../../../vault-fixture.js';
import { bobsPassphrase, idOf, newTeam } from '../files/team-fixture.js';
import { readAll, upload, write } from '../project-fixture.js';
import { objectsOf } from './rich-vault.js';

const newTarget = async (): Promise<string> => join(await temporaryFolder(), 'elsewhere');
const noteOf = (name: string) => ({ type: 'note' as const, name, tags: [], favourite: false, fields: { text: 't' } });
const nextPassphrase = 'eleven slow otters paint red doors at dawn';

const withoutFeed = async (storeDir: string): Promise<string[]> => [...(await objectsOf(storeDir)).keys()].sort();

/** Bob looked last before Ada changed her passphrase and so on: all of this would make his next look write into the store. */
const prepare = async () => {
  const team = await newTeam('admin');
  const { ada, bob, project, storeDir, sources } = team;
  const eve = await newVault({ storeDir, name: 'Eve', passphrase: 'two dry camels chew slow grass by noon' });
  const shared = await bob.secrets.add(noteOf('Shared'));
  await bob.people.list();
  await bob.refresh();
  await bob.secrets.share(shared.id, [idOf(ada)]);
  await write(sources, { 'gone.txt': 'gone' });
  await upload(bob, project.id, [join(sources, 'gone.txt')]);
  const gone = bob.files.resolve(project.id, 'gone.txt');
  const first = `projects/${project.id}/files/${gone.id}/0000000001`;
  const bytes = await readFile(join(storeDir, first));
  await bob.files.trash(project.id, ['gone.txt']);
  await bob.files.purge(project.id, [gone.id]);
  await bob.refresh();
  const bobsProfile = bob.profileDir;
  await bob.lock();

  await ada.refresh();
  const before = new Set(await readdir(join(storeDir, 'secrets')));
  await ada.projects.addMember(project.id, idOf(eve.vault), 'editor');
  const delivered = (await readdir(join(storeDir, 'secrets'))).filter((id) => !before.has(id));
  expect(delivered).toHaveLength(1);
  await rm(join(storeDir, 'secrets', delivered[0]!), { recursive: true }); // as if Ada had crashed before
  await write(storeDir, { [first]: bytes }); // as if Bob had crashed in between
  using current = passphraseBytes(testPassphrase);
  using next = passphraseBytes(nextPassphrase);
  await ada.changePassphrase(current, next, 2048);
  return { ...team, eve: eve.vault, bobsProfile, shared };
};

it('whoever looks at a store that was moved away reads on, writes nothing, and is told once', async () => {
  const { ada, eve, bobsProfile, storeDir, project, shared } = await prepare();
  const target = await newTarget();
  await ada.upkeep.move({ kind: 'directory', path: target });
  const left = await withoutFeed(storeDir);
  const bob = await unlock(bobsProfile, bobsPassphrase);
  for (let look = 0; look < 2; look += 1) {
    const problems = await bob.refresh();
    expect(problems.map(({ code, details }) => [code, details['to']])).toEqual([['store-readonly', target]]);
  }
  expect(await bob.secrets.reveal(shared.id, 'text')).toBe('t');
  expect(await readAll(bob, project.id, 'a.txt')).toBe('alpha');
  const report = await bob.upkeep.check({ contents: true });
  expect(report.damages).toEqual([]);
  await expect(bob.secrets.edit(shared.id, { name: 'Other' })).rejects.toMatchObject({ code: 'store-readonly' });
  await expect(bob.upkeep.collect(report, 0)).rejects.toMatchObject({ code: 'store-readonly' });
  expect(await withoutFeed(storeDir)).toEqual(left);

  // and there, all of it is made good
  await bob.upkeep.follow(null);
  await bob.lock();
  const there = await unlock(bobsProfile, bobsPassphrase);
  expect(await there.refresh()).toEqual([]);
  expect(there.secrets.resolve('Shared').version).toBeGreaterThan(shared.version + 1);
  await there.lock();
  await ada.lock();
  await eve.lock();
});

it('nothing is put back into a store that was moved away', async () => {
  const { ada, bob, storeDir, lockAll } = await newTeam('editor');
  await ada.upkeep.move({ kind: 'directory', path: await newTarget() });
  const card = `accounts/${idOf(ada)}/0000000001`;
  await rm(join(storeDir, card));
  const report = await bob.upkeep.check({ contents: false });
  expect(report.damages).toMatchObject([{ key: card, repairable: true }]);
  await expect(bob.upkeep.repair(report)).rejects.toThrow('moved this vault to');
  expect(await withoutFeed(storeDir)).not.toContain(card);
  await lockAll();
});
