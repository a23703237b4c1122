/** Unlocks a vault of many secrets and searches it. Argument {make, profileDir, storeDir}, answers milliseconds of each step. */
import type { SecretDraft } from '../../app/model/secret.js';
import { SecretBytes } from '../../main/crypto/secret-bytes.js';
import { session } from '../../main/vault/session.js';

type Request = { make: number; profileDir: string; storeDir: string };

const passphrase = (): SecretBytes => SecretBytes.take(Buffer.from('seven quiet herons read old maps at dusk'));

const draft = (n: number): SecretDraft => ({
  type: 'credentials',
  name: `Service number ${n}`,
  tags: [`team-${n % 20}`],
  fields: { username: `user${n}@example.org`, password: `p${n}-${n * 7919}`, url: `https://service-${n}.example.org/` },
});

const make = async ({ make: count, profileDir, storeDir }: Request): Promise<object> => {
  using words = passphrase();
  const location = { kind: 'directory', path: storeDir } as const;
  const vault = await session.createVault({
    profileDir,
    location,
    name: 'Bench',
    passphrase: words,
    suite: 'vault',
    bits: 3072,
  });
  const started = performance.now();
  await vault.secrets.addAll(Array.from({ length: count }, (_, n) => draft(n)));
  const addMs = performance.now() - started;
  await vault.lock();
  return { addMs };
};

const measure = async ({ profileDir }: Request): Promise<object> => {
  using words = passphrase();
  const times: number[] = [performance.now()];
  const mark = (): number => times.push(performance.now());
  const vault = await session.unlockVault(profileDir, words);
  const listed = vault.secrets.list().length;
  mark();
  vault.secrets.search('service 999');
  mark();
  vault.secrets.search('user77 example');
  mark();
  await vault.refresh();
  mark();
  await vault.lock();
  const [unlockMs, firstSearchMs, searchMs, refreshMs] = times.slice(1).map((time, at) => time - (times[at] ?? 0));
  return { listed, unlockMs, firstSearchMs, searchMs, refreshMs };
};

const main = async (): Promise<void> => {
  const request = JSON.parse(process.argv[2] ?? '') as Request;
  console.log(JSON.stringify(await (request.make > 0 ? make(request) : measure(request))));
};

void main();
