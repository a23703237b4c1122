import { basename } from 'node:path';
import { Option, type Command } from 'commander';
import type { ImportFormat } from '../../vault/import/import.js';
import type { CommandContext } from '../context.js';
import { plural, visible } from '../format.js';
import { readNamedFile, writeNamedFile } from '../named-files.js';
import { UsageError } from '../output.js';

const maximumBytes = 512 * 1024 * 1024;
const formats = ['bitwarden', '1pux', 'keepass', 'env', 'coretex-vault'] satisfies ImportFormat[];

export function defineTransportCommands(program: Command, context: CommandContext): void {
  program
    .command('import <file>')
    .description(
      'add secrets from another program: Bitwarden JSON, 1Password 1PUX, KeePass CSV, a .env file, or our own export',
    )
    .addOption(new Option('--format <format>', 'what the file is (default: by its looks)').choices(formats))
    .option('--name <name>', 'for a .env file: the name of its secret')
    .option('--dry-run', 'tell what would be added, and add nothing')
    .action((file: string, options: ImportOptions) => importFile(context, file, options));
  program
    .command('export')
    .description('write every secret to a JSON file that nothing protects')
    .requiredOption('-o, --output <file>', 'the file to write')
    .option('--plaintext', 'yes, unprotected')
    .option('--force', 'replace a file that is there')
    .action((options: ExportOptions) => exportSecrets(context, options));
}

type ImportOptions = Readonly<{ format?: ImportFormat; name?: string; dryRun?: boolean }>;

async function importFile(context: CommandContext, file: string, options: ImportOptions): Promise<void> {
  const { guessFormat, readImport } = await import('../../vault/import/import.js');
  const bytes = await readNamedFile(file, maximumBytes);
  const source = { bytes, fileName: basename(file), ...(options.name !== undefined && { name: options.name }) };
  const format = options.format ?? guessFormat(source);
  const { drafts, skipped } = readImport(source, format);
  bytes.fill(0);
  const tell = (added: readonly object[], done: string): void => {
    context.output.result(
      { format, added, skipped },
      () => `${done} ${plural(drafts.length, 'secret')} from ${format}.`,
    );
    for (const { name, reason } of skipped) context.output.note(`left out: ${visible(name)}: ${reason}`);
  };
  if (options.dryRun === true) {
    tell(
      drafts.map(({ type, name, fields }) => ({ type, name, fields: Object.keys(fields) })),
      'Would add',
    );
    return;
  }
  await context.withVault(async ({ secrets }) => {
    tell(await secrets.addAll(drafts), 'Added');
    context.output.note(`${file} is still there, unprotected: delete it when you are done.`);
  });
}

type ExportOptions = Readonly<{ output: string; plaintext?: boolean; force?: boolean }>;

async function exportSecrets(
  context: CommandContext,
  { output, plaintext = false, force = false }: ExportOptions,
): Promise<void> {
  if (!plaintext) {
    throw new UsageError(
      'The file would be unprotected: --plaintext says that you want that. For a protected backup, copy the store as it is.',
    );
  }
  const { exportPlaintext } = await import('../../vault/export/plaintext.js');
  await context.withVault(
    async (vault) => {
      const exported = await exportPlaintext(vault);
      await writeNamedFile(output, `${JSON.stringify(exported, null, 2)}\n`, force);
      context.output.result({ output, secrets: exported.secrets.length }, () => '');
      context.output.note(
        `Wrote ${plural(exported.secrets.length, 'secret')} to ${output}. Nothing protects them there.`,
      );
    },
    { complete: true },
  );
}
