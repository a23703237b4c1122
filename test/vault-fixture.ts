import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import type { KeySize, Suite } from '../app/model/account.js';
import { SecretBytes } from '../main/crypto/secret-bytes.js';
import { session } from '../main/vault/session.js';
import type { Vault } from '../main/vault/vault.js';

export const testPassphrase = 'seven quiet herons read old maps at dusk';

export const passphraseBytes = (text = testPassphrase): SecretBytes => SecretBytes.take(Buffer.from(text));

const folders: string[] = [];

afterAll(async () => {
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true });
});

/** A folder of this test file's own, removed when the file is done. */
export const temporaryFolder = async (): Promise<string> => {
  const folder = await mkdtemp(join(tmpdir(), 'coretex-vault-test-'));
  folders.push(folder);
  return folder;
};

export type NewVault = Readonly<{ vault: Vault; profileDir: string; storeDir: string }>;

/** A real vault with a 2048-bit key (the smallest, so that tests stay quick) in fresh folders, or in a given store. */
export const newVault = async (
  options: { storeDir?: string; name?: string; suite?: Suite; bits?: KeySize; passphrase?: string } = {},
): Promise<NewVault> => {
  const folder = await temporaryFolder();
  const storeDir = options.storeDir ?? join(folder, 'store');
  const profileDir = join(folder, 'profile');
  using passphrase = passphraseBytes(options.passphrase);
  const vault = await session.createVault({
    profileDir,
    location: { kind: 'directory', path: storeDir },
    name: options.name ?? 'Ada',
    passphrase,
    suite: options.suite ?? 'vault',
    bits: options.bits ?? 2048,
  });
  return { vault, profileDir, storeDir };
};

export const unlock = async (profileDir: string, passphrase?: string): Promise<Vault> => {
  using bytes = passphraseBytes(passphrase);
  return await session.unlockVault(profileDir, bytes);
};
