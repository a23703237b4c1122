import { isVaultError, VaultError } from '../../../app/errors.js';
import type { Suite } from '../../../app/model/account.js';
import type { ActivityLine, Member, Reach } from '../../../app/model/people.js';
import { roles, type Access, type FormerProject, type ProjectSummary, type Role } from '../../../app/model/project.js';
import type { VaultContext } from '../context.js';
import type { ProjectEntry } from '../index/index-entries.js';
import { resolveByName } from '../resolve-name.js';
import type { People, Projects, Receipt } from '../vault.js';
import { throwIfEnded } from '../work-signal.js';
import { LogLines } from './log-lines.js';
import { currentGrants } from './membership.js';
import { knownProject } from './log-append.js';
import { admit, appendReceipt, changeRole, renameProject } from './project-changes.js';
import { createProject } from './project-creation.js';
import { beginEpoch, type Ending } from './project-epochs.js';
import { verifyWholeLog } from './project-log.js';
import { parseProjectName } from './project-name.js';
import { refreshProjects } from './project-refresh.js';
import { membershipProof } from './proof.js';

export { refreshProjects } from './project-refresh.js';

const ranks: readonly Access[] = [...roles, 'node'];

/** The projects of this account, served from the index, and every change of who may do what in them. */
export class ProjectRegistry implements Projects {
  readonly #context: VaultContext;
  readonly #people: () => People;
  readonly #lines: LogLines;

  constructor(context: VaultContext, people: () => People) {
    this.#context = context;
    this.#people = people;
    this.#lines = new LogLines(context);
  }

  list(): ProjectSummary[] {
    return this.#open()
      .sort((a, b) => (a.created < b.created ? -1 : a.created > b.created ? 1 : a.id < b.id ? -1 : 1))
      .map((entry) => this.#summaryOf(entry));
  }

  former(): FormerProject[] {
    const { index, directory, accountId } = this.#context;
    return [...index.projects.values()]
      .flatMap((entry): FormerProject[] => {
        const last = entry.role === null ? entry.grants[accountId]?.at(-1) : undefined;
        if (last === undefined) return [];
        return [{ id: entry.id, name: entry.name, ended: last.time, byName: directory.nameOf(last.by) }];
      })
      .sort((a, b) => (a.ended < b.ended ? 1 : -1));
  }

  resolve(nameOrId: string): ProjectSummary {
    return this.#summaryOf(resolveByName(this.#open(), nameOrId));
  }

  async create(name: string, suite: Suite = this.#context.accountSuite): Promise<ProjectSummary> {
    throwIfEnded(this.#context);
    return this.#summaryOf(await createProject(this.#context, parseProjectName(name), suite));
  }

  async rename(id: string, name: string): Promise<ProjectSummary> {
    throwIfEnded(this.#context);
    return this.#summaryOf(await renameProject(this.#context, id, parseProjectName(name)));
  }

  async members(id: string): Promise<Member[]> {
    const people = new Map((await this.#people().list()).map((person) => [person.id, person]));
    const { directory, accountId } = this.#context;
    return currentGrants(knownProject(this.#context, id))
      .map(([account, { access, time, by }]): Member => {
        const person = people.get(account);
        return {
          id: account,
          name: directory.nameOf(account),
          kind: access === 'node' ? 'node' : 'person',
          access,
          since: time,
          by,
          byName: directory.nameOf(by),
          isSelf: account === accountId,
          verified: person?.verified ?? false,
          alarm: person?.alarm ?? 'The card of this account is not in the store.',
        };
      })
      .sort((a, b) => ranks.indexOf(a.access) - ranks.indexOf(b.access) || a.name.localeCompare(b.name));
  }

  addMember(id: string, accountId: string, role: Role): Promise<ProjectSummary> {
    return this.#changed(admit(this.#context, id, accountId, role));
  }

  setRole(id: string, accountId: string, role: Role): Promise<ProjectSummary> {
    return this.#changed(changeRole(this.#context, id, accountId, role));
  }

  removeMember(id: string, accountId: string): Promise<Reach> {
    return this.#ended(id, accountId, { type: 'remove-member', member: accountId });
  }

  authorizeNode(id: string, accountId: string): Promise<ProjectSummary> {
    return this.#changed(admit(this.#context, id, accountId, 'node'));
  }

  revokeNode(id: string, accountId: string): Promise<Reach> {
    return this.#ended(id, accountId, { type: 'revoke-node', node: accountId });
  }

  rotate(id: string): Promise<ProjectSummary> {
    return this.#changed(beginEpoch(this.#context, id, { type: 'rotate' }));
  }

  async log(id: string, page: Readonly<{ before?: number; limit: number }>): Promise<ActivityLine[]> {
    return this.#lines.page(knownProject(this.#context, id), page);
  }

  async verifyLog(id: string): Promise<{ entries: number; head: string }> {
    const { membership } = await verifyWholeLog(this.#context, knownProject(this.#context, id));
    return { entries: membership.sequence, head: membership.hash };
  }

  async proof(id: string): Promise<Uint8Array> {
    return membershipProof(this.#context, knownProject(this.#context, id));
  }

  async addReceipt(id: string, receipt: Receipt): Promise<boolean> {
    try {
      await appendReceipt(this.#context, id, receipt);
      return true;
    } catch (error) {
      if (isVaultError(error, 'not-allowed')) return false;
      throw error;
    }
  }

  /** The newest entries of all projects' logs, newest first. */
  async recent(limit: number): Promise<ActivityLine[]> {
    const pages = await Promise.all(this.#open().map((project) => this.#lines.page(project, { limit })));
    const lines = pages.flat().sort((a, b) => (a.time < b.time ? 1 : a.time > b.time ? -1 : b.sequence - a.sequence));
    return lines.slice(0, limit);
  }

  /** What `refreshProjects` finds wrong with single projects. */
  async refresh(): Promise<readonly VaultError[]> {
    return (await refreshProjects(this.#context)).problems;
  }

  #open(): ProjectEntry[] {
    return [...this.#context.index.projects.values()].filter(({ role }) => role !== null);
  }

  async #changed(change: Promise<ProjectEntry>): Promise<ProjectSummary> {
    return this.#summaryOf(await change);
  }

  /** SECURITY (promise 5): what was read before the new key stays read; the caller is told what that is. */
  async #ended(id: string, accountId: string, ending: Ending): Promise<Reach> {
    await beginEpoch(this.#context, id, ending);
    return this.#people().reach(accountId);
  }

  #summaryOf(entry: ProjectEntry): ProjectSummary {
    const { id, name, suite, role, epoch, created } = entry;
    if (role === null) throw new VaultError('not-allowed', 'Your access to this project has ended.');
    const { files, bytes } = this.#context.index.totals(id);
    const grants = currentGrants(entry);
    const nodes = grants.filter(([, { access }]) => access === 'node').length;
    return { id, name, suite, role, epoch, created, members: grants.length - nodes, nodes, files, bytes };
  }
}
