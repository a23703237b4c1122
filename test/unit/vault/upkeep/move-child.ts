/** Run as a process of its own: unlocks a profile and moves its vault to a folder. Killed at any moment. */
import { SecretBytes } from '../../../../main/crypto/secret-bytes.js';
import { session } from '../../../../main/vault/session.js';

const say = (line: string): void => void process.stdout.write(`${line}\n`);

const main = async (): Promise<void> => {
  const [profileDir = '', passphrase = '', target = ''] = process.argv.slice(2);
  const vault = await session.unlockVault(profileDir, SecretBytes.take(Buffer.from(passphrase)));
  say('moving');
  await vault.upkeep.move({ kind: 'directory', path: target });
  say('moved');
  await vault.lock();
};

main().catch((error: unknown) => {
  say(`failed ${String(error)}`);
  process.exitCode = 1;
});
