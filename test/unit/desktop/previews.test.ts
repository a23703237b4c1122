import { describe, expect, it } from 'vitest';
import { openPreviews } from '../../../main/desktop/previews.js';
import { FakeVault, project } from '../ipc/fake-vault.js';

const content = Buffer.from(Array.from({ length: 2_500_000 }, (_, index) => index % 251));

const publish = (mime = 'video/mp4', bytes: Uint8Array = content) => {
  const fake = new FakeVault('/p', { kind: 'directory', path: '/s' });
  const entry = fake.addFile('a', bytes);
  const shelf = openPreviews('app://vault', '/preview/');
  const source = { vault: fake.asVault(), projectId: project.id, id: entry.id, version: undefined };
  const url = shelf.publish({ ...source, size: bytes.length, mime });
  return { shelf, url, token: url.slice('app://vault/preview/'.length) };
};

const bytesOf = async (response: Response): Promise<Buffer> => Buffer.from(await response.arrayBuffer());

describe('previews', () => {
  it('give the whole file', async () => {
    const { shelf, token } = publish();
    const response = shelf.answer(token, null);
    expect(response.status).toBe(200);
    expect(response.headers.get('content-length')).toBe('2500000');
    expect((await bytesOf(response)).equals(content)).toBe(true);
  });

  it('give a range', async () => {
    const { shelf, token } = publish();
    const response = shelf.answer(token, 'bytes=1048570-1048580');
    expect(response.status).toBe(206);
    expect(response.headers.get('content-range')).toBe('bytes 1048570-1048580/2500000');
    expect((await bytesOf(response)).equals(content.subarray(1_048_570, 1_048_581))).toBe(true);
  });

  it('refuse a range beyond the end', () => {
    const { shelf, token } = publish();
    expect(shelf.answer(token, 'bytes=2500000-').status).toBe(416);
  });

  it('of an empty file are empty', async () => {
    const { shelf, token } = publish('image/png', new Uint8Array());
    expect((await bytesOf(shelf.answer(token, null))).length).toBe(0);
  });

  it('are kept by no cache, guessed as no other type, and run nothing', () => {
    const { shelf, token } = publish('image/svg+xml');
    const { headers } = shelf.answer(token, null);
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('content-security-policy')).toContain('sandbox');
  });

  it.each(['text/html', 'text/javascript', 'text/css', 'application/wasm'])(
    'promise: nothing is served as %s',
    (mime) => {
      expect(() => publish(mime)).toThrow(TypeError);
    },
  );

  it('promise: an address dies with the lock, also in the middle of an answer', async () => {
    const { shelf, token, url } = publish();
    expect(url).toMatch(/^app:\/\/vault\/preview\/[A-Za-z0-9_-]{22}$/);
    const reader = shelf.answer(token, null).body!.getReader();
    await reader.read();
    shelf.clear();
    expect(shelf.answer(token, null).status).toBe(404);
    const rest = async (): Promise<void> => {
      while (!(await reader.read()).done);
    };
    await expect(rest()).rejects.toMatchObject({ code: 'locked' });
  });
});
