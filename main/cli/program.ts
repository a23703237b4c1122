import { Command, CommanderError } from 'commander';
import { defineCoretexCommands } from './commands/coretex.js';
import { defineDoctorCommand } from './commands/doctor.js';
import { defineFileCommands } from './commands/file.js';
import { defineInitCommand } from './commands/init.js';
import { defineKeyCommands } from './commands/key.js';
import { defineMoveCommand } from './commands/move.js';
import { defineNodeCommands } from './commands/node.js';
import { definePersonCommands } from './commands/person.js';
import { defineProjectCommands } from './commands/project.js';
import { defineRunCommand } from './commands/run.js';
import { defineSecretCommands } from './commands/secret.js';
import { defineStoreCommands } from './commands/store.js';
import { defineSyncCommand } from './commands/sync.js';
import { defineTransportCommands } from './commands/transport.js';
import { CommandContext, type GlobalOptions } from './context.js';
import { UsageError, type Output } from './output.js';

const exitCodesHelp = `
Exit codes: 0 done, 1 failed, 2 usage, 3 wrong passphrase, 4 damaged or forged data,
5 not allowed, 6 not found, 7 offline. docs/command.md describes everything.`;

/** Runs the command that `words` name. Throws VaultError or {@link UsageError}. */
export async function runProgram(words: readonly string[], output: Output, signal: AbortSignal): Promise<void> {
  const program = new Command('vault')
    .description('Coretex Vault: credentials and projects, encrypted before they leave this computer.')
    // Options of the program itself are recognised anywhere among the words, which is what "accepted by every command" needs.
    .option('--vault <dir>', 'the local profile (default: VAULT_DIR, or the one of the app)')
    .option(
      '--passphrase-file <file>',
      'read the passphrase from this file, up to one final newline; - is standard input',
    )
    .option('--json', 'answer in JSON, errors too')
    .addHelpText('after', exitCodesHelp)
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({ outputError: () => undefined, ...(output.json && { writeErr: () => undefined }) })
    .exitOverride();
  const context = new CommandContext(output, signal, () => program.opts<GlobalOptions>());
  for (const define of commands) define(program, context);
  try {
    await program.parseAsync(words, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    settleUsage(error);
  }
}

const commands: readonly ((program: Command, context: CommandContext) => void)[] = [
  defineInitCommand,
  defineKeyCommands,
  defineSecretCommands,
  defineProjectCommands,
  defineFileCommands,
  definePersonCommands,
  defineNodeCommands,
  defineRunCommand,
  defineStoreCommands,
  defineDoctorCommand,
  defineMoveCommand,
  defineSyncCommand,
  defineTransportCommands,
  defineCoretexCommands,
];

/** Help that was asked for is no failure; help instead of a missing word is one. */
function settleUsage(error: CommanderError): void {
  if (error.exitCode === 0) return;
  if (error.code === 'commander.help') throw new UsageError('Which command? The list is above, or in `vault --help`.');
  throw new UsageError(error.message.replace(/^error: /, ''));
}
