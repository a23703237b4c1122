import type { ChildProcess } from 'node:child_process';
import { constants } from 'node:os';
import { statField } from './process-identity.js';

const passedOn: readonly NodeJS.Signals[] =
  process.platform === 'win32'
    ? ['SIGINT', 'SIGHUP']
    : ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT', 'SIGUSR1', 'SIGUSR2', 'SIGWINCH', 'SIGCONT'];
const endings: ReadonlySet<NodeJS.Signals> = new Set(['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT']);
const keyboard: ReadonlySet<NodeJS.Signals> = new Set(['SIGINT', 'SIGQUIT']);

export const exitCodeOfSignal = (signal: NodeJS.Signals): number => 128 + constants.signals[signal];

/**
 * From now on signals are the child's: takes them from whoever listened and passes them on to what `startChild` starts. When the
 * child has ended and only its output is still being read, a signal that ends programs ends this one.
 */
export function passSignalsTo(startChild: () => ChildProcess): ChildProcess {
  const started: { child?: ChildProcess } = {};
  for (const signal of passedOn) {
    const before = process.rawListeners(signal);
    process.on(signal, () => {
      const { child } = started;
      if (child === undefined) return;
      const ended = child.exitCode !== null || child.signalCode !== null;
      if (!ended && !cameToBoth(signal)) child.kill(signal);
      if (ended && endings.has(signal)) dieBy(signal);
    });
    // only now: with its last listener gone for a moment, a signal that came already but was not told yet would be lost
    for (const listener of before) process.off(signal, listener as () => void);
  }
  // started in this same turn, so whatever comes from here on is told when there is a child
  return (started.child = startChild());
}

/**
 * What is typed on a terminal (Ctrl-C, Ctrl-\) goes to all processes in its foreground, the child among them: passed on, it would
 * arrive twice, which many programs take for impatience.
 */
const cameToBoth = (signal: NodeJS.Signals): boolean => keyboard.has(signal) && isInForeground();

function isInForeground(): boolean {
  const group = statField('self', 5);
  const foreground = statField('self', 8);
  if (group === undefined || foreground === undefined) return process.stdin.isTTY || process.stderr.isTTY;
  return group === foreground;
}

/** A write that nobody reads would hold up an orderly exit. */
function dieBy(signal: NodeJS.Signals): void {
  process.removeAllListeners(signal);
  process.kill(process.pid, signal);
}
