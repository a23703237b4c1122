import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect } from 'vitest';
import type { ProjectSummary, Transfer } from '../../../app/model/project.js';
import type { Vault } from '../../../main/vault/vault.js';
import { newVault, temporaryFolder, type NewVault } from '../../vault-fixture.js';

export type ProjectVault = NewVault & Readonly<{ project: ProjectSummary; sources: string }>;

/** A vault with one project, and a folder for what is dropped into it. */
export const newProject = async (
  options: Parameters<typeof newVault>[0] & { name?: string } = {},
): Promise<ProjectVault> => {
  const made = await newVault(options);
  return {
    ...made,
    project: await made.vault.projects.create('Tide tables', options.suite),
    sources: await temporaryFolder(),
  };
};

/** Writes files by path below `folder`, and gives their absolute paths. */
export const write = async (folder: string, files: Record<string, string | Uint8Array>): Promise<string[]> => {
  const written: string[] = [];
  for (const [path, content] of Object.entries(files)) {
    const target = join(folder, path);
    await mkdir(dirname(target), { recursive: true });
    await writeFile(target, content);
    written.push(target);
  }
  return written;
};

/** Uploads and demands that every file arrived. */
export const upload = async (
  vault: Vault,
  projectId: string,
  sources: readonly string[],
  folder = '',
): Promise<Transfer> => {
  const transfer = await vault.files.upload(projectId, folder, sources).finished;
  expect(transfer).toMatchObject({ state: 'done', failures: [] });
  return transfer;
};

/** Paths of everything that is not in the trash, folders with a final slash. */
export const livePaths = (vault: Vault, projectId: string): string[] =>
  vault.files
    .list(projectId)
    .filter(({ trashed }) => !trashed)
    .map(({ path, kind }) => (kind === 'folder' ? `${path}/` : path));

export const readAll = async (vault: Vault, projectId: string, path: string, version?: number): Promise<string> => {
  const { id } = vault.files.resolve(projectId, path);
  const bytes = await vault.files.readRange(projectId, id, { start: 0, endExclusive: 1_000_000 }, version);
  return Buffer.from(bytes).toString('utf8');
};

/** Every file below a folder by its path, content as text. */
export const contents = async (folder: string): Promise<Record<string, string>> => {
  const found: Record<string, string> = {};
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    found[path.slice(folder.length + 1)] = await readFile(path, 'utf8');
  }
  return found;
};
