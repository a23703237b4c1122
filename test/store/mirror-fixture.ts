import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { VaultError } from '../../app/errors.js';
import type { FeedSigner } from '../../main/store/mirror/mirror.js';
import { type MirrorOptions, MirroredStore } from '../../main/store/mirror/mirrored-store.js';
import type { Store } from '../../main/store/store.js';

/** Stands for the accounts of a vault: whoever knows the word is a member. */
export const signerOf = (author: string, word = 'members'): FeedSigner => {
  const mark = (payload: string): string => createHash('sha256').update(word).update(payload).digest('base64url');
  return {
    sign: (payload) => {
      const text = Buffer.from(JSON.stringify({ ...payload, author })).toString('base64url');
      return Promise.resolve(`header.${text}.${mark(text)}`);
    },
    verify: (entry) => {
      const [, text = '', signature] = entry.split('.');
      if (signature !== mark(text)) return Promise.reject(new VaultError('damaged'));
      return Promise.resolve(JSON.parse(Buffer.from(text, 'base64url').toString()) as unknown);
    },
  };
};

/** Mirrors of one test, each in a folder of its own; `dispose` closes them and removes the folders. */
export class Mirrors {
  readonly #open: MirroredStore[] = [];
  readonly #folders: string[] = [];

  folder(): string {
    const folder = mkdtempSync(join(tmpdir(), 'vault-mirror-'));
    this.#folders.push(folder);
    return folder;
  }

  /** @param author who announces; nobody when null */
  async of(
    remote: Store,
    { author = 'somebody', folder = this.folder(), ...more }: { author?: string | null } & Partial<MirrorOptions> = {},
  ): Promise<MirroredStore> {
    const pauses = { firstMs: 0, longestMs: 0 };
    const mirror = await MirroredStore.open({
      folder,
      label: 'far',
      remote: () => Promise.resolve(remote),
      pauses,
      ...more,
    });
    if (author !== null) mirror.announceAs(signerOf(author));
    this.#open.push(mirror);
    return mirror;
  }

  async dispose(): Promise<void> {
    for (const mirror of this.#open.splice(0)) await mirror.close();
    for (const folder of this.#folders.splice(0)) rmSync(folder, { recursive: true, force: true });
  }
}
