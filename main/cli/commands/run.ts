import type { Command } from 'commander';
import { VaultError } from '../../../app/errors.js';
import type { CommandContext } from '../context.js';
import { UsageError } from '../output.js';
import { NotStarted, runChild } from '../run/child.js';
import { prepare, type RunOptions } from '../run/preparation.js';
import { PrivateFolders } from '../run/private-folders.js';

const collected = (word: string, before: readonly string[]): string[] => [...before, word];

export function defineRunCommand(program: Command, context: CommandContext): void {
  program
    .command('run <command> [args...]')
    .usage('[options] -- COMMAND [ARGS…]')
    .description('run a program with secrets and project files, which are gone when it ends')
    .option('--secret <name=VARIABLE>', 'a secret (or NAME#FIELD) to hand over; repeatable', collected, [])
    .option('--env', 'hand the values over in the environment instead of files in memory')
    .option(
      '-p, --project <project>',
      'a project whose files to bring into a private folder; repeatable',
      collected,
      [],
    )
    .option('--file <path>', 'only this file or folder of the project; repeatable', collected, [])
    .option('--cwd-project', 'run inside the folder of the project')
    .option('--coretex', 'also set what the Coretex library reads: this node’s private key and its project keys')
    .option('--no-mask', 'give the program the terminal itself; what it prints is not masked')
    .action((command: string, words: string[], options: RunOptions) => run(context, [command, ...words], options));
}

async function run(context: CommandContext, words: readonly string[], options: RunOptions): Promise<void> {
  const [command = '', ...rest] = words;
  requireSense(options);
  using folders = new PrivateFolders();
  folders.sweep();
  const prepared = await prepare(context, command, options, folders);
  if (context.signal.aborted) throw new VaultError('cancelled');
  const onEnd = (): void => {
    for (const folder of folders.remove()) context.output.warn(`${folder} could not be removed.`);
  };
  const exitCode = await runChild({ command, words: rest, onEnd, ...prepared }).catch((error: unknown) => {
    if (!(error instanceof NotStarted)) throw error;
    context.output.failure(error.reason);
    return error.exitCode;
  });
  prepared.search?.wipe();
  // The code is the program's own, none of ours, and everything is closed and removed by now.
  process.exit(exitCode);
}

function requireSense({ project, file, cwdProject }: RunOptions): void {
  if (file.length > 0 && project.length !== 1) throw new UsageError('--file goes with exactly one --project.');
  if (cwdProject === true && project.length !== 1)
    throw new UsageError('--cwd-project goes with exactly one --project.');
}
