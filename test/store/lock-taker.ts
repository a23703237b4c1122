import { closeSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { withFolderLock } from '../../main/store/folder-lock.js';

/** Takes the lock of a folder without end, and notes in `log` when it comes in and when it goes out; each line is one write. */
export async function main(open: () => string, [name = '']: string[]): Promise<void> {
  const folder = open();
  const log = openSync(join(folder, 'log'), 'a');
  const note = (what: string): unknown => writeSync(log, `${what} ${name}\n`);
  process.stdout.write('ready\n');
  process.stdin.on('end', () => process.exit()).resume();
  try {
    for (;;) {
      await withFolderLock(folder, async () => {
        note('in');
        await sleep(1);
        note('out');
      });
    }
  } finally {
    closeSync(log);
  }
}
