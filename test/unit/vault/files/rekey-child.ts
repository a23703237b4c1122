/** Run as a process of its own: unlocks a profile and re-encrypts a project with its newest key. Killed at any moment. */
import { SecretBytes } from '../../../../main/crypto/secret-bytes.js';
import { session } from '../../../../main/vault/session.js';

const say = (line: string): void => void process.stdout.write(`${line}\n`);

const main = async (): Promise<void> => {
  const [profileDir = '', passphrase = '', projectId = ''] = process.argv.slice(2);
  const vault = await session.unlockVault(profileDir, SecretBytes.take(Buffer.from(passphrase)));
  say('begun');
  await vault.files.rekey(projectId);
  say('ended');
  await vault.lock();
};

main().catch((error: unknown) => {
  say(`failed ${String(error)}`);
  process.exitCode = 1;
});
