import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { build } from 'esbuild';

const root = join(import.meta.dirname, '../../../..');
// Below the checkout, so that the packages that are not bundled are found.
const bundled = join(root, 'out/test/children', `move-${process.pid}.cjs`);

export const bundleMoveProcess = async (): Promise<void> => {
  await build({
    entryPoints: [join(import.meta.dirname, 'move-child.ts')],
    outfile: bundled,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    external: ['electron', '@node-rs/argon2', '@github/keytar', 'keytar', '@aws-sdk/client-s3'],
    define: { __WORKER_FOLDER__: JSON.stringify(join(root, 'out/test/workers')) },
    logLevel: 'error',
  });
};

/** Runs a move in a process of its own, and kills it (`kill -9`) that long after it began to copy. True when it ended before. */
export const runMove = async (
  words: readonly [profileDir: string, passphrase: string, target: string],
  killAfterMs?: number,
): Promise<boolean> => {
  const child = spawn(process.execPath, [bundled, ...words], { stdio: ['ignore', 'pipe', 'inherit'] });
  const closed = new Promise<void>((resolve) => child.on('close', () => resolve()));
  let moved = false;
  for await (const line of createInterface({ input: child.stdout })) {
    if (line.startsWith('failed ')) throw new Error(line);
    if (line === 'moved') moved = true;
    if (line === 'moving' && killAfterMs !== undefined) setTimeout(() => child.kill('SIGKILL'), killAfterMs);
  }
  await closed;
  return moved;
};
