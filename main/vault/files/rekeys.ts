import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { VaultContext } from '../context.js';
import type { FileReads } from './file-reads.js';
import type { FileRecords } from './file-records.js';
import type { ProjectEntry } from '../index/index-entries.js';
import { mayWriteFiles } from '../projects/membership.js';
import { isDue, RekeyRun } from './rekey-run.js';
import { claimUpload } from './upload-claim.js';
import { asVaultError, throwIfEnded } from '../work-signal.js';

/** Re-encryption of projects with their newest keys: at most one run for each project and profile. */
export class Rekeys {
  readonly #context: VaultContext;
  readonly #records: FileRecords;
  readonly #reads: FileReads;
  readonly #running = new Map<string, Promise<void>>();

  constructor(context: VaultContext, records: FileRecords, reads: FileReads) {
    this.#context = context;
    this.#records = records;
    this.#reads = reads;
  }

  /**
   * As `Files.rekey`; calls at the same time are one, and a run of another process is left to that. Throws `locked` when the vault
   * locks meanwhile; a file's error (`damaged`, with its id) once the others are done: then nothing is written into the log.
   */
  rekey(projectId: string, { patient = false }: Readonly<{ patient?: boolean }> = {}): Promise<void> {
    const running =
      this.#running.get(projectId) ??
      this.#rekey(projectId, patient)
        .catch((error: unknown) => {
          throw asVaultError(error, this.#context);
        })
        .finally(() => this.#running.delete(projectId));
    this.#running.set(projectId, running);
    return running;
  }

  /** Resolves when nothing runs any more. */
  async settled(): Promise<void> {
    while (this.#running.size > 0) await Promise.allSettled(this.#running.values());
  }

  async #rekey(projectId: string, patient: boolean): Promise<void> {
    throwIfEnded(this.#context);
    const { profileDir } = this.#context;
    const folder = join(profileDir, 'rekey', projectId);
    if (!this.#isNeeded(projectId, patient) && !(await hasLeftovers(folder))) return;
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const claim = await claimUpload(profileDir, folder);
    if (claim === null) return;
    try {
      const { records, reads } = { records: this.#records, reads: this.#reads };
      await new RekeyRun(this.#context, projectId, { records, reads, folder }).run();
      await rm(folder, { recursive: true, force: true }); // everything in it was swept
    } finally {
      await claim.release();
    }
  }

  #isNeeded(projectId: string, patient: boolean): boolean {
    const { index, accountId } = this.#context;
    const project = index.projects.get(projectId);
    if (project === undefined || !mayWriteFiles(project.role)) return false;
    if (project.epoch > project.rekeyed) return !patient || isMine(project, accountId);
    return [...index.files(projectId).values()].some((entry) => isDue(project, entry, accountId));
  }
}

/** How long whoever began an epoch has the work for themselves; others come in up to as long after that, each at a time of their own. */
const patienceMs = 15 * 60_000;

/** SECURITY: nothing depends on it that the work is done by one; it is only done twice then. */
const isMine = ({ epochs }: ProjectEntry, accountId: string): boolean => {
  const newest = epochs.at(-1);
  if (newest === undefined || newest.by === accountId) return true;
  const share = Number.parseInt(accountId.slice(0, 4), 16) / 0xffff;
  return Date.now() - Date.parse(newest.time) > patienceMs * (1 + share);
};

/** Whether a run that was ended by force left something to clean up. */
const hasLeftovers = async (folder: string): Promise<boolean> => {
  const names = await readdir(folder).catch(() => []); // there never was a run
  return names.length > 0;
};
