import { beforeEach, describe, expect, it } from 'vitest';
import type { Transfer } from '../../../app/model/project.js';
import { createFakeApp } from './fake-computer.js';
import { project, secret } from './fake-vault.js';

let app: ReturnType<typeof createFakeApp>;
beforeEach(async () => {
  app = createFakeApp();
  await app.create();
});

// eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters -- what a call answers is for the test to say
const value = <T>(result: unknown): T => (result as { value: T }).value;
const fake = () => app.session.fake!;

describe('promise: the page holds handles, never paths', () => {
  it('picks, uploads by handle, and refuses handles it never gave', async () => {
    app.answers.sources = ['/home/ada/secret plans.txt'];
    const picked = await app.call('files', 'pick', { kind: 'files' });
    expect(JSON.stringify(picked)).not.toContain('/home');
    const [source] = value<{ sources: { handle: string; name: string }[] }>(picked).sources;
    expect(source?.name).toBe('secret plans.txt');
    const upload = { projectId: project.id, folder: '', handles: [source!.handle] };
    expect(await app.call('files', 'upload', upload)).toEqual({ ok: true, value: { transferId: 'upload-1' } });
    expect(fake().uploaded).toEqual([['/home/ada/secret plans.txt']]);
    const forged = { ...upload, handles: ['/etc/passwd'] };
    expect(await app.call('files', 'upload', forged)).toMatchObject({ ok: false, code: 'invalid-input' });
  });

  it('a handle dies with the lock', async () => {
    const { handle } = app.handles.register('/home/ada/a');
    await app.host.lock('idle');
    expect(() => app.handles.resolve(handle)).toThrow(expect.objectContaining({ code: 'invalid-input' }));
  });
});

describe('locking', () => {
  it('tells the page why, and locks the vault', async () => {
    const vault = fake();
    await app.host.lock('sleep');
    expect(vault.locked).toBe(true);
    const last = app.sent.at(-1);
    expect(last).toMatchObject({ domain: 'account', event: 'changed' });
    expect(last?.payload).toMatchObject({ phase: 'locked', lockReason: 'sleep' });
  });

  it('ends the vault’s events', async () => {
    const vault = fake();
    vault.emitter.emit('secrets-changed');
    expect(app.sent.at(-1)).toEqual({ domain: 'secrets', event: 'changed', payload: {} });
    await app.host.lock('asked');
    const before = app.sent.length;
    vault.emitter.emit('secrets-changed');
    expect(app.sent.length).toBe(before);
  });

  it('two key derivations at once: the second is told to wait', async () => {
    await app.host.lock('asked');
    const unlock = () => app.call('account', 'unlock', { passphrase: Buffer.from('correct horse') });
    const results = await Promise.all([unlock(), unlock()]);
    expect(results.filter(({ ok }) => ok).length).toBe(1);
    expect(results.find(({ ok }) => !ok)).toMatchObject({ code: 'busy' });
  });
});

describe('a store that has people already', () => {
  const join = (name: string, passphrase: string) => {
    const location = { kind: 'folder', handle: app.handles.register('/shared').handle };
    const secretBytes = Buffer.from(passphrase);
    return app.call('account', 'create', { location, name, passphrase: secretBytes, suite: 'vault', bits: 2048 });
  };
  beforeEach(() => app.session.members.set('Ada', 'correct horse'));

  it('opens for one of them on a second computer, with name and passphrase', async () => {
    expect(await join('Ada', 'correct horse')).toMatchObject({ ok: true });
    expect(fake()).toMatchObject({ attached: true, location: { path: '/shared' } });
  });

  it('is named by its folder, and the default one by this computer', async () => {
    expect(await app.call('account', 'state')).toMatchObject({ value: { storeLabel: 'This computer' } });
    await join('Ada', 'correct horse');
    expect(await app.call('account', 'state')).toMatchObject({ value: { storeLabel: 'a folder' } });
  });

  it('is joined by someone new', async () => {
    expect(await join('Grace', 'another horse')).toMatchObject({ ok: true });
    expect(fake().attached).toBe(false);
  });

  it('never gets a second Ada by a mistyped passphrase', async () => {
    expect(await join('Ada', 'correct hose')).toMatchObject({ ok: false, code: 'already-exists' });
  });
});

describe('remembering', () => {
  it('puts a 32-byte key into the keychain under the account, and takes it away again', async () => {
    expect(await app.call('account', 'remember', { enabled: true })).toMatchObject({ value: { remembered: true } });
    expect([...app.keys.values()].map(({ length }) => length)).toEqual([32]);
    expect(await app.call('account', 'remember', { enabled: false })).toMatchObject({ value: { remembered: false } });
    expect(app.keys.size).toBe(0);
  });

  it('leaves nothing in the profile when the keychain refuses', async () => {
    app.computer.keychain.put = () => Promise.reject(new Error('no'));
    expect(await app.call('account', 'remember', { enabled: true })).toMatchObject({ ok: false });
    expect(fake().remembered).toBe(false);
  });
});

describe('copying', () => {
  it('puts the value on the clipboard and tells the page only for how long', async () => {
    const result = await app.call('secrets', 'copy', { id: secret.id, field: 'password' });
    expect(result).toEqual({ ok: true, value: { clearsInMs: 30_000 } });
    expect(app.clipboard).toEqual(['hunter2']);
  });
});

describe('settings', () => {
  it('a change of one leaves the others', async () => {
    await app.call('settings', 'set', { theme: 'dark' });
    await app.call('settings', 'set', { autoLockMs: 1000 });
    expect(value(await app.call('settings', 'get'))).toMatchObject({ theme: 'dark', autoLockMs: 1000 });
  });
});

describe('previews', () => {
  const preview = (id: string) => app.call('files', 'preview', { projectId: project.id, id });

  it('of text bring the text along, by content whatever the name', async () => {
    const entry = fake().addFile('LICENCE', Buffer.from('Grüße'));
    const expected = { kind: 'text', mime: 'text/plain; charset=utf-8', url: '', text: 'Grüße', truncated: false };
    expect(value(await preview(entry.id))).toEqual(expected);
  });

  it('of a long text end at 1 MiB, never in the middle of a character', async () => {
    const entry = fake().addFile('long.txt', Buffer.from('x' + 'ü'.repeat(600_000)));
    const { text, truncated } = value<{ text: string; truncated: boolean }>(await preview(entry.id));
    expect(truncated).toBe(true);
    expect(text).toBe('x' + 'ü'.repeat(524_287));
  });

  it('of unknown bytes are none', async () => {
    const entry = fake().addFile('weights.bin', Buffer.from([0, 1, 2, 255]));
    expect(value(await preview(entry.id))).toMatchObject({ kind: 'none', url: '' });
  });

  it('of pictures are an address, served as a picture', async () => {
    const entry = fake().addFile('Map.PNG', Buffer.from([1]));
    expect(value(await preview(entry.id))).toMatchObject({ kind: 'image', url: 'app://vault/preview/token' });
    expect(app.published[0]).toMatchObject({ mime: 'image/png', size: 1 });
  });
});

describe('saving one file', () => {
  it('is followed as a transfer', async () => {
    const entry = fake().addFile('a.txt', Buffer.from('12345'));
    app.answers.save = '/tmp/b.txt';
    const result = await app.call('files', 'save', { projectId: project.id, paths: [entry.path] });
    const { transferId } = value<{ transferId: string }>(result);
    await expect.poll(() => app.sent.filter(({ event }) => event === 'transfer').length).toBe(2);
    expect(app.sent.at(-1)?.payload as Transfer).toMatchObject({ id: transferId, kind: 'save', state: 'done' });
  });

  it('is nothing when the person cancels', async () => {
    const entry = fake().addFile('a.txt', Buffer.from('12345'));
    const result = await app.call('files', 'save', { projectId: project.id, paths: [entry.path] });
    expect(result).toEqual({ ok: true, value: { transferId: null } });
  });
});
