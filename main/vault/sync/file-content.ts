import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { VaultError } from '../../../app/errors.js';
import { objectId } from '../../crypto/object-hash.js';
import type { OutboxItem } from '../../store/mirror/mirror.js';
import type { FileContent, ProjectEntry } from '../index/index-entries.js';
import { requireWriter } from '../projects/project-roles.js';
import { blobKey } from '../store-keys.js';
import type { LineParts } from './line-parts.js';

/** a blob is encrypted anew more than once only when a flush died in the middle of it */
const attempts = 8;

const renewedId = (blob: string, epoch: number, attempt: number): string =>
  objectId(`coretex-vault/v1/renewed\0${blob}/${epoch}/${attempt}`);

/** Whether `theirs` is what an earlier flush made of `ours` (see `bringContent`). */
export const isRenewalOf = (ours: FileContent | null, theirs: FileContent | null): boolean => {
  if (ours === null || theirs === null || theirs.epoch <= ours.epoch) return false;
  return Array.from({ length: attempts }, (_, attempt) => renewedId(ours.blob, theirs.epoch, attempt)).includes(
    theirs.blob,
  );
};

export type WaitingContent = Readonly<{
  projectId: string;
  size: number;
  content: FileContent;
  /** its waiting puts; none when an earlier flush has brought it */
  waiting: readonly OutboxItem[];
}>;

/**
 * Brings a content to the store, so that a record may point at it. SECURITY (promise 5): what was encrypted before somebody's access ended
 * is encrypted again with the key that came with that, and only then sent or pointed at. What was sent so before is garbage then (collect.ts).
 * Throws what the store says, and `conflict`.
 */
export const bringContent = async (parts: LineParts, about: WaitingContent): Promise<FileContent> => {
  const { content, projectId, waiting } = about;
  const project = requireWriter(parts.context, projectId);
  // also when it was sent before: no record that counts points at it yet
  if (content.epoch < project.epoch) return renewed(parts, about, project);
  for (const item of waiting) {
    if ((await parts.outbox.send(item, { signal: parts.signal })) === 'taken') throw new VaultError('conflict');
  }
  return content;
};

const renewed = async (
  { context, beyond, mirror, signal }: LineParts,
  { content, size }: WaitingContent,
  project: ProjectEntry,
): Promise<FileContent> => {
  const { engine, projectKeys, profileDir } = context;
  const { id: projectId, epoch, suite } = project;
  const folder = join(profileDir, 'sync');
  await mkdir(folder, { recursive: true, mode: 0o700 });
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    const blob = renewedId(content.blob, epoch, attempt);
    if ((await beyond.store.stat(blobKey(blob), { signal })) !== null) continue;
    const target = join(folder, blob);
    try {
      await rm(target, { force: true });
      const { root } = await engine.reencrypt({
        source: await mirror.local(blobKey(content.blob), { signal }),
        projectKey: await projectKeys.get(projectId, content.epoch),
        identity: { projectId, blobId: content.blob, epoch: content.epoch },
        suite: content.suite,
        bytes: size,
        root: Buffer.from(content.root, 'base64url'),
        target,
        next: {
          projectKey: await projectKeys.get(projectId, epoch),
          identity: { projectId, blobId: blob, epoch },
        },
        signal,
      });
      if (!(await beyond.store.putIfAbsent(blobKey(blob), { file: target }, { signal }))) continue;
      return { suite, blob, root: Buffer.from(root).toString('base64url'), epoch };
    } finally {
      await rm(target, { force: true });
    }
  }
  throw new VaultError('conflict');
};
