import fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { KdfParameters } from '../../../main/crypto/keys.js';
import {
  calibrateKdf,
  checkKdfParameters,
  checkPassphrase,
  kdfFloor,
  maxPassphraseBytes,
  normalizePassphrase,
  stretchPassphrase,
} from '../../../main/crypto/passphrase-stretch.js';
import { floorKdf } from './master-keys.js';

const weak: unknown = expect.objectContaining({ name: 'VaultError', code: 'weak-parameters' });
const invalid: unknown = expect.objectContaining({ name: 'VaultError', code: 'invalid-input' });

describe('promise 4: a store that offers weaker KDF parameters is refused', () => {
  it('takes the floor and the ceiling', () => {
    checkKdfParameters(floorKdf);
    checkKdfParameters({ ...floorKdf, memoryKib: 4_194_304, iterations: 64 });
  });

  it.each([
    { memoryKib: 65_535 },
    { memoryKib: 0 },
    { memoryKib: -65_536 },
    { memoryKib: 65_536.5 },
    { memoryKib: Number.NaN },
    { memoryKib: '65536' },
    { memoryKib: 4_194_305 },
    { memoryKib: Number.POSITIVE_INFINITY },
    { iterations: 2 },
    { iterations: 65 },
    { iterations: 1e300 },
    { parallelism: 4 },
    { alg: 'argon2i' },
    { alg: 'pbkdf2' },
    { salt: '' },
    { salt: 'AAECAwQFBgcICQoLDA0O' },
    { salt: 'AAECAwQFBgcICQoLDA0ODx' },
    { salt: 'AAECAwQFBgcICQoLDA0OD+' },
    { salt: null },
  ])('refuses %o', (change) => {
    const kdf = { ...floorKdf, ...change } as KdfParameters;
    expect(() => checkKdfParameters(kdf)).toThrow(weak);
    expect(() => stretchPassphrase(Buffer.from('any'), kdf)).toThrow(weak);
  });
});

describe('passphrases', () => {
  it('may not be empty or past 1 MiB', () => {
    expect(() => checkPassphrase(Buffer.alloc(0))).toThrow(invalid);
    expect(() => checkPassphrase(Buffer.alloc(maxPassphraseBytes + 1))).toThrow(invalid);
    checkPassphrase(Buffer.alloc(maxPassphraseBytes));
    expect(() => stretchPassphrase(Buffer.alloc(0), floorKdf)).toThrow(invalid);
  });

  it.each([
    ['ﬁne', 'fine'],
    ['Å', '\u00c5'],
    ['A\u030a', '\u00c5'],
    ['①', '1'],
    ['ｆｕｌｌ', 'full'],
    [' spaces  and\ttabs\n', ' spaces  and\ttabs\n'],
    ['\ufeffmark', '\ufeffmark'],
    ['a\0b', 'a\0b'],
    ['🔑🏳️‍🌈', '🔑🏳️‍🌈'],
  ])('“%s” is stretched as “%s”', (typed, stretched) => {
    expect(normalizePassphrase(Buffer.from(typed)).toString('utf8')).toBe(stretched);
  });

  it('keeps bytes that are not UTF-8, and always gives a copy', () => {
    const notText = fc.uint8Array({ minLength: 0, maxLength: 40 }).map((bytes) => Buffer.from([...bytes, 0xff]));
    fc.assert(fc.property(notText, (bytes) => normalizePassphrase(bytes).equals(bytes)));
    const typed = Buffer.from('typed');
    normalizePassphrase(typed).fill(0);
    expect(typed.toString()).toBe('typed');
  });

  it('is the same from every keyboard', () => {
    const text = fc.string({ unit: 'grapheme', maxLength: 30 });
    fc.assert(
      fc.property(text, (typed) => {
        const forms = (['NFC', 'NFD', 'NFKC', 'NFKD'] as const).map((form) => Buffer.from(typed.normalize(form)));
        return new Set(forms.map((form) => normalizePassphrase(form).toString('hex'))).size === 1;
      }),
    );
  });

  it('of 1 MiB of odd Unicode is stretched all the same', { timeout: 60_000 }, () => {
    const longest = Buffer.from('\u{fdfa}'.repeat(maxPassphraseBytes / 3));
    expect(stretchPassphrase(longest, floorKdf)).toHaveLength(32);
  });

  it('gives what the reference implementation of Argon2 gives', () => {
    // printf 'correct horse battery staple' | argon2 (salt bytes 0 to 15) -id -t 3 -m 16 -p 1 -l 32, by argon2-cffi 21.1.0
    const stretched = stretchPassphrase(Buffer.from('correct horse battery staple'), floorKdf);
    expect(stretched.toString('hex')).toBe('0d1a3c6523c8f06e4e0af9c515aa5b5448cfebd6838f2d52c3d8b6ef8ddc3c2e');
  });
});

describe('calibrateKdf', () => {
  afterEach(() => vi.restoreAllMocks());

  it('never goes below the floor, however slow the computer, and always takes a new salt', async () => {
    const [one, two] = [await calibrateKdf(0), await calibrateKdf(0)];
    expect(one).toEqual({ alg: 'argon2id', ...kdfFloor, parallelism: 1, salt: one.salt });
    expect(one.salt).not.toBe(two.salt);
    checkKdfParameters(one);
  });

  it('spends more passes where they are cheap, up to the ceiling', async () => {
    let now = 0;
    vi.spyOn(performance, 'now').mockImplementation(() => (now += 100));
    expect(await calibrateKdf(500)).toMatchObject({ memoryKib: 65_536, iterations: 15 });
    expect(await calibrateKdf(1e9)).toMatchObject({ iterations: 64 });
  });
});
