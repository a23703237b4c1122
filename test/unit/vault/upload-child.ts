/** Run as a process of its own: unlocks a profile and uploads, or goes on with what an earlier run left. Killed at any moment. */
import { SecretBytes } from '../../../main/crypto/secret-bytes.js';
import { session } from '../../../main/vault/session.js';

const say = (line: string): void => void process.stdout.write(`${line}\n`);

const main = async (): Promise<void> => {
  const [profileDir = '', passphrase = '', projectId = '', folder = '', ...sources] = process.argv.slice(2);
  const vault = await session.unlockVault(profileDir, SecretBytes.take(Buffer.from(passphrase)));
  vault.on('transfer', ({ filesDone }) => say(`acknowledged ${filesDone}`));
  const interrupted = vault.files.transfers().filter(({ state }) => state === 'interrupted');
  say('uploading');
  const startedMs = performance.now();
  const runs =
    interrupted.length > 0
      ? interrupted.map(({ id }) => vault.files.resume(id))
      : [vault.files.upload(projectId, folder, sources)];
  const ends = await Promise.all(runs.map(({ finished }) => finished));
  say(`ended ${JSON.stringify({ ends, ms: performance.now() - startedMs, peakKib: process.resourceUsage().maxRSS })}`);
  await vault.lock();
};

main().catch((error: unknown) => {
  say(`failed ${String(error)}`);
  process.exitCode = 1;
});
