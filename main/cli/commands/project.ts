import { Option, type Command } from 'commander';
import { suites, type Suite } from '../../../app/model/account.js';
import type { CommandContext } from '../context.js';
import { defineLogCommand } from './project-log.js';
import { defineMemberCommands } from './project-members.js';
import { finishTransfer } from '../transfer.js';
import { byteCount, plural, shortTime, table, visible } from '../format.js';

export function defineProjectCommands(program: Command, context: CommandContext): void {
  const project = program.command('project').description('encrypted folders of files');
  project
    .command('create <name>')
    .description('make a project with a key of its own')
    .addOption(new Option('--suite <suite>', 'how its files are encrypted (default: vault)').choices(suites))
    .action((name: string, options: { suite?: Suite }) => create(context, name, options.suite));
  project
    .command('list')
    .description('list projects')
    .action(() => list(context));
  project
    .command('rename <name> <new>')
    .description('give a project another name')
    .action((name: string, next: string) => rename(context, name, next));
  for (const [word, description] of [
    ['pin', 'a vault in a bucket: keep all files of a project on this computer, and fetch them now'],
    ['unpin', 'no longer keep them all'],
  ] as const) {
    project
      .command(`${word} <name>`)
      .description(description)
      .action((name: string) => pin(context, name, word === 'pin'));
  }
  defineMemberCommands(project, context);
  defineLogCommand(project, context);
}

const create = (context: CommandContext, name: string, suite: Suite | undefined): Promise<void> =>
  context.withVault(async ({ projects }) => {
    const project = await (suite === undefined ? projects.create(name) : projects.create(name, suite));
    context.output.result(project, () => `Created ${visible(project.name)} (${project.id}).`);
  });

const list = (context: CommandContext): Promise<void> =>
  context.withVault(
    (vault) => {
      const projects = vault.projects.list();
      context.output.result(projects, () =>
        table(
          projects.map(({ name, role, suite, members, files, bytes, created, id }) => [
            name,
            role,
            suite,
            plural(members, 'person', 'people'),
            plural(files, 'file'),
            byteCount(bytes),
            shortTime(created),
            id,
          ]),
        ),
      );
      for (const { name, ended, byName } of vault.projects.former()) {
        context.output.note(
          `${visible(byName)} ended your access to ${visible(name || 'a project')} on ${shortTime(ended)}.`,
        );
      }
      if (projects.length === 0) context.output.note('There are no projects yet.');
      return Promise.resolve();
    },
    { complete: true },
  );

const rename = (context: CommandContext, nameOrId: string, next: string): Promise<void> =>
  context.withVault(async ({ projects }) => {
    const project = await projects.rename(projects.resolve(nameOrId).id, next);
    context.output.result(project, () => `It is called ${visible(project.name)} now.`);
  });

/** What is pinned is fetched by reading all of it; an interruption leaves the rest to the app, or to the same command again. */
const pin = (context: CommandContext, nameOrId: string, pinned: boolean): Promise<void> =>
  context.withVault(async (vault) => {
    const { id, name, files } = vault.projects.resolve(nameOrId);
    const settings = await vault.sync.pin(id, pinned);
    if (pinned && files > 0) await finishTransfer(context, vault, vault.files.verify(id));
    context.output.result(settings, () =>
      pinned ? `All files of ${visible(name)} are on this computer.` : `${visible(name)} is not pinned any more.`,
    );
  });
