/** Derives coretex-suite keys as the product does, worker thread and all: argument {bits, passphrases}, answers [milliseconds]. */
import { SecretBytes } from '../../main/crypto/secret-bytes.js';
import type { KeySize } from '../../app/model/account.js';
import { deriveMasterKey } from '../../main/engine/derive-master-key.js';

const main = async (): Promise<void> => {
  const { bits, passphrases } = JSON.parse(process.argv[2] ?? '') as { bits: KeySize; passphrases: string[] };
  const times: number[] = [];
  for (const text of ['warm up', ...passphrases]) {
    const passphrase = SecretBytes.take(Buffer.from(text));
    const started = performance.now();
    const key = await deriveMasterKey(passphrase, { suite: 'coretex', bits });
    times.push(performance.now() - started);
    key.dispose();
  }
  console.log(JSON.stringify(times.slice(1)));
};

void main();
