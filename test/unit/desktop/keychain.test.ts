import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { SecretBytes } from '../../../main/crypto/secret-bytes.js';
import { openKeychain } from '../../../main/desktop/keychain.js';
import { type Keytar, openSystemKeychain } from '../../../main/vault/keychain/system-keychain.js';
import { keyringStoredInClear } from '../../../main/vault/keychain/plain-keyring.js';

const memoryKeytar = () => {
  const kept = new Map<string, string>();
  const keytar: Keytar = {
    getPassword: (service, account) => Promise.resolve(kept.get(`${service}/${account}`) ?? null),
    setPassword: (service, account, password) => {
      kept.set(`${service}/${account}`, password);
      return Promise.resolve();
    },
    deletePassword: (service, account) => Promise.resolve(kept.delete(`${service}/${account}`)),
  };
  return { kept, keytar };
};

const open = (keytar: Partial<Keytar>, inClear = false) =>
  openKeychain(
    openSystemKeychain({
      load: () => Promise.resolve({ ...memoryKeytar().keytar, ...keytar }),
      storedInClear: () => Promise.resolve(inClear),
      answerMs: 30,
      promptMs: 30,
    }),
  );

const failing = (message: string) => open({ getPassword: () => Promise.reject(new Error(message)) });
const never = () => new Promise<never>(() => undefined);

describe('the keychain', () => {
  it('keeps a key and gives it back', async () => {
    const { kept, keytar } = memoryKeytar();
    const keychain = open(keytar);
    const key = SecretBytes.random(32);
    await keychain.put('ada', key);
    expect([...kept]).toEqual([['Coretex Vault/ada', key.bytes.toString('base64')]]);
    expect((await keychain.get('ada'))?.equals(key)).toBe(true);
    await keychain.remove('ada');
    expect(await keychain.get('ada')).toBeNull();
  });

  it('that never answers ends with keychain-timeout', async () => {
    const keychain = open({ getPassword: never, setPassword: never, deletePassword: never });
    await expect(keychain.get('ada')).rejects.toMatchObject({ code: 'keychain-timeout' });
    await expect(keychain.put('ada', SecretBytes.random(32))).rejects.toMatchObject({ code: 'keychain-timeout' });
    await expect(keychain.remove('ada')).rejects.toMatchObject({ code: 'keychain-timeout' });
    expect(await keychain.state()).toMatchObject({ available: false });
  });

  it('that takes a key and keeps nothing is locked', async () => {
    const keychain = open({ setPassword: () => Promise.resolve() });
    await expect(keychain.put('ada', SecretBytes.random(32))).rejects.toMatchObject({ code: 'keychain-locked' });
  });

  it('promise: the key is never given to a keyring that is stored in clear', async () => {
    const { kept, keytar } = memoryKeytar();
    const keychain = open(keytar, true);
    await expect(keychain.put('ada', SecretBytes.random(32))).rejects.toMatchObject({ code: 'keychain-unavailable' });
    expect(kept.size).toBe(0);
    expect(await keychain.state()).toMatchObject({
      available: false,
      reason: expect.stringContaining('no password') as string,
    });
  });

  it('that holds something else is said to be damaged', async () => {
    const keychain = open({ getPassword: () => Promise.resolve('c2hvcnQ=') });
    await expect(keychain.get('ada')).rejects.toMatchObject({ code: 'damaged' });
  });

  it.each([
    ['libsecret-1.so.0: cannot open shared object file', 'libsecret'],
    ['The name org.freedesktop.secrets was not provided by any .service files', 'No keychain service'],
    ['Cannot autolaunch D-Bus without X11 $DISPLAY', 'no message bus'],
    ['Could not connect: No such file or directory', 'no message bus'],
    ['Object does not exist at path “/org/freedesktop/secrets/aliases/default”', 'no keyring yet'],
  ])('says %j in plain words', async (message, words) => {
    const { available, reason } = await failing(message).state();
    expect(available).toBe(false);
    expect(reason).toContain(words);
    expect(reason).not.toMatch(/org\.freedesktop|\.so|autolaunch/);
  });

  it('is asked for its state once, not at every look', async () => {
    const getPassword = vi.fn(() => Promise.resolve(null));
    const keychain = open({ getPassword });
    await keychain.state();
    await keychain.state();
    expect(getPassword).toHaveBeenCalledTimes(1);
  });
});

describe.runIf(process.platform === 'linux')('a GNOME keyring', () => {
  const folder = () => mkdtempSync(join(tmpdir(), 'keyrings-'));

  it('without a password is recognised', async () => {
    const dir = folder();
    writeFileSync(join(dir, 'default'), 'Default_keyring\n');
    writeFileSync(join(dir, 'Default_keyring.keyring'), '[keyring]\ndisplay-name=Default\n');
    expect(await keyringStoredInClear(dir)).toBe(true);
  });

  it('with a password, or none at all, is not', async () => {
    const dir = folder();
    expect(await keyringStoredInClear(dir)).toBe(false);
    writeFileSync(join(dir, 'login.keyring'), 'GnomeKeyring\n\r\0\n');
    expect(await keyringStoredInClear(dir)).toBe(false);
  });
});
