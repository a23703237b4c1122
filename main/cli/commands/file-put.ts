import { resolve } from 'node:path';
import type { Transfer } from '../../../app/model/project.js';
import type { Vault } from '../../vault/vault.js';
import type { CommandContext } from '../context.js';
import { byteCount, plural } from '../format.js';
import { requireThere } from '../named-files.js';
import { UsageError } from '../output.js';
import { finishTransfer } from '../transfer.js';

export type PutOptions = Readonly<{ project?: string; folder?: string; resume?: boolean; abandon?: boolean }>;

export async function putFiles(context: CommandContext, paths: readonly string[], options: PutOptions): Promise<void> {
  const earlier = options.resume === true || options.abandon === true;
  if (earlier === paths.length > 0)
    throw new UsageError('Name what to put: paths, or --resume or --abandon without any.');
  if (!earlier && options.project === undefined) throw new UsageError('--project is missing.');
  await requireThere(paths);
  await context.withVault(async (vault) => {
    if (options.abandon === true) await abandon(context, vault);
    else if (options.resume === true) await resumeAll(context, vault);
    else await put(context, vault, { paths, folder: options.folder ?? '', project: options.project ?? '' });
  });
}

async function put(
  context: CommandContext,
  vault: Vault,
  { paths, folder, project }: Readonly<{ paths: readonly string[]; folder: string; project: string }>,
): Promise<void> {
  const { id } = vault.projects.resolve(project);
  const waiting = interrupted(vault).length;
  if (waiting > 0) {
    context.output.note(
      `${plural(waiting, 'earlier upload')} waiting: \`vault file put --resume\` finishes what was begun.`,
    );
  }
  const sources = paths.map((path) => resolve(path));
  const transfer = await finishTransfer(context, vault, vault.files.upload(id, folder, sources));
  context.output.result(transfer, () => summary(transfer));
}

async function resumeAll(context: CommandContext, vault: Vault): Promise<void> {
  const finished: Transfer[] = [];
  for (const { id } of interrupted(vault)) finished.push(await finishTransfer(context, vault, vault.files.resume(id)));
  context.output.result(finished, () => finished.map(summary).join('\n'));
  if (finished.length === 0) context.output.note('No upload is waiting.');
}

async function abandon(context: CommandContext, vault: Vault): Promise<void> {
  const waiting = interrupted(vault);
  for (const { id } of waiting) await vault.files.dismiss(id);
  context.output.result(waiting, () => `Forgot ${plural(waiting.length, 'upload')}.`);
}

const interrupted = (vault: Vault): Transfer[] =>
  vault.files.transfers().filter(({ kind, state }) => kind === 'upload' && state === 'interrupted');

const summary = ({ filesDone, files, bytesDone }: Transfer): string =>
  `Put ${filesDone === files ? plural(files, 'file') : `${filesDone} of ${plural(files, 'file')}`}, ${byteCount(bytesDone)}.`;
