import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { build } from 'esbuild';
import type { Transfer } from '../../../app/model/project.js';

const root = join(import.meta.dirname, '../../..');
// Below the checkout, so that the packages that are not bundled are found.
const bundled = join(root, 'out/test/children', `upload-${process.pid}.cjs`);

export type UploadRequest = Readonly<{
  profileDir: string;
  passphrase: string;
  projectId: string;
  folder?: string;
  sources: readonly string[];
}>;

export type UploadEnd = Readonly<{ ends: Transfer[]; ms: number; peakKib: number }>;
/** `end` is null when it was killed before it ended; `acknowledged` is the last count of finished files that it told. */
export type UploadProcess = Readonly<{ end: UploadEnd | null; acknowledged: number; uploadedMs: number }>;

export const bundleUploadProcess = async (): Promise<void> => {
  await build({
    entryPoints: [join(import.meta.dirname, 'upload-child.ts')],
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

/** Runs an upload in a process of its own, and kills it (`kill -9`) that long after it began to upload. */
export const runUpload = async (request: UploadRequest, killAfterMs?: number): Promise<UploadProcess> => {
  const { profileDir, passphrase, projectId, folder = '', sources } = request;
  const child = spawn(process.execPath, [bundled, profileDir, passphrase, projectId, folder, ...sources], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const closed = new Promise<void>((resolve) => child.on('close', () => resolve()));
  let end: UploadEnd | null = null;
  let acknowledged = 0;
  let began = 0;
  for await (const line of createInterface({ input: child.stdout })) {
    if (line.startsWith('failed ')) throw new Error(line);
    if (line.startsWith('acknowledged ')) acknowledged = Number(line.slice('acknowledged '.length));
    if (line.startsWith('ended ')) end = JSON.parse(line.slice('ended '.length)) as UploadEnd;
    if (line === 'uploading') {
      began = performance.now();
      if (killAfterMs !== undefined) setTimeout(() => child.kill('SIGKILL'), killAfterMs);
    }
  }
  await closed;
  return { end, acknowledged, uploadedMs: performance.now() - began };
};
