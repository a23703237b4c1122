/**
 * A process that opens a vault, uses a project and a secret, and locks; it stands still in between for its memory to be searched.
 * Arguments: profile folder, a file with the passphrase, a file to encrypt. One byte of standard input lets it go on.
 */
import { readFileSync, readSync, writeSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { SecretBytes } from '../../main/crypto/secret-bytes.js';
import { judgePassphrase } from '../../main/vault/account/passphrase-strength.js';
import { session } from '../../main/vault/session.js';

const standStill = (where: string): void => {
  writeSync(1, `${where}\n`);
  readSync(0, Buffer.alloc(1));
};

const main = async (): Promise<void> => {
  const [profileDir = '', passphraseFile = '', source = ''] = process.argv.slice(2);
  const passphrase = SecretBytes.take(readFileSync(passphraseFile));
  await judgePassphrase(passphrase, 'vault');
  const vault = await session.unlockVault(profileDir, passphrase);
  passphrase.dispose();
  await vault.refresh();
  const project = vault.projects.resolve('secret project');
  await vault.files.upload(project.id, '', [source]).finished;
  for (const file of vault.files.list(project.id)) {
    await vault.files.readRange(project.id, file.id, { start: 0, endExclusive: 64 });
  }
  standStill('unlocked');
  await vault.lock();
  await setTimeout(1_500); // the thread that judged the passphrase ends a second after its last answer
  standStill('locked');
};

void main();
