import { spawn, type ChildProcess } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { VaultError } from '../../../app/errors.js';
import { DescriptorWriter } from './descriptor-writer.js';
import type { Environment } from './environment.js';
import { passOnMasked } from './masked-stream.js';
import type { PatternSearch } from './pattern-search.js';
import { exitCodeOfSignal, passSignalsTo } from './signals.js';

export type ChildJob = Readonly<{
  command: string;
  words: readonly string[];
  environment: Environment;
  /** undefined: where we are */
  folder: string | undefined;
  /** null: the child writes to our own output itself, unmasked */
  search: PatternSearch | null;
  /** called at once when the child has ended, however */
  onEnd: () => void;
}>;

/** What shells answer for a program that could not be started. */
export class NotStarted extends Error {
  override readonly name = 'NotStarted';
  constructor(
    readonly exitCode: 126 | 127,
    readonly reason: VaultError,
  ) {
    super(reason.message);
  }
}

/** How long output must have been silent, after the child has ended, until what it left running in the background is left alone. */
const silenceMs = 500;
const stepMs = 20;

/** Runs a program to its end and gives its exit code, 128 + the signal's number for a signal. Throws {@link NotStarted}, VaultError. */
export async function runChild(job: ChildJob): Promise<number> {
  const child = passSignalsTo(() => start(job));
  const output = job.search === null ? null : passOnOutput(child, job.search);
  const exitCode = await endOf(child, job);
  await output?.finished();
  return exitCode;
}

function start({ command, words, environment, folder, search }: ChildJob): ChildProcess {
  const output = search === null ? 'inherit' : 'pipe';
  try {
    return spawn(command, words, { env: environment, cwd: folder, stdio: ['inherit', output, output] });
  } catch (error) {
    throw spawnFailure(error, command);
  }
}

function endOf(child: ChildProcess, { command, onEnd }: ChildJob): Promise<number> {
  return new Promise((resolve, reject) => {
    child.on('error', (error) => {
      // also told of a signal that could not be sent; then the child goes on
      if (child.pid !== undefined) return;
      onEnd();
      reject(spawnFailure(error, command));
    });
    child.on('exit', (code, signal) => {
      onEnd();
      resolve(code ?? (signal === null ? 1 : exitCodeOfSignal(signal)));
    });
  });
}

function spawnFailure(error: unknown, command: string): Error {
  const code = (error as NodeJS.ErrnoException).code;
  if (code === 'ENOENT' || code === 'ENOTDIR') {
    return new NotStarted(127, new VaultError('not-found', `There is no program ${command}.`));
  }
  if (code === 'E2BIG') {
    return new VaultError('invalid-input', 'That is more than an environment can hold. Leave out --env.');
  }
  return new NotStarted(126, new VaultError('not-allowed', `${command} cannot be run (${code ?? 'unknown'}).`));
}

function passOnOutput(child: ChildProcess, search: PatternSearch): { finished: () => Promise<void> } {
  const sources = [child.stdout, child.stderr].filter((source) => source !== null);
  const writers = [new DescriptorWriter(1), new DescriptorWriter(2)] as const;
  let heard = Date.now();
  let open = sources.length;
  const passed = sources.map(async (source, which) => {
    await passOnMasked(source, writers[which] ?? writers[0], search, () => (heard = Date.now()));
    open -= 1;
  });
  const all = Promise.all(passed);
  all.catch(() => undefined); // told by `finished`, when the child has ended
  const finished = async (): Promise<void> => {
    heard = Date.now();
    while (open > 0 && Date.now() - heard < silenceMs) {
      await Promise.race([all, sleep(stepMs)]);
      if (writers.some(({ busy }) => busy)) heard = Date.now();
    }
    for (const source of sources) source.destroy();
    await all;
  };
  return { finished };
}
