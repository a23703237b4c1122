import { VaultError } from '../../../app/errors.js';
import type { VaultContext } from '../context.js';
import type { ProjectEntry } from '../index/index-entries.js';
import { accessAt, mayWriteFiles } from './membership.js';

/** How far into a project's log an author had read: `hash` is the object hash of the entry at `sequence`. */
export type LogPosition = Readonly<{ sequence: number; hash: string }>;

/**
 * What a signed record is worth. `ok`: its author might write there. `void`: the signature is good, the right was missing.
 * `ahead`: its author knew more of the log than this computer does. `forked`: its author was shown another log.
 */
export type Judgement = 'ok' | 'void' | 'ahead' | 'forked';

/**
 * SECURITY (promise 3): whether an account might write files of a project at the place of the log that it had read to, as the
 * log says that this computer has verified.
 * @param log object hashes of the verified entries, entry 1 first
 */
export const judgeWrite = (
  project: ProjectEntry | undefined,
  log: readonly string[],
  author: string,
  at: LogPosition,
): Judgement => {
  const hash = log[at.sequence - 1];
  if (project === undefined || hash === undefined || at.sequence > project.sequence) return 'ahead';
  if (hash !== at.hash) return 'forked';
  return mayWriteFiles(accessAt(project, author, at.sequence)) ? 'ok' : 'void';
};

/** The project, for whoever is about to write files of it. Throws `not-found`, and `not-allowed` before anything is written. */
export const requireWriter = ({ index }: Pick<VaultContext, 'index'>, projectId: string): ProjectEntry => {
  const project = index.projects.get(projectId);
  if (project === undefined) throw new VaultError('not-found', 'There is no such project.');
  if (mayWriteFiles(project.role)) return project;
  throw new VaultError(
    'not-allowed',
    project.role === null
      ? `You no longer have access to “${project.name}”.`
      : `Your role in “${project.name}” is to read. Ask its owner to change that.`,
  );
};
