/** Vault: from the passphrase to the list of 10,000 secrets, key derivation included, and searching them. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { median } from './rounds.mjs';
import { prepareTask } from './task-process.mjs';

const secrets = 10_000;
const rounds = 5;

/** @param {import('../../build/bench.mjs').Bench} bench */
export default async function vault({ say }) {
  const task = await prepareTask('vault-task');
  const folder = mkdtempSync(join(tmpdir(), 'coretex-vault-bench-'));
  const request = { make: secrets, profileDir: join(folder, 'profile'), storeDir: join(folder, 'store') };
  try {
    const { addMs } = await task(request);
    say(`adding ${secrets} secrets: ${(addMs / 1000).toFixed(1)} s`);
    /** @type {Record<string, number>[]} */ const runs = [];
    for (let round = 0; round < rounds; round += 1) runs.push(await task({ ...request, make: 0 }));
    const of = (/** @type {string} */ name) => median(runs.map((run) => run[name] ?? Number.NaN)).toFixed(0);
    say(`unlock to list of ${secrets}: ${of('unlockMs')} ms (aim 1500), the key derivation with it`);
    say(`first search: ${of('firstSearchMs')} ms, next: ${of('searchMs')} ms (aim 50)`);
    say(`refresh with nothing new: ${of('refreshMs')} ms`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
