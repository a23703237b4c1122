import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { CheckReport, Vault } from '../../../../main/vault/vault.js';
import { newVault, temporaryFolder } from '../../../vault-fixture.js';
import { bobsPassphrase, idOf } from '../files/team-fixture.js';
import { upload, write } from '../project-fixture.js';

const note = (name: string, text: string) => ({
  type: 'note' as const,
  name,
  tags: [],
  favourite: false,
  fields: { text },
});

/**
 * A store with everything that happens to one: history, trash, what was deleted for good, shared and ended secrets, a project that was
 * re-encrypted after somebody left, projects and secrets of others, both suites.
 */
export const newRichVault = async () => {
  const ada = await newVault();
  const bob = await newVault({ storeDir: ada.storeDir, name: 'Bob', passphrase: bobsPassphrase });
  const eve = await newVault({
    storeDir: ada.storeDir,
    name: 'Eve',
    passphrase: 'two dry camels chew slow grass by noon',
  });
  const { vault } = ada;
  const sources = await temporaryFolder();
  const [mail, shared, ended, purged] = await vault.secrets.addAll([
    note('Mail', 'first'), note('Shared', 's'), note('Ended', 'e'), note('Purged', 'p'),
  ]); // prettier-ignore
  await vault.secrets.edit(mail!.id, { fields: { text: 'second' } });
  await vault.secrets.edit(mail!.id, { fields: { text: 'third' } });
  for (const secret of [shared!, ended!]) await vault.secrets.share(secret.id, [idOf(bob.vault)]);
  await vault.secrets.unshare(ended!.id, [idOf(bob.vault)]);
  await vault.secrets.trash([purged!.id]);
  await vault.secrets.purge([purged!.id]);
  await bob.vault.secrets.add(note('Bob’s own', 'b'));

  const project = await vault.projects.create('Tide tables');
  await write(sources, { 'a.txt': 'alpha', 'b.txt': 'beta', 'c.txt': 'gamma', 'd.txt': 'delta' });
  await upload(
    vault,
    project.id,
    ['a.txt', 'b.txt', 'c.txt', 'd.txt'].map((name) => join(sources, name)),
  );
  await write(sources, { 'a.txt': 'alpha, again' });
  await upload(vault, project.id, [join(sources, 'a.txt')]);
  await vault.files.createFolder(project.id, 'empty');
  await vault.files.move(project.id, 'b.txt', 'moved/b.txt');
  await vault.files.trash(project.id, ['c.txt', 'd.txt']);
  await vault.files.purge(project.id, [vault.files.list(project.id).find(({ path }) => path === 'd.txt')!.id]);
  for (const member of [bob, eve]) await vault.projects.addMember(project.id, idOf(member.vault), 'editor');
  await bob.vault.refresh();
  await write(sources, { 'bobs.txt': 'by Bob' });
  await upload(bob.vault, project.id, [join(sources, 'bobs.txt')]);
  await vault.refresh();
  await vault.projects.removeMember(project.id, idOf(eve.vault));
  await vault.files.rekey(project.id);

  const old = await vault.projects.create('Old suite', 'coretex');
  await upload(vault, old.id, [join(sources, 'b.txt')]);
  const bobs = await bob.vault.projects.create('Bob’s project');
  await upload(bob.vault, bobs.id, [join(sources, 'c.txt')]);
  await vault.refresh();
  await bob.vault.refresh();
  const lockAll = async (): Promise<void> => {
    for (const one of [ada, bob, eve]) await one.vault.lock();
  };
  return { ada: vault, bob: bob.vault, eve: eve.vault, adasProfile: ada.profileDir, bobsProfile: bob.profileDir, storeDir: ada.storeDir, project, old, bobs, mail: mail!, shared: shared!, sources, lockAll }; // prettier-ignore
};
export type RichVault = Awaited<ReturnType<typeof newRichVault>>;

/** Every object's bytes by key. */
export const objectsOf = async (storeDir: string): Promise<Map<string, Buffer>> => {
  const found = new Map<string, Buffer>();
  for (const entry of await readdir(storeDir, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isFile() && !path.includes('/.tmp/')) found.set(path.slice(storeDir.length + 1), await readFile(path));
  }
  return found;
};

/** Does something to one object, checks, and puts everything back. */
export const checkedWith = async (
  vault: Vault,
  storeDir: string,
  changes: Readonly<Record<string, Buffer | null>>,
): Promise<CheckReport> => {
  const before = await objectsOf(storeDir);
  for (const [key, bytes] of Object.entries(changes)) {
    await (bytes === null ? rm(join(storeDir, key)) : writeFile(join(storeDir, key), bytes));
  }
  const report = await vault.upkeep.check({ contents: true });
  for (const key of Object.keys(changes)) {
    const bytes = before.get(key);
    await (bytes === undefined ? rm(join(storeDir, key)) : writeFile(join(storeDir, key), bytes));
  }
  return report;
};
