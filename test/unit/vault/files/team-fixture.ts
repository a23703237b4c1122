import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Suite } from '../../../../app/model/account.js';
import type { Role } from '../../../../app/model/project.js';
import type { VaultError } from '../../../../app/errors.js';
import type { Vault } from '../../../../main/vault/vault.js';
import { newVault, temporaryFolder } from '../../../vault-fixture.js';
import { upload, write } from '../project-fixture.js';

export const bobsPassphrase = 'nine loud ravens fold blue maps at noon';

export const idOf = (vault: Vault): string => vault.account().id;

/** Looks only at files, so that the project's log is not read on the way. */
export const refreshFilesOf = (vault: Vault, projectId: string): Promise<readonly VaultError[]> =>
  (vault.files as Vault['files'] & { refresh(projectId: string): Promise<readonly VaultError[]> }).refresh(projectId);

/** Ada owns a project with the files a.txt and b.txt; Bob is in it. Both have read all of it. */
export const newTeam = async (role: Role, suite: Suite = 'vault') => {
  const ada = await newVault();
  const bob = await newVault({ storeDir: ada.storeDir, name: 'Bob', passphrase: bobsPassphrase });
  const project = await ada.vault.projects.create('Tide tables', suite);
  const sources = await temporaryFolder();
  await write(sources, { 'a.txt': 'alpha', 'b.txt': 'beta' });
  await upload(ada.vault, project.id, [join(sources, 'a.txt'), join(sources, 'b.txt')]);
  await ada.vault.projects.addMember(project.id, idOf(bob.vault), role);
  await bob.vault.refresh();
  const lockAll = async (): Promise<void> => {
    await ada.vault.lock();
    await bob.vault.lock();
  };
  return {
    ada: ada.vault,
    bob: bob.vault,
    adasProfile: ada.profileDir,
    storeDir: ada.storeDir,
    project,
    sources,
    lockAll,
  };
};

/** The epoch whose key seals the newest record of each file, by the unencrypted headers in the store. */
export const sealedEpochs = async (storeDir: string, projectId: string): Promise<number[]> => {
  const files = join(storeDir, 'projects', projectId, 'files');
  const epochs: number[] = [];
  for (const file of await readdir(files)) {
    const newest = (await readdir(join(files, file))).sort().at(-1) ?? '';
    const [header = ''] = (await readFile(join(files, file, newest), 'latin1')).split('.');
    epochs.push((JSON.parse(Buffer.from(header, 'base64url').toString()) as { epoch: number }).epoch);
  }
  return epochs;
};

export const storedBlobs = async (storeDir: string): Promise<string[]> =>
  (await readdir(join(storeDir, 'blobs')).catch(() => [])).sort();
