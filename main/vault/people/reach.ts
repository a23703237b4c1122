import type { Reach } from '../../../app/model/people.js';
import type { VaultContext } from '../context.js';
import type { FileRecordEntry, ProjectEntry, SecretEntry } from '../index/index-entries.js';
import type { Grant, Membership } from '../projects/membership.js';
import { looksLikeCredentials } from './credential-files.js';

const mostCredentialFiles = 100;

type ReachedProject = Reach['projects'][number];
type ReachedSecret = Reach['secrets'][number];

/**
 * What an account could read if its key leaked now, from the index alone: the projects and secrets that this account itself
 * can see. Where it is not sure, it says more rather than less.
 */
export const reachOf = ({ index }: Pick<VaultContext, 'index'>, accountId: string): Reach => ({
  projects: [...index.projects.values()]
    .filter(({ role }) => role !== null)
    .flatMap((project) => reachedProject(project, [...index.files(project.id).values()], accountId) ?? [])
    .sort(byName),
  secrets: [...index.secrets.values()].flatMap((entry) => reachedSecret(entry, accountId) ?? []).sort(byName),
});

const byName = (one: { name: string; id: string }, other: { name: string; id: string }): number =>
  one.name.localeCompare(other.name) || (one.id < other.id ? -1 : 1);

const reachedProject = (
  project: ProjectEntry,
  records: readonly FileRecordEntry[],
  accountId: string,
): ReachedProject | null => {
  const grants = project.grants[accountId] ?? [];
  const access = grants.findLast((grant) => grant.access !== null)?.access ?? null;
  if (access === null) return null;
  const ended = grants.at(-1)?.access === null ? grants.at(-1) : undefined;
  const lastEpoch = ended === undefined ? Infinity : lastReadableEpoch(project, ended);
  const files = records.filter((record) => record.kind === 'file' && !surelyLater(record, lastEpoch));
  return {
    id: project.id,
    name: project.name,
    access,
    former: ended !== undefined,
    files: files.length,
    bytes: files.reduce((sum, { size }) => sum + size, 0),
    credentialFiles: credentialFiles(files),
  };
};

/** The newest epoch whose key an account was given before its access ended: that entry itself may begin the next one. */
const lastReadableEpoch = ({ epochs }: Pick<Membership, 'epochs'>, ended: Grant): number =>
  epochs.findLast(({ sequence }) => sequence < ended.sequence)?.epoch ?? 0;

/**
 * Only a file that has had one version alone, and that one sealed with a later key, was surely not there to be read. Any other
 * may be an old file that was changed or encrypted anew since.
 */
const surelyLater = ({ version, content, epoch }: FileRecordEntry, lastEpoch: number): boolean =>
  version === 1 && (content?.epoch ?? epoch) > lastEpoch;

const credentialFiles = (files: readonly FileRecordEntry[]): string[] =>
  files
    .map(({ path }) => path)
    .filter(looksLikeCredentials)
    .sort()
    .slice(0, mostCredentialFiles);

const reachedSecret = (entry: SecretEntry, accountId: string): ReachedSecret | null => {
  if (entry.type === 'project' || entry.state === 'deleted' || entry.ended) return null;
  const reads = entry.recipients.includes(accountId);
  if (!reads && !entry.exposed.includes(accountId)) return null;
  return { id: entry.id, name: entry.name, type: entry.type, former: !reads };
};
