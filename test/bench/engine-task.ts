/**
 * One job of the file engine in a process of its own, so that its memory can be measured and Electron's Node can run it:
 * `engine-task.cjs '{"task":"encrypt",…}'`. Prints one JSON line.
 */
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { VaultError } from '../../app/errors.js';
import { deriveFileKeys } from '../../main/crypto/file-keys.js';
import { SecretBytes } from '../../main/crypto/secret-bytes.js';
import { sealContainer } from '../../main/crypto/whole-container.js';
import { FileEngine, type EncryptedFile } from '../../main/engine/file-engine.js';
import {
  sha256Hex,
  vectorIdentity,
  vectorIvs,
  vectorPlaintext,
  type ContainerVector,
} from '../vectors/container-vector.js';

export type Record = Readonly<{ bytes: number; root: string }>;
export type Task =
  | Readonly<{ task: 'encrypt'; source: string; target: string }>
  | Readonly<{ task: 'decrypt'; source: string; target: string; record: Record }>
  | Readonly<{ task: 'verify'; source: string; record: Record }>
  | Readonly<{ task: 'many'; folder: string; count: number }>
  | Readonly<{ task: 'vectors'; vectors: readonly ContainerVector[] }>
  /** encrypts and decrypts with the key (hex), disposes it, and then stays until its standard input ends, engine and all */
  | Readonly<{ task: 'linger'; key: string; source: string; target: string }>;
/** `ms` of the job itself, without starting the process; `peakMiB` of the whole process (VmHWM), where the system tells. */
export type Outcome = Readonly<{ ms: number; peakMiB: number; record?: Record; sealed?: string[] }>;

const identity = { projectId: '0a'.repeat(16), blobId: '0b'.repeat(16), epoch: 1 };
const projectKey = SecretBytes.take(Buffer.alloc(32, 5));
const common = { projectKey, identity, suite: 'vault' } as const;

const toRecord = ({ bytes, root }: EncryptedFile): Record => ({ bytes, root: Buffer.from(root).toString('hex') });
const fromRecord = ({ bytes, root }: Record) => ({ bytes, root: Buffer.from(root, 'hex') });

async function run(engine: FileEngine, task: Task): Promise<Omit<Outcome, 'ms' | 'peakMiB'>> {
  switch (task.task) {
    case 'encrypt':
      return { record: toRecord(await engine.encrypt({ ...common, source: task.source, target: task.target })) };
    case 'decrypt':
      await engine.decrypt({ ...common, source: task.source, target: task.target, ...fromRecord(task.record) });
      return {};
    case 'verify':
      await engine.verify({ ...common, source: task.source, ...fromRecord(task.record) });
      return {};
    case 'many':
      await encryptMany(engine, task.folder, task.count);
      return {};
    case 'linger':
      await useAndDispose(engine, task.key, task.source, task.target);
      return {};
    case 'vectors':
      return { sealed: task.vectors.map(sealVector) };
  }
}

async function useAndDispose(engine: FileEngine, hex: string, source: string, target: string): Promise<void> {
  using key = SecretBytes.take(Buffer.from(hex, 'hex'));
  const own = { ...common, projectKey: key };
  const file = await engine.encrypt({ ...own, source, target });
  await engine.encryptMany([{ ...own, source, target: `${target}.2` }], () => undefined);
  const stored = { ...own, source: target, ...file };
  await engine.decrypt({ ...stored, target: `${target}.3` });
  (await engine.readRange({ ...stored, start: 5, endExclusive: 100 })).fill(0);
}

async function encryptMany(engine: FileEngine, folder: string, count: number): Promise<void> {
  const jobs = Array.from({ length: count }, (_, index) => ({
    ...common,
    identity: { ...identity, blobId: index.toString(16).padStart(32, '0') },
    source: `${folder}/${index}`,
    target: `${folder}/${index}.blob`,
  }));
  let done = 0;
  await engine.encryptMany(jobs, (_index, result) => {
    if (result instanceof VaultError) throw result;
    done++;
  });
  if (done !== count) throw new Error(`${done} of ${count} files`);
}

function sealVector(vector: ContainerVector): string {
  const keys = deriveFileKeys(Buffer.from(vector.projectKey, 'hex'), vector.blobId);
  const options = { segmentBytes: vector.segmentBytes, nextIv: vectorIvs(vector) };
  return sha256Hex(sealContainer(vectorPlaintext(vector), keys, vectorIdentity(vector), options).container);
}

function peakMiB(): number {
  if (process.platform !== 'linux') return Number.NaN;
  return Number(/VmHWM:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'latin1'))?.[1]) / 1024;
}

async function main(): Promise<void> {
  const task = JSON.parse(process.argv[2] ?? '') as Task;
  const started = performance.now();
  const engine = new FileEngine();
  const result = await run(engine, task);
  const outcome: Outcome = { ms: performance.now() - started, peakMiB: peakMiB(), ...result };
  process.stdout.write(`${JSON.stringify(outcome)}\n`);
  if (task.task === 'linger') await once(process.stdin.resume(), 'end');
  await engine.close();
}

void main();
