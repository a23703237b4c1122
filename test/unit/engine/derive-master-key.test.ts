import { setTimeout } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { fingerprintHex } from '../../../main/crypto/fingerprint.js';
import type { KdfParameters, MasterKeyParameters } from '../../../main/crypto/keys.js';
import { SecretBytes } from '../../../main/crypto/secret-bytes.js';
import { deriveMasterKey } from '../../../main/engine/derive-master-key.js';
import { spawnWorker } from '../../../main/engine/spawn-worker.js';
import { floorKdf, masterKeyOf } from '../crypto/master-keys.js';

const secret = (text: string): SecretBytes => SecretBytes.take(Buffer.from(text));
const vault: MasterKeyParameters = { suite: 'vault', bits: 2048, kdf: floorKdf };
const code = (expected: string): unknown => expect.objectContaining({ name: 'VaultError', code: expected });

describe('deriveMasterKey', () => {
  it.each([vault, { suite: 'coretex', bits: 2048 } as const])(
    'gives on a worker what it gives here: $suite',
    async (parameters) => {
      using passphrase = secret('correct horse battery staple');
      using derived = await deriveMasterKey(passphrase, parameters);
      using here = await masterKeyOf(parameters.suite);
      expect(derived.publicKeys).toEqual(here.publicKeys);
      // the passphrase stays the caller's
      expect(passphrase.bytes.toString()).toBe('correct horse battery staple');
    },
  );

  it('promise 6: the same passphrase with another salt is another key, in every part', async () => {
    using passphrase = secret('the same for both');
    using one = await deriveMasterKey(passphrase, vault);
    using two = await deriveMasterKey(passphrase, { ...vault, kdf: { ...floorKdf, salt: 'DwAECAwQFBgcICQoLDA0Og' } });
    expect(one.publicKeys.wrap.n).not.toBe(two.publicKeys.wrap.n);
    expect(one.publicKeys.sign).not.toEqual(two.publicKeys.sign);
    expect(fingerprintHex(one.publicKeys)).not.toBe(fingerprintHex(two.publicKeys));
  });

  it('takes a passphrase of 1 MiB', async () => {
    using passphrase = SecretBytes.take(Buffer.alloc(1_048_576, 'long '));
    using key = await deriveMasterKey(passphrase, vault);
    expect(key.bits).toBe(2048);
  });

  it('does not block this thread, and tells how far it is', async () => {
    using passphrase = secret('progress');
    const told: { step: string; fraction: number }[] = [];
    let ticks = 0;
    const ticking = setInterval(() => ticks++, 5);
    using key = await deriveMasterKey(passphrase, vault, { onProgress: (progress) => told.push(progress) });
    clearInterval(ticking);
    expect(key.suite).toBe('vault');
    expect(ticks).toBeGreaterThan(3);
    expect(told[0]).toEqual({ step: 'stretch', fraction: 0 });
    expect(told.at(-1)).toEqual({ step: 'derive', fraction: 1 });
    const order = told.map(({ step, fraction }) => (step === 'stretch' ? 0 : 2) + fraction);
    expect(order).toEqual(order.toSorted((a, b) => a - b));
  });

  it('stops when it is cancelled, before and while it works', async () => {
    using passphrase = secret('cancelled');
    const parameters = { suite: 'coretex', bits: 8192 } as const;
    await expect(deriveMasterKey(passphrase, parameters, { signal: AbortSignal.abort() })).rejects.toEqual(
      code('cancelled'),
    );
    const controller = new AbortController();
    const work = deriveMasterKey(passphrase, parameters, { signal: controller.signal });
    await setTimeout(150);
    const started = performance.now();
    controller.abort();
    await expect(work).rejects.toEqual(code('cancelled'));
    expect(performance.now() - started).toBeLessThan(100);
  });

  it.each([
    { ...floorKdf, memoryKib: 1_024 },
    { ...floorKdf, iterations: 1 },
    { ...floorKdf, memoryKib: 2 ** 31 },
  ] satisfies KdfParameters[])('refuses the parameters $memoryKib KiB, $iterations passes', async (kdf) => {
    using passphrase = secret('any');
    await expect(deriveMasterKey(passphrase, { ...vault, kdf })).rejects.toEqual(code('weak-parameters'));
  });

  it('refuses an empty passphrase', async () => {
    using passphrase = secret('');
    await expect(deriveMasterKey(passphrase, vault)).rejects.toEqual(code('invalid-input'));
  });
});

describe('spawnWorker', () => {
  it('fails with an error event, not silently, when the worker has no bundle', async () => {
    const worker = spawnWorker('no-such-worker' as 'rsa-worker');
    const error = await new Promise((resolve) => worker.once('error', resolve));
    expect(error).toMatchObject({ code: 'MODULE_NOT_FOUND' });
  });
});
