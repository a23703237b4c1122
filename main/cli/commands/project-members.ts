import { Option, type Command } from 'commander';
import { isVaultError, VaultError } from '../../../app/errors.js';
import { roles, type Role } from '../../../app/model/project.js';
import type { Member } from '../../../app/model/people.js';
import type { Vault } from '../../vault/vault.js';
import type { CommandContext } from '../context.js';
import { shortTime, table, visible } from '../format.js';
import { resolveNewcomer, resolvePerson } from '../newcomer.js';
import { UsageError } from '../output.js';
import { RekeyLine } from '../progress.js';
import { leaverLines } from '../reach-lines.js';

type Ending = Readonly<{ later?: boolean }>;

const later = (): Option =>
  new Option('--later', 're-encrypt the files under the old key another time (the app does it by itself)');

/** Who has access to a project: a part of `vault project`. */
export function defineMemberCommands(project: Command, context: CommandContext): void {
  project
    .command('members <project>')
    .description('list the people and nodes with access')
    .action((name: string) => members(context, name));
  project
    .command('add <project> <person>')
    .description('share a project with a person who has a master key in this store')
    .addOption(new Option('--role <role>', 'what they may do').choices(roles).default('editor'))
    .action((name: string, person: string, { role }: { role: Role }) => add(context, name, person, role));
  project
    .command('role <project> <person> <role>')
    .description('give a member another role: owner, admin, editor or viewer')
    .action((name: string, person: string, role: string) => setRole(context, name, person, role));
  project
    .command('remove <project> <person>')
    .description('end a person’s access and change the project’s key')
    .addOption(later())
    .action((name: string, person: string, options: Ending) => remove(context, name, person, options));
  project
    .command('rotate <project>')
    .description('change the project’s key without removing anyone')
    .addOption(later())
    .action((name: string, options: Ending) => rotate(context, name, options));
}

const memberRow = ({ name, access, since, byName, verified, alarm, id, isSelf }: Member): string[] => [
  isSelf ? `${name} (you)` : name,
  access,
  alarm !== '' ? 'ALARM' : verified || isSelf ? 'verified' : 'not verified',
  `since ${shortTime(since)} by ${byName}`,
  id,
];

const members = (context: CommandContext, name: string): Promise<void> =>
  context.withVault(async ({ projects }) => {
    const items = await projects.members(projects.resolve(name).id);
    context.output.result(items, () => table(items.map(memberRow)));
    for (const { alarm } of items) if (alarm !== '') context.output.warn(alarm);
  });

const add = (context: CommandContext, name: string, person: string, role: Role): Promise<void> =>
  context.withVault(async ({ projects, people }) => {
    const project = projects.resolve(name);
    const { id, name: known, verified, fingerprintWords } = await resolveNewcomer(people, person, resolvePerson);
    const changed = await projects.addMember(project.id, id, role).catch((error: unknown) => {
      if (!isVaultError(error, 'already-exists')) throw error;
      const hint = `${error.message} \`vault project role\` changes what they may do.`;
      throw new VaultError('already-exists', hint, { cause: error });
    });
    context.output.result(changed, () => `${visible(known)} has access to ${visible(project.name)} as ${role} now.`);
    if (!verified) {
      context.output.note(
        `Compare fingerprints with ${visible(known)} by telephone or face to face: ${fingerprintWords.join(' ')}\n` +
          `When they are the same: vault person trust "${fingerprintWords.join(' ')}"`,
      );
    }
  });

async function setRole(context: CommandContext, name: string, person: string, wanted: string): Promise<void> {
  const role = parseRole(wanted);
  await context.withVault(async ({ projects, people }) => {
    const project = projects.resolve(name);
    const { id, name: known } = await resolvePerson(people, person);
    const changed = await projects.setRole(project.id, id, role);
    context.output.result(changed, () => `${visible(known)} is ${role} of ${visible(project.name)} now.`);
  });
}

const parseRole = (text: string): Role => {
  const role = roles.find((one) => one === text);
  if (role !== undefined) return role;
  throw new UsageError(`“${text}” is no role. The roles are: ${roles.join(', ')}.`);
};

const remove = (context: CommandContext, name: string, person: string, options: Ending): Promise<void> =>
  context.withVault(async (vault) => {
    const { projects, people } = vault;
    const project = projects.resolve(name);
    const { id, name: known, isSelf } = await resolvePerson(people, person);
    if (isSelf) {
      throw new VaultError(
        'not-allowed',
        'Nobody removes themselves, since they would make the new key. Ask another owner or admin to.',
      );
    }
    const reach = await projects.removeMember(project.id, id);
    const said = `${visible(known)} has no access to ${visible(project.name)} any more. The project has a new key.`;
    // Before the files, which may take long: whoever stops that knows what is done and what to change.
    context.output.result(reach, () => [said, ...leaverLines(known, reach)].join('\n'));
    await rekey(context, vault, project.id, options);
  });

const rotate = (context: CommandContext, name: string, options: Ending): Promise<void> =>
  context.withVault(async (vault) => {
    const project = vault.projects.resolve(name);
    const changed = await vault.projects.rotate(project.id);
    context.output.result(changed, () => `${visible(project.name)} has a new key, number ${changed.epoch}.`);
    await rekey(context, vault, project.id, options);
  });

/** Re-encrypts what the old key protects, unless it is left to another time. */
export async function rekey(
  context: CommandContext,
  vault: Vault,
  projectId: string,
  { later: put }: Ending,
): Promise<void> {
  if (put === true) {
    context.output.note('What is there already stays under the old key until the app re-encrypts it.');
    return;
  }
  const line = new RekeyLine();
  const stop = vault.on('rekey', (progress) => line.show(progress));
  try {
    await vault.files.rekey(projectId);
  } catch (error) {
    context.output.note(
      'The new key is in use, but not every older file is re-encrypted yet. The app goes on with that.',
    );
    throw error;
  } finally {
    stop();
    line.clear();
  }
}
