import { isVaultError, VaultError } from '../../../app/errors.js';
import { openWithKey } from '../../crypto/keyed-record.js';
import { objectHash } from '../../crypto/object-hash.js';
import type { OpenedFile } from '../files/file-chain.js';
import { isTombstone } from '../files/file-record.js';
import { fileKey } from '../store-keys.js';
import type { BlobReference } from './blob-references.js';
import {
  damagedFault,
  isContentError,
  lostFault,
  type Examination,
  type Fault,
  type Group,
  type Verdict,
} from './examination.js';
import type { Held } from './held-objects.js';
import { upTo } from './inventory.js';

type Found = OpenedFile | 'sealed' | 'waiting' | 'absent' | VaultError;

const isOpened = (found: Found | undefined): found is OpenedFile =>
  typeof found === 'object' && !(found instanceof VaultError);

/** The versions of one file or folder of a project. */
export const fileGroup = (examination: Examination, project: string, id: string): Group => {
  const file = new JudgedFile(examination, project, id);
  return {
    keys: upTo(file.highest).map((version) => fileKey(project, id, version)),
    judge: (objects) => file.judge(objects),
  };
};

class JudgedFile {
  readonly highest: number;
  readonly #examination: Examination;
  readonly #project: string;
  readonly #id: string;

  constructor(examination: Examination, project: string, id: string) {
    this.#examination = examination;
    this.#project = project;
    this.#id = id;
    const { inventory } = examination;
    this.highest = Math.max(inventory.filesOf(project).get(id)?.at(-1) ?? 0, this.#known?.version ?? 0);
  }

  async judge(objects: Held): Promise<Verdict> {
    const found = new Map<number, Found>();
    for (const version of upTo(this.highest)) found.set(version, await this.#look(objects, version));
    const first = this.#firstNeeded(found);
    const faults: Fault[] = [];
    for (const version of upTo(this.highest)) {
      const what = this.#what(found, version);
      const defect = this.#defect(objects, found, version, first);
      if (defect !== null) faults.push(damagedFault(this.#key(version), what, defect));
      else if (found.get(version) === 'absent' && version >= first) faults.push(lostFault(this.#key(version), what));
    }
    const all = [...found.values()];
    const sealed = all.filter((one) => one === 'sealed').length;
    return {
      faults,
      unjudged: sealed,
      references: this.#references(found, first),
      ...((faults.length > 0 || sealed > 0 || all.includes('waiting')) && { unread: this.#project }),
    };
  }

  async #look(objects: Held, version: number): Promise<Found> {
    const { waiting, files, context } = this.#examination;
    const stored = objects.get(this.#key(version)) ?? null;
    if (waiting.has(this.#key(version))) return 'waiting';
    if (stored === null) return 'absent';
    const newestEpoch = context.index.projects.get(this.#project)?.epoch ?? Infinity;
    try {
      const epoch = await sealedEpoch(stored);
      // a key that nobody has: what says so is damaged, since an author has the key that it seals with
      if (epoch > newestEpoch) return new VaultError('damaged');
      if (context.index.projects.get(this.#project)?.role == null) return 'sealed';
      return await files.open({ project: this.#project, id: this.#id, version });
    } catch (error) {
      if (isContentError(error)) return error;
      if (isVaultError(error, 'not-a-reader')) return 'sealed';
      throw error;
    }
  }

  /** What was deleted for good has no past any more: everything below the newest tombstone may be gone. */
  #firstNeeded(found: ReadonlyMap<number, Found>): number {
    const known = this.#known;
    const knownDeletion = known !== undefined && isTombstone(known) ? known.version : 0;
    const deletions = [...found].filter(([, one]) => isOpened(one) && one.counts && isTombstone(one.entry));
    const newest = Math.max(knownDeletion, ...deletions.map(([version]) => version));
    if (newest > 0) return newest;
    // of others' files, or where the newest cannot be read, a gap may be such a deletion
    const head = [...found].filter(([, one]) => one !== 'absent').at(-1);
    const atHand = head !== undefined && isOpened(head[1]);
    return atHand || known !== undefined ? 1 : this.highest + 1;
  }

  #defect(objects: Held, found: ReadonlyMap<number, Found>, version: number, first: number): VaultError | null {
    const one = found.get(version);
    if (one instanceof VaultError) return one;
    if (!isOpened(one)) return null;
    const known = this.#known;
    if (known?.version === version && known.hash !== one.entry.hash) {
      return new VaultError('rolled-back', 'It is not the version that this computer has seen.');
    }
    const below = objects.get(this.#key(version - 1)) ?? null;
    if (version <= first || below === null || !isOpened(found.get(version - 1))) return null;
    if (one.record.previous === objectHash(below)) return null;
    return new VaultError('damaged', 'It does not follow the version before it.');
  }

  #references(found: ReadonlyMap<number, Found>, first: number): BlobReference[] {
    return [...found].flatMap(([version, one]) => {
      if (!isOpened(one) || one.record.content === null) return [];
      const what = this.#what(found, version);
      const needed = one.counts && version >= first;
      return [{ ...one.record.content, project: this.#project, size: one.record.size, what, needed }];
    });
  }

  get #known() {
    return this.#examination.context.index.files(this.#project).get(this.#id);
  }

  #key(version: number): string {
    return fileKey(this.#project, this.#id, version);
  }

  /** “report.pdf” in “Protein folding”, version 3 */
  #what(found: ReadonlyMap<number, Found>, version: number): string {
    const own = found.get(version);
    const path = isOpened(own) ? own.record.path : (this.#known?.path ?? lastPath(found));
    const project = this.#examination.context.index.projects.get(this.#project)?.name ?? '';
    const file = path === '' ? `a file (${this.#id.slice(0, 8)}…)` : `“${path}”`;
    const where = project === '' ? `a project (${this.#project.slice(0, 8)}…)` : `“${project}”`;
    return `${file} in ${where}, version ${String(version)}`;
  }
}

const lastPath = (found: ReadonlyMap<number, Found>): string =>
  [...found.values()].filter(isOpened).at(-1)?.record.path ?? '';

/** Whose key a record is sealed with, as its header says. Throws `damaged`, `unsupported-version` for what is no such record. */
const sealedEpoch = async (stored: Uint8Array): Promise<number> => {
  let found = 0;
  const stop = new VaultError('not-a-reader');
  await openWithKey(Buffer.from(stored).toString('latin1'), (epoch) => {
    found = epoch;
    throw stop;
  }).catch((error: unknown) => {
    if (error !== stop) throw error;
  });
  return found;
};
