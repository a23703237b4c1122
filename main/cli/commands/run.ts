import type { Command } from 'commander';
import { VaultError } from '../../../app/errors.js';
import type { Vault } from '../../vault/vault.js';
import type { CommandContext } from '../context.js';
import { UsageError } from '../output.js';
import { NotStarted, runChild, type ChildJob } from '../run/child.js';
import { inFiles, inVariables, passedOn, type Environment } from '../run/environment.js';
import { openSecrets, wipeHandOvers, type HandOver } from '../run/hand-over.js';
import { searchFor } from '../run/mask.js';
import { PrivateFolders } from '../run/private-folders.js';
import { chooseFiles, materialise, projectVariables } from '../run/project-copy.js';
import { writeReceipts } from '../run/receipts.js';
import { parseSecretRequest } from '../run/secret-request.js';

type RunOptions = Readonly<{
  secret: readonly string[];
  project: readonly string[];
  file: readonly string[];
  env?: boolean;
  cwdProject?: boolean;
  mask: boolean;
}>;

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

type Prepared = Pick<ChildJob, 'environment' | 'folder' | 'search'>;

/** SECURITY (promise 9): the vault is locked again, its keys wiped, before the program starts. */
async function prepare(
  context: CommandContext,
  command: string,
  options: RunOptions,
  folders: PrivateFolders,
): Promise<Prepared> {
  const requests = options.secret.map(parseSecretRequest);
  let prepared: Prepared | undefined;
  await context.withVault(async (vault) => {
    const handOvers = await openSecrets(vault.secrets, requests, {
      inEnvironment: options.env ?? false,
      warn: (text) => context.output.warn(text),
    });
    try {
      prepared = await handOverAll({ context, vault, command, options, folders }, handOvers);
    } finally {
      wipeHandOvers(handOvers);
    }
  });
  if (prepared === undefined) throw new VaultError('internal');
  return prepared;
}

type Run = Readonly<{
  context: CommandContext;
  vault: Vault;
  command: string;
  options: RunOptions;
  folders: PrivateFolders;
}>;

async function handOverAll(run: Run, handOvers: readonly HandOver[]): Promise<Prepared> {
  const { context, vault, command, options, folders } = run;
  const requests = options.project.map((project) => chooseFiles(vault, project, options.file));
  await writeReceipts(context, vault, { command, handOvers, projects: requests });
  const copies: { id: string; folder: string }[] = [];
  for (const request of requests) {
    copies.push({ id: request.project.id, folder: await materialise(context, vault, request, folders) });
  }
  return {
    environment: {
      ...passedOn(process.env),
      ...projectVariables(copies),
      ...(await secretVariables(handOvers, options.env ?? false, folders)),
    },
    folder: options.cwdProject === true ? copies[0]?.folder : undefined,
    search: options.mask && handOvers.length > 0 ? searchFor(handOvers.map(({ value }) => value)) : null,
  };
}

async function secretVariables(
  handOvers: readonly HandOver[],
  inEnvironment: boolean,
  folders: PrivateFolders,
): Promise<Environment> {
  if (inEnvironment) return inVariables(handOvers);
  return handOvers.length === 0 ? {} : inFiles(handOvers, await folders.inMemory());
}
