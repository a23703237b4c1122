import { execFile, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { CreateBucketCommand, PutBucketPolicyCommand, S3Client } from '@aws-sdk/client-s3';
import type { S3Location } from '../../main/store/s3.js';
import type { S3Spec } from './open-s3.js';

const script = join(import.meta.dirname, 'ceph-rgw.sh');
/** The script's way to say that this system cannot have Ceph. */
const cannotHave = 3;

export type Keys = S3Spec['keys'];

/** A real S3 server of our own: a one-node Ceph with its gateway, on this computer alone, gone with the tests that use it. */
export class Ceph {
  readonly owner: Keys = {
    accessKeyId: 'CITESTACCESSKEY00001',
    secretAccessKey: 'ci-test-secret-key-0123456789abcdefghijkl',
  };
  readonly reader: Keys = {
    accessKeyId: 'CITESTACCESSKEY00002',
    secretAccessKey: 'ci-read-secret-key-0123456789abcdefghijkl',
  };
  readonly endpoint: string;
  readonly secureEndpoint: string;
  readonly #folder: string;
  readonly #env: NodeJS.ProcessEnv;
  #buckets = 0;

  constructor() {
    this.#folder = mkdtempSync(join(tmpdir(), 'vault-ceph-')); // short: the daemons make sockets in it
    // Below the ports that systems hand out; processes that run side by side have neighbouring numbers.
    const port = 20_000 + (process.pid % 240) * 50;
    this.endpoint = `http://127.0.0.1:${String(port)}`;
    this.secureEndpoint = `https://localhost:${String(port + 1)}`;
    this.#env = {
      ...process.env,
      CEPH_RGW_DIR: join(this.#folder, 'c'),
      CEPH_RGW_PORT: String(port),
      CEPH_RGW_TLS_PORT: String(port + 1),
      CEPH_MON_PORT: String(port + 2),
      CEPH_OSD_PORTS: `${String(port + 5)}-${String(port + 45)}`,
      CEPH_RGW_STORE: 'memstore',
      CEPH_RGW_SIZE: String(4 * 1024 ** 3),
      CEPH_RGW_ACCESS_KEY: this.owner.accessKeyId,
      CEPH_RGW_SECRET_KEY: this.owner.secretAccessKey,
    };
  }

  get certificateAuthority(): string {
    return readFileSync(join(this.#folder, 'c/tls.crt'), 'utf8');
  }

  /** Runs one command of the script. */
  async run(...args: string[]): Promise<void> {
    await promisify(execFile)('bash', [script, ...args], { env: this.#env, timeout: 600_000 });
  }

  async start(): Promise<void> {
    await this.run('start');
    // Whatever becomes of the tests, nothing stays behind.
    spawn('bash', [script, 'guard', String(process.pid)], { env: this.#env, detached: true, stdio: 'ignore' }).unref();
    await this.run('user', 'reader', this.reader.accessKeyId, this.reader.secretAccessKey);
  }

  async stop(): Promise<void> {
    await this.run('purge');
    rmSync(this.#folder, { recursive: true, force: true });
  }

  client(options: Readonly<{ maxAttempts?: number }> = {}): S3Client {
    process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true';
    const { endpoint, owner: credentials } = this;
    return new S3Client({ endpoint, region: 'us-east-1', forcePathStyle: true, credentials, ...options });
  }

  /** A new bucket, which the reader may read unless told otherwise. */
  async newBucket({ readable = true } = {}): Promise<S3Location> {
    this.#buckets += 1;
    const bucket = `bucket-${String(this.#buckets)}`;
    const Policy = JSON.stringify({
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Principal: { AWS: ['arn:aws:iam:::user/reader'] },
          Action: ['s3:ListBucket', 's3:GetObject'],
          Resource: [`arn:aws:s3:::${bucket}`, `arn:aws:s3:::${bucket}/*`],
        },
      ],
    });
    const client = this.client();
    await client.send(new CreateBucketCommand({ Bucket: bucket }));
    if (readable) await client.send(new PutBucketPolicyCommand({ Bucket: bucket, Policy }));
    client.destroy();
    return { endpoint: this.endpoint, region: 'us-east-1', bucket };
  }
}

/** Starts one for the test file that asks, or tells why this system cannot have one: the tests are then skipped for that reason. */
export async function startCeph(): Promise<Ceph | string> {
  if (process.platform !== 'linux') return 'Ceph, a real S3 server, runs on Linux only';
  const ceph = new Ceph();
  try {
    await ceph.start();
    return ceph;
  } catch (error) {
    const { code, stderr } = error as { code?: number; stderr?: string };
    await ceph.stop();
    if (code === cannotHave) return stderr?.trim().split('\n').at(-1) ?? 'this system cannot have Ceph';
    throw error;
  }
}
