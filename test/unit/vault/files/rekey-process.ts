import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { build } from 'esbuild';

const root = join(import.meta.dirname, '../../../..');
// Below the checkout, so that the packages that are not bundled are found.
const bundled = join(root, 'out/test/children', `rekey-${process.pid}.cjs`);

export const bundleRekeyProcess = async (): Promise<void> => {
  await build({
    entryPoints: [join(import.meta.dirname, 'rekey-child.ts')],
    outfile: bundled,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    external: ['electron', '@node-rs/argon2', 'keytar'],
    define: { __WORKER_FOLDER__: JSON.stringify(join(root, 'out/test/workers')) },
    logLevel: 'error',
  });
};

export type RekeyRequest = Readonly<{ profileDir: string; passphrase: string; projectId: string }>;

/** Re-encrypts in a process of its own, and kills it (`kill -9`) that long after it began. True when it came to its end first. */
export const runRekey = async (request: RekeyRequest, killAfterMs: number): Promise<boolean> => {
  const { profileDir, passphrase, projectId } = request;
  const child = spawn(process.execPath, [bundled, profileDir, passphrase, projectId], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const closed = new Promise<void>((resolve) => child.on('close', () => resolve()));
  let ended = false;
  for await (const line of createInterface({ input: child.stdout })) {
    if (line.startsWith('failed ')) throw new Error(line);
    if (line === 'begun') setTimeout(() => child.kill('SIGKILL'), killAfterMs);
    if (line === 'ended') ended = true;
  }
  await closed;
  return ended;
};
