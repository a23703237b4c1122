import { Option, type Command } from 'commander';
import type { FileEntry } from '../../../app/model/project.js';
import { VaultError } from '../../../app/errors.js';
import type { Files } from '../../vault/vault.js';
import type { CommandContext } from '../context.js';
import { byteCount, shortTime, table, visible } from '../format.js';
import { parseCount } from '../key-size.js';
import { entriesBelow, entryAt, isAt, pathArgument } from '../project-paths.js';
import { finishTransfer } from '../transfer.js';
import { getFile, type GetFileOptions } from './file-get.js';
import { putFiles, type PutOptions } from './file-put.js';

/** A fresh one for every command: commander keeps state in them. */
const projectOption = (): Option =>
  new Option('-p, --project <project>', 'name or id of the project').makeOptionMandatory();

type InProject = Readonly<{ project: string }>;

export function defineFileCommands(program: Command, context: CommandContext): void {
  const file = program.command('file').description('the files of a project');
  file
    .command('put [paths...]')
    .description('encrypt files and folders of this computer into a project; the same path again makes a new version')
    .option('-p, --project <project>', 'name or id of the project')
    .option('--folder <folder>', 'folder of the project to put them into (default: its top)')
    .option('--resume', 'go on with uploads that were interrupted, instead of paths')
    .option('--abandon', 'forget uploads that were interrupted, instead of paths')
    .action((paths: string[], options: PutOptions) => putFiles(context, paths, options));
  file
    .command('list [folder]')
    .description('list the files of a project, or of one folder of it')
    .addOption(projectOption())
    .option('--trash', 'what is in the trash instead')
    .action((folder: string | undefined, options: InProject & { trash?: boolean }) => list(context, folder, options));
  file
    .command('get <path>')
    .description('decrypt a file; it is written only when all of it is verified')
    .addOption(projectOption())
    .requiredOption(
      '-o, --output <file>',
      'where to write it; - is standard output; for a folder: the folder to write it into',
    )
    .option('--force', 'replace a file that is there')
    .option('--version <n>', 'an earlier version', parseCount)
    .action((path: string, options: GetFileOptions) => getFile(context, path, options));
  file
    .command('move <from> <to>')
    .description('rename or move a file or folder within its project')
    .addOption(projectOption())
    .action((from: string, to: string, options: InProject) => move(context, { from, to }, options));
  file
    .command('remove <paths...>')
    .description('move files or folders to the trash')
    .addOption(projectOption())
    .option('--for-good', 'delete them and their history; this cannot be undone')
    .action((paths: string[], options: InProject & { forGood?: boolean }) => remove(context, paths, options));
  file
    .command('restore <path>')
    .description('take a file or folder (by path or id) out of the trash, or bring an earlier version back')
    .addOption(projectOption())
    .option('--version <n>', 'make this earlier version the newest', parseCount)
    .action((path: string, options: InProject & { version?: number }) => restore(context, path, options));
  file
    .command('history <path>')
    .description('the versions of a file, newest first')
    .addOption(projectOption())
    .action((path: string, options: InProject) => history(context, path, options));
  file
    .command('verify')
    .description('read every file of a project and check all of it')
    .addOption(projectOption())
    .action((options: InProject) => verify(context, options));
}

const list = (
  context: CommandContext,
  folder = '',
  { project, trash = false }: InProject & { trash?: boolean },
): Promise<void> =>
  context.withVault(
    ({ projects, files }) => {
      const prefix = pathArgument(folder);
      const shown = files
        .list(projects.resolve(project).id)
        .filter((entry) => entry.trashed === trash && (prefix === '' || entry.path.startsWith(`${prefix}/`)));
      context.output.result(shown, () => fileTable(shown));
      if (shown.length === 0) context.output.note(trash ? 'The trash is empty.' : 'There are no files here.');
      return Promise.resolve();
    },
    { complete: true },
  );

const fileTable = (entries: readonly FileEntry[]): string =>
  table(
    entries.map(({ id, kind, size, modified, path }) => [
      kind === 'folder' ? '–' : byteCount(size),
      id === '' ? '' : shortTime(modified),
      kind === 'folder' ? `${path}/` : path,
    ]),
  );

const move = (
  context: CommandContext,
  { from, to }: Readonly<{ from: string; to: string }>,
  { project }: InProject,
): Promise<void> =>
  context.withVault(async ({ projects, files }) => {
    const { id } = projects.resolve(project);
    await files.move(id, entryAt(files, id, from).path, pathArgument(to));
    context.output.result(files.resolve(id, pathArgument(to)), () => `Moved ${visible(from)} to ${visible(to)}.`);
  });

const remove = (context: CommandContext, paths: string[], options: InProject & { forGood?: boolean }): Promise<void> =>
  context.withVault(async ({ projects, files }) => {
    const { id } = projects.resolve(options.project);
    const forGood = options.forGood ?? false;
    const entries = entriesBelow(files, id, paths);
    const kept = entries.filter(({ trashed }) => !trashed);
    if (!forGood && kept.length === 0) throw new VaultError('not-found', 'That is in the trash already.');
    if (kept.length > 0) {
      await files.trash(
        id,
        kept.map(({ path }) => path),
      );
    }
    if (forGood) await files.purge(id, idsOf(entries));
    const result = entries.map(({ id: fileId, path }) => ({
      id: fileId,
      path,
      removed: forGood ? 'for-good' : 'trash',
    }));
    context.output.result(result, () =>
      paths.map((path) => `${forGood ? 'Deleted for good' : 'Moved to the trash'}: ${visible(path)}`).join('\n'),
    );
  });

/** Folders that only paths imply have no record, and so no id. */
const idsOf = (entries: readonly FileEntry[]): string[] => entries.map(({ id }) => id).filter((id) => id !== '');

const restore = (context: CommandContext, path: string, options: InProject & { version?: number }): Promise<void> =>
  context.withVault(async ({ projects, files }) => {
    const { id } = projects.resolve(options.project);
    if (options.version !== undefined) {
      const entry = await files.restoreVersion(id, anywhere(files, id, path).id, options.version);
      context.output.result(entry, () => `${visible(entry.path)} is as in version ${options.version ?? 0} again.`);
      return;
    }
    const trashed = files.list(id).filter((entry) => entry.trashed && isAt(entry, path));
    if (trashed.length === 0) throw new VaultError('not-found', `There is nothing at “${path}” in the trash.`);
    const ids = trashed.map((entry) => entry.id);
    await files.restore(id, ids);
    context.output.result(
      files.list(id).filter((entry) => ids.includes(entry.id)),
      () => `Restored ${visible(path)}.`,
    );
  });

/** A file that is there, else one in the trash. */
const anywhere = (files: Files, projectId: string, path: string): FileEntry => {
  const [entry] = entriesBelow(files, projectId, [path]);
  if (entry === undefined) throw new VaultError('not-found');
  return entry;
};

const history = (context: CommandContext, path: string, { project }: InProject): Promise<void> =>
  context.withVault(async ({ projects, files }) => {
    const { id } = projects.resolve(project);
    const versions = await files.history(id, anywhere(files, id, path).id);
    context.output.result(versions, () =>
      table(
        versions.map((each) => [
          String(each.version),
          shortTime(each.time),
          byteCount(each.size),
          each.newContent ? 'content' : each.trashed ? 'trashed' : 'moved or restored',
          each.path,
        ]),
      ),
    );
  });

const verify = (context: CommandContext, { project }: InProject): Promise<void> =>
  context.withVault(
    async (vault) => {
      const transfer = await finishTransfer(context, vault, vault.files.verify(vault.projects.resolve(project).id));
      context.output.result(
        transfer,
        () => `Verified ${transfer.filesDone} of ${transfer.files} files, ${byteCount(transfer.bytesDone)}.`,
      );
    },
    { complete: true },
  );
