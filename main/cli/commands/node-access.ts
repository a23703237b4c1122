import type { Command } from 'commander';
import { isVaultError, type VaultError } from '../../../app/errors.js';
import type { Person, Reach } from '../../../app/model/people.js';
import type { Vault } from '../../vault/vault.js';
import type { CommandContext } from '../context.js';
import { visible } from '../format.js';
import { UsageError } from '../output.js';
import { exposureLines, reachLines, splitReach } from '../reach-lines.js';
import { rekey } from './project-members.js';

type What = Readonly<{ project?: string; secret?: string; later?: boolean }>;

/** What a node may read: a part of `vault node`. */
export function defineAccessCommands(node: Command, context: CommandContext): void {
  node
    .command('authorize <node>')
    .description('let a node read one project or one secret')
    .option('--project <project>', 'a project, by name or id')
    .option('--secret <secret>', 'a secret of yours, by name or id')
    .action((name: string, what: What) => authorize(context, name, what));
  node
    .command('revoke <node>')
    .description('end that for one project, one secret, or everything; projects get a new key')
    .option('--project <project>', 'only this project')
    .option('--secret <secret>', 'only this secret')
    .option('--later', 're-encrypt the files under the old key another time (the app does it by itself)')
    .action((name: string, what: What) => revoke(context, name, what));
}

async function authorize(context: CommandContext, name: string, { project, secret }: What): Promise<void> {
  if ((project === undefined) === (secret === undefined)) {
    throw new UsageError('Say what it may read: either --project or --secret.');
  }
  await context.withVault(async (vault) => {
    const node = await vault.people.resolve(name, 'node');
    if (project !== undefined) await vault.projects.authorizeNode(vault.projects.resolve(project).id, node.id);
    if (secret !== undefined) await vault.secrets.share(vault.secrets.resolve(secret).id, [node.id]);
    await tell(context, vault, node);
    if (node.verified) return;
    const words = node.fingerprintWords.join(' ');
    context.output.note(
      `Compare the fingerprint with what \`vault key show\` prints on the node: ${words}\n` +
        `When they are the same: vault person trust "${words}"`,
    );
  });
}

const revoke = (context: CommandContext, name: string, what: What): Promise<void> =>
  context.withVault(async (vault) => {
    const node = await vault.people.resolve(name, 'node');
    const before = await vault.people.reach(node.id);
    const { failures, rotated } = await endAll(context, vault, node, chosen(vault, before, what));
    // Before the files, which may take long: whoever stops that knows what is done and what to change.
    await tell(context, vault, node);
    for (const id of rotated) await rekey(context, vault, id, what);
    if (failures[0] !== undefined) throw failures[0];
  });

type Endings = Readonly<{ projects: readonly string[]; secrets: readonly string[] }>;

/** Ids of what is to end: what is named, or all that the node can read now. */
function chosen(vault: Vault, { projects, secrets }: Reach, { project, secret }: What): Endings {
  if (project === undefined && secret === undefined) {
    const now = (things: readonly Readonly<{ id: string; former: boolean }>[]): string[] =>
      things.filter(({ former }) => !former).map(({ id }) => id);
    return { projects: now(projects), secrets: now(secrets) };
  }
  return {
    projects: project === undefined ? [] : [vault.projects.resolve(project).id],
    secrets: secret === undefined ? [] : [vault.secrets.resolve(secret).id],
  };
}

type Ended = Readonly<{
  failures: readonly VaultError[];
  /** projects that have a new key */ rotated: readonly string[];
}>;

/** Ends each, whatever becomes of the others; what may not be ended by us is told and given back. */
async function endAll(
  context: CommandContext,
  vault: Vault,
  node: Person,
  { projects, secrets }: Endings,
): Promise<Ended> {
  const failures: VaultError[] = [];
  const rotated: string[] = [];
  const attempt = async (work: () => Promise<unknown>): Promise<void> => {
    try {
      await work();
    } catch (error) {
      if (!isVaultError(error, 'not-allowed', 'not-found', 'conflict', 'damaged')) throw error;
      failures.push(error);
      if (failures.length > 1) context.output.warn(error.message);
    }
  };
  for (const id of projects) {
    await attempt(async () => {
      await vault.projects.revokeNode(id, node.id);
      rotated.push(id);
    });
  }
  for (const id of secrets) await attempt(() => vault.secrets.unshare(id, [node.id]));
  return { failures, rotated };
}

/** The blast radius as it is now, and what to change at its source. */
async function tell(context: CommandContext, vault: Vault, node: Person): Promise<void> {
  const reach = await vault.people.reach(node.id);
  context.output.result({ node, reach }, () => {
    const name = visible(node.name);
    const { current, ended } = splitReach(reach);
    const lines = reachLines(current);
    const now = lines.length === 0 ? [`${name} can read nothing of yours now.`] : [`${name} can read now:`, ...lines];
    return [...now, ...exposureLines(node.name, ended)].join('\n');
  });
}
