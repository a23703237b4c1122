import { VaultError } from '../../../app/errors.js';
import { inParallel } from '../in-parallel.js';
import { blobKey } from '../store-keys.js';
import type { CheckReport, Damage } from '../vault.js';
import type { BlobReference } from './blob-references.js';
import { examine, type Examination, type Group } from './examination.js';
import { projectOfBlob } from './garbage.js';
import { accountGroup } from './judge-account.js';
import { judgeBlob, type BlobLook } from './judge-blob.js';
import { changesGroup } from './judge-changes.js';
import { fileGroup } from './judge-file.js';
import { logGroup } from './judge-log.js';
import { markerGroup } from './judge-marker.js';
import { movedGroup } from './judge-moved.js';
import { secretGroup } from './judge-secret.js';
import type { Steps } from './steps.js';

const parallel = 16;
/** Whole contents at a time: the engine shares the work on each among its threads. */
const parallelContents = 4;
/** Entries of the change feed that are read together. */
const changesTogether = 256;

/** What reading every record gave. */
export type RecordsRead = Readonly<{
  damages: readonly Damage[];
  remedies: ReadonlyMap<string, Uint8Array>;
  unjudged: number;
  /** by blob */
  references: ReadonlyMap<string, readonly BlobReference[]>;
  /** projects of which every version of every file could be read */
  readProjects: ReadonlySet<string>;
}>;

/** Everything but contents, in groups that can be judged on their own, with the step that a person sees. */
export const recordGroups = async (
  examination: Examination,
): Promise<readonly Readonly<{ step: string; group: Group }>[]> => {
  const { inventory, context } = examination;
  const { index, directory } = context;
  const accounts = new Set([...inventory.accounts.keys(), ...(await directory.known())]);
  const secrets = new Set([...inventory.secrets.keys(), ...index.secrets.keys()]);
  const logs = new Set([...inventory.logs.keys(), ...inventory.files.keys(), ...index.projects.keys()]);
  const { changes } = inventory;
  const chunks = Array.from({ length: Math.ceil(changes.length / changesTogether) }, (_, position) =>
    changes.slice(Math.max(0, position * changesTogether - 1), (position + 1) * changesTogether),
  );
  return [
    { step: 'accounts', group: markerGroup(examination) },
    ...(await Promise.all(
      [...accounts].map(async (id) => ({ step: 'accounts', group: await accountGroup(examination, id) })),
    )),
    ...[...secrets].map((id) => ({ step: 'secrets', group: secretGroup(examination, id) })),
    ...[...logs].map((id) => ({ step: 'logs', group: logGroup(examination, id) })),
    ...fileGroups(examination),
    ...chunks.map((sequences) => ({ step: 'changes', group: changesGroup(examination, sequences) })),
    { step: 'changes', group: movedGroup(examination) },
  ];
};

const fileGroups = (examination: Examination) => {
  const { inventory, context } = examination;
  const { index } = context;
  const projects = new Set([...inventory.files.keys(), ...index.projects.keys()]);
  return [...projects].flatMap((project) => {
    // what was seen while we had access, others may have deleted since
    const known = index.projects.get(project)?.role == null ? [] : index.files(project).keys();
    const files = new Set([...inventory.filesOf(project).keys(), ...known]);
    return [...files].map((id) => ({ step: 'files', group: fileGroup(examination, project, id) }));
  });
};

/** Reads and judges records. @param only when given, just the groups with one of these keys */
export const readRecords = async (
  examination: Examination,
  steps: Steps,
  only?: ReadonlySet<string>,
): Promise<RecordsRead> => {
  const groups = (await recordGroups(examination)).filter(
    ({ group }) => only === undefined || group.keys.some((key) => only.has(key)),
  );
  const damages: Damage[] = [];
  const remedies = new Map<string, Uint8Array>();
  const references = new Map<string, BlobReference[]>();
  const unread = new Set<string>();
  let unjudged = 0;
  const totals = new Map<string, number>();
  for (const { step } of groups) totals.set(step, (totals.get(step) ?? 0) + 1);
  await inParallel(groups, parallel, async ({ step, group }) => {
    throwIfStopped(examination);
    const examined = await examine(examination, group);
    damages.push(...examined.damages);
    unjudged += examined.verdict.unjudged;
    for (const [key, bytes] of examined.remedies) if (only !== undefined) remedies.set(key, bytes);
    for (const reference of examined.verdict.references ?? []) {
      references.set(reference.blob, [...(references.get(reference.blob) ?? []), reference]);
    }
    if (examined.verdict.unread !== undefined) unread.add(examined.verdict.unread);
    steps.one(step, totals.get(step) ?? 0);
  });
  const { index } = examination.context;
  const ours = [...index.projects.values()].filter(({ id, role }) => role !== null && !unread.has(id));
  return { damages, remedies, unjudged, references, readProjects: new Set(ours.map(({ id }) => id)) };
};

export const throwIfStopped = ({ signal, context }: Pick<Examination, 'signal' | 'context'>): void => {
  if (context.locked.aborted) throw new VaultError('locked');
  if (signal.aborted) throw new VaultError('cancelled');
};

/** Judges the blobs that versions point at. @param only when given, just these keys */
export const readBlobs = async (
  examination: Examination,
  references: RecordsRead['references'],
  { look, steps, only }: Readonly<{ look: BlobLook; steps: Steps; only?: ReadonlySet<string> }>,
): Promise<Damage[]> => {
  const due = [...references.values()]
    .map((all) => all.filter(({ needed }) => needed))
    .filter(([first]) => first !== undefined && (only === undefined || only.has(blobKey(first.blob))));
  const found = await inParallel(due, look.contents ? parallelContents : parallel, async (all) => {
    throwIfStopped(examination);
    const damage = await judgeBlob(examination, all, look);
    steps.one(look.contents ? 'contents' : 'blobs', due.length);
    return damage;
  });
  return found.filter((damage) => damage !== null);
};

type Loose = Readonly<{ garbage: CheckReport['garbage']; unjudged: number }>;

/** Blobs that nothing points at: garbage when they name a project that was read whole, else for others to judge. */
export const looseBlobs = async (examination: Examination, read: RecordsRead, steps: Steps): Promise<Loose> => {
  const { inventory, store, signal, waiting } = examination;
  const loose = inventory.blobs.filter((blob) => !read.references.has(blob) && !waiting.has(blobKey(blob)));
  let unjudged = 0;
  const found = await inParallel(loose, parallel, async (blob) => {
    throwIfStopped(examination);
    const project = await projectOfBlob(store, blob, signal);
    steps.one('loose', loose.length);
    const info = inventory.objects.get(blobKey(blob));
    if (info !== undefined && project !== null && read.readProjects.has(project)) {
      // a store that does not say when keeps it for now
      return { key: info.key, bytes: info.bytes, modifiedMs: info.modifiedMs ?? Date.now() };
    }
    unjudged += 1;
    return null;
  });
  return { garbage: found.filter((one) => one !== null), unjudged };
};

export const unknownObjects = ({ inventory }: Examination): Damage[] =>
  inventory.unknown.map((key) => ({
    key,
    what: 'an object that no Coretex Vault of this version makes',
    kind: 'unreadable',
    error: new VaultError(
      'unsupported-version',
      'It is left alone. Maybe a newer Coretex Vault or another program put it there.',
    ),
    repairable: false,
  }));
