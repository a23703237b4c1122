import { VaultError } from '../../../app/errors.js';
import type { Suite } from '../../../app/model/account.js';
import { projectName, type ProjectSummary } from '../../../app/model/project.js';
import { objectHash } from '../../crypto/object-hash.js';
import { randomId } from '../../crypto/random-id.js';
import { SecretBytes } from '../../crypto/secret-bytes.js';
import type { VaultContext } from '../context.js';
import { isLive } from '../files/file-record.js';
import type { ProjectEntry } from '../index/index-entries.js';
import { sealProjectName, signEntry, type LogOperation } from './project-log.js';
import { projectEntryOf, readLog, refreshProjects } from './project-refresh.js';
import { resolveByName } from '../resolve-name.js';
import { logKey } from '../store-keys.js';
import type { Projects } from '../vault.js';
import { throwIfEnded } from '../work-signal.js';

export { refreshProjects } from './project-refresh.js';

const keyBytes = 32;
const racesToLose = 8;

const parseName = (name: string): string => {
  const parsed = projectName.safeParse(name);
  if (parsed.success) return parsed.data;
  throw new VaultError('invalid-input', 'A project’s name has 1 to 200 characters, at least one of them visible.');
};

/** The projects of this account, served from the index. */
export class ProjectRegistry implements Projects {
  readonly #context: VaultContext;

  constructor(context: VaultContext) {
    this.#context = context;
  }

  list(): ProjectSummary[] {
    return [...this.#context.index.projects.values()]
      .sort((a, b) => (a.created < b.created ? -1 : a.created > b.created ? 1 : a.id < b.id ? -1 : 1))
      .map((entry) => this.#summaryOf(entry));
  }

  resolve(nameOrId: string): ProjectSummary {
    return this.#summaryOf(resolveByName([...this.#context.index.projects.values()], nameOrId));
  }

  /** Durable when it resolves. The key comes before the log: a crash between them leaves a key without a lock, never a lock without a key. */
  async create(name: string, suite: Suite = this.#context.accountSuite): Promise<ProjectSummary> {
    throwIfEnded(this.#context);
    const parsed = parseName(name);
    const id = randomId();
    const key = SecretBytes.random(keyBytes);
    try {
      await this.#context.projectKeys.add({ id, name: parsed, epoch: 1 }, key);
    } finally {
      key.dispose();
    }
    const operation = {
      type: 'create',
      suite,
      epoch: 1,
      name: await sealProjectName(this.#context, id, parsed, 1),
    } as const;
    const created = new Date().toISOString();
    const hash = await this.#append(id, 1, null, operation, created);
    if (hash === null) throw new VaultError('internal', 'A new random id was already taken.');
    const { accountId } = this.#context;
    return this.#remember({ id, sequence: 1, hash, name: parsed, suite, epoch: 1, created, owner: accountId });
  }

  /** Throws `not-found`, `not-allowed`, `conflict`. The project's key secret keeps its first name: it is never shown. */
  async rename(id: string, name: string): Promise<ProjectSummary> {
    throwIfEnded(this.#context);
    const parsed = parseName(name);
    let entry = this.#context.index.projects.get(id);
    for (let race = 0; race < racesToLose; race += 1) {
      if (entry === undefined) throw new VaultError('not-found');
      if (entry.role !== 'owner' && entry.role !== 'admin') throw new VaultError('not-allowed');
      const { epoch, sequence, hash } = entry;
      const operation = {
        type: 'rename',
        epoch,
        name: await sealProjectName(this.#context, id, parsed, epoch),
      } as const;
      const next = await this.#append(id, sequence + 1, hash, operation, new Date().toISOString());
      const owner = this.#context.accountId;
      if (next !== null) return this.#remember({ ...entry, owner, name: parsed, sequence: sequence + 1, hash: next });
      entry = projectEntryOf(await readLog(this.#context, id, entry), this.#context.accountId);
    }
    throw new VaultError('conflict');
  }

  /** What `refreshProjects` finds wrong with single projects. */
  async refresh(): Promise<readonly VaultError[]> {
    return (await refreshProjects(this.#context)).problems;
  }

  /** The object hash of the new entry, or null when another client was quicker. */
  async #append(
    project: string,
    sequence: number,
    previous: string | null,
    operation: LogOperation,
    time: string,
  ): Promise<string | null> {
    const actor = this.#context.accountId;
    const stored = await signEntry(this.#context, { project, sequence, previous, time, actor, operation });
    const created = await this.#context.store.putIfAbsent(logKey(project, sequence), stored);
    return created ? objectHash(stored) : null;
  }

  async #remember(state: Parameters<typeof projectEntryOf>[0]): Promise<ProjectSummary> {
    const entry = projectEntryOf(state, this.#context.accountId);
    await this.#context.index.apply([{ set: 'project', entry }]);
    this.#context.events.emit('projects-changed');
    return this.#summaryOf(entry);
  }

  #summaryOf({ id, name, suite, role, epoch, created }: ProjectEntry): ProjectSummary {
    let files = 0;
    let bytes = 0;
    for (const record of this.#context.index.files(id).values()) {
      if (record.kind !== 'file' || !isLive(record)) continue;
      files += 1;
      bytes += record.size;
    }
    return { id, name, suite, role, epoch, created, files, bytes };
  }
}
