import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import type { VaultContext } from '../../../../main/vault/context.js';
import { strayBlobs } from '../../../../main/vault/files/stray-blobs.js';
import type * as Roles from '../../../../main/vault/projects/project-roles.js';
import { newProject, upload, write } from '../project-fixture.js';

/** The context of the vault that uploaded last. */
const seen = vi.hoisted((): { context?: VaultContext } => ({}));
vi.mock('../../../../main/vault/projects/project-roles.js', async (importOriginal) => {
  const real = await importOriginal<typeof Roles>();
  const requireWriter = (context: VaultContext, projectId: string): ReturnType<typeof Roles.requireWriter> => {
    seen.context = context;
    return real.requireWriter(context, projectId);
  };
  return { ...real, requireWriter };
});

describe('promise 10: what a crash left in the store', () => {
  it('is only what no version of any file points at', async () => {
    const { vault, project, sources, storeDir } = await newProject();
    await upload(vault, project.id, await write(sources, { 'a.txt': 'first' }));
    await upload(vault, project.id, await write(sources, { 'a.txt': 'second' }));
    const left = 'd'.repeat(32);
    const inUse = await readdir(join(storeDir, 'blobs'));
    expect(inUse).toHaveLength(2);
    await writeFile(join(storeDir, 'blobs', left), 'staged by a run that was killed');
    expect(await strayBlobs(seen.context!, project.id, [...inUse, left, 'e'.repeat(32)])).toEqual([left]);
    // an earlier version that cannot be read may point at anything
    const [id] = await readdir(join(storeDir, 'projects', project.id, 'files'));
    await writeFile(join(storeDir, 'projects', project.id, 'files', id!, '0000000001'), 'damaged');
    expect(await strayBlobs(seen.context!, project.id, [left])).toEqual([]);
    await vault.lock();
  });
});
