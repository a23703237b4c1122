import { accessSync, constants, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, expect } from 'vitest';
import { SecretBytes } from '../../../main/crypto/secret-bytes.js';
import { FileEngine, type EncryptJob } from '../../../main/engine/file-engine.js';

/** In memory where the system offers it: these tests write gigabytes and wait for every one of them to be on the disk. */
export function fastFolder(): string {
  try {
    accessSync('/dev/shm', constants.W_OK);
    return '/dev/shm';
  } catch {
    return tmpdir();
  }
}

/** A folder that is empty for each test, and an engine that is shared by the tests of one file. */
export class FileScratch {
  readonly folder = mkdtempSync(join(fastFolder(), 'coretex-vault-files-'));
  readonly engine: FileEngine;
  readonly projectKey = SecretBytes.random(32);
  readonly identity = { projectId: '0a'.repeat(16), blobId: '0b'.repeat(16), epoch: 1 };

  constructor(workers = 2) {
    this.engine = new FileEngine({ workers });
    afterEach(() => {
      for (const name of readdirSync(this.folder)) rmSync(join(this.folder, name), { recursive: true, force: true });
    });
    afterAll(async () => {
      await this.engine.close();
      rmSync(this.folder, { recursive: true, force: true });
    });
  }

  path(name: string): string {
    return join(this.folder, name);
  }

  put(name: string, bytes: Uint8Array): string {
    writeFileSync(this.path(name), bytes);
    return this.path(name);
  }

  /** An encryption of `source` to the file `blob`. */
  job(source: string, more: Partial<EncryptJob> = {}): EncryptJob {
    const { projectKey, identity } = this;
    return { source, target: this.path('blob'), projectKey, identity, suite: 'vault', ...more };
  }

  /** What a decryption, verification or range of the file `blob` needs, given its record. */
  stored(record: Readonly<{ bytes: number; root: Uint8Array }>, suite: 'vault' | 'coretex' = 'vault') {
    const { projectKey, identity } = this;
    return { source: this.path('blob'), projectKey, identity, suite, bytes: record.bytes, root: record.root };
  }

  expectNoLeftovers(): void {
    expect(readdirSync(this.folder).filter((name) => name.endsWith('.part') || name === 'never')).toEqual([]);
  }
}
