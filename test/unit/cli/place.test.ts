import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseLines } from '../../../main/cli/access-keys.js';
import { parseAmount } from '../../../main/cli/key-size.js';
import { readPlace, storeArguments } from '../../../main/cli/place.js';

const endpoint = 'https://s3.example.org';

describe('--store', () => {
  it('names a folder', async () => {
    expect(await readPlace({ store: 'somewhere' })).toEqual({
      location: { kind: 'directory', path: resolve('somewhere') },
    });
  });

  it.each([
    [
      { store: 's3://lab', endpoint },
      { bucket: 'lab', endpoint, region: 'us-east-1' },
    ],
    [
      { store: 's3://lab/team/a/', endpoint, region: 'eu-1' },
      { bucket: 'lab', prefix: 'team/a', endpoint, region: 'eu-1' },
    ],
    [
      { store: 's3://lab', region: 'eu-west-1' },
      { bucket: 'lab', endpoint: 'https://s3.eu-west-1.amazonaws.com', region: 'eu-west-1' },
    ],
    [
      { store: 's3://lab', endpoint, virtualHost: true as const },
      { bucket: 'lab', endpoint, region: 'us-east-1', pathStyle: false },
    ],
  ])('names a bucket: %j', async (options, location) => {
    expect(await readPlace(options)).toEqual({ location: { kind: 's3', ...location } });
  });

  it('names an invitation', async () => {
    const file = join(mkdtempSync(join(tmpdir(), 'vault-place-')), 'lab.vault-store');
    const location = { endpoint, region: 'eu-1', bucket: 'lab' };
    const storeId = 'b'.repeat(32);
    writeFileSync(file, JSON.stringify({ format: 'coretex-vault/v1/store-invitation', name: '', storeId, location }));
    expect(await readPlace({ store: file })).toEqual({ location: { kind: 's3', ...location }, storeId });
    await expect(readPlace({ store: file, endpoint })).rejects.toThrow('The invitation says');
    await expect(readPlace({ store: join(file, 'gone.vault-store') })).rejects.toMatchObject({ code: 'not-found' });
  });

  it.each([
    { store: '' },
    { store: 's3://lab' },
    { store: 'gs://lab', endpoint },
    { store: 'folder', endpoint },
    { store: 'folder', virtualHost: true as const },
  ])('is a mistake in %j', async (options) => {
    await expect(readPlace(options)).rejects.toMatchObject({ name: 'UsageError' });
  });

  it.each([
    { store: 's3://', endpoint },
    { store: 's3://lab/../other', endpoint },
    { store: 's3://lab//a', endpoint },
    { store: 's3://lab', endpoint: 'http://s3.example.org' },
    { store: 's3://lab', endpoint: 'https://user:secret@s3.example.org' },
  ])('cannot be %j', async (options) => {
    await expect(readPlace(options)).rejects.toMatchObject({ code: 'invalid-input' });
  });

  it('is told for another computer as it was given', async () => {
    const { location } = await readPlace({ store: 's3://lab/team', endpoint, region: 'eu-1', virtualHost: true });
    expect(storeArguments(location)).toBe(`s3://lab/team --endpoint ${endpoint} --region eu-1 --virtual-host`);
  });
});

describe('a file of access keys', () => {
  const keys = { accessKeyId: 'AKIA', secretAccessKey: 'a/b+c=' };

  it.each([
    ['of the environment', 'export AWS_ACCESS_KEY_ID=AKIA\nexport AWS_SECRET_ACCESS_KEY="a/b+c="\n'],
    ['of the AWS command', '[default]\r\naws_access_key_id = AKIA\r\naws_secret_access_key = a/b+c=\r\n'],
    ['with the two alone', 'AKIA\na/b+c='],
  ])('is read %s', (_name, text) => {
    expect(parseLines(text)).toEqual(keys);
  });
});

describe('an amount of bytes', () => {
  it('takes powers of ten', () => {
    expect(['0', '500k', '1.5M', '2GB', '1t'].map(parseAmount)).toEqual([0, 500_000, 1_500_000, 2e9, 1e12]);
    for (const text of ['', '-1', '1x', '1e9', '9'.repeat(13)]) expect(() => parseAmount(text)).toThrow('bytes');
  });
});
