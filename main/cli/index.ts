/** The `vault` command: reads its words, runs one command, and leaves with a documented exit code (docs/command.md). */
import { constants } from 'node:os';
import { version } from '../../package.json';
import { exitCodes } from './exit-codes.js';
import { Output } from './output.js';

/** How long to wait for handles that should be closed already, once everything is done. */
const lingerMs = 3_000;

async function main(words: readonly string[]): Promise<number> {
  const output = new Output(words.slice(0, firstTerminator(words)).includes('--json'));
  const [first] = words.filter((word) => word !== '--json');
  if (first === '--version' || first === '-V') {
    output.result({ version }, () => version);
    return exitCodes.done;
  }
  const interruption = new AbortController();
  const signalled = listenForSignals(interruption);
  try {
    const { runProgram } = await import('./program.js');
    await runProgram(words, output, interruption.signal);
    return signalled() ?? exitCodes.done;
  } catch (error) {
    const code = output.failure(error);
    return signalled() ?? interruptedAtPrompt(error) ?? code;
  }
}

const firstTerminator = (words: readonly string[]): number => {
  const index = words.indexOf('--');
  return index === -1 ? words.length : index;
};

/** The first signal ends the work in order, a second one at once. Gives 128 + its number once one came. */
function listenForSignals(interruption: AbortController): () => number | undefined {
  let exitCode: number | undefined;
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(name, () => {
      if (exitCode !== undefined) process.exit(exitCode);
      exitCode = 128 + constants.signals[name];
      interruption.abort();
    });
  }
  return () => exitCode;
}

/** A hidden prompt takes Ctrl-C as a key, not as a signal. */
const interruptedAtPrompt = (error: unknown): number | undefined =>
  error instanceof Error && 'code' in error && error.code === 'cancelled' ? 128 + constants.signals.SIGINT : undefined;

void main(process.argv.slice(2)).then((code) => {
  process.exitCode = code;
  setTimeout(() => process.exit(code), lingerMs).unref();
});
