import fc from 'fast-check';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { contract, failure } from '../../../app/contract/index.js';
import { type RouterContext, createRouter, operationNames } from '../../../main/ipc/router.js';
import { createFakeApp, ourPage } from './fake-computer.js';
import { project, secret, someId } from './fake-vault.js';

let app: ReturnType<typeof createFakeApp>;
beforeEach(() => {
  app = createFakeApp();
});

const context = (change: Partial<RouterContext>): RouterContext => ({
  handlers: app.handlers,
  trusts: () => true,
  phase: () => app.host.phase(),
  lockSignal: () => app.host.lockSignal(),
  log: (line) => void app.logged.push(line),
  ...change,
});

describe('promise: whatever a page sends, the answer is a refusal and never an exception', () => {
  it('for any envelope at all', async () => {
    await fc.assert(
      fc.asyncProperty(fc.anything({ withBigInt: true, withDate: true, withMap: true }), async (garbage) => {
        expect(failure.safeParse(await app.router(ourPage, garbage)).success).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  it('for any input to any operation that takes some', async () => {
    await app.create();
    const names = operationNames().filter((name) => !takesNothing(name));
    expect(names.length).toBeGreaterThan(20);
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...names), fc.anything(), async (name, input) => {
        const [domain = '', operation = ''] = name.split('.');
        const result = await app.call(domain, operation, input);
        if (result.ok)
          expect(domain).toBe('settings'); // a change of nothing is a change of settings
        else expect(failure.parse(result).code).toBe('invalid-input');
      }),
      { numRuns: 1000 },
    );
  });

  it('for names that every object has', async () => {
    const names = ['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'prototype'];
    for (const domain of [...names, 'account']) {
      for (const operation of [...names, '__defineGetter__']) {
        expect(await app.call(domain, operation)).toMatchObject({ ok: false, code: 'invalid-input' });
      }
    }
  });

  it('when a getter throws', async () => {
    const trap = Object.defineProperty({}, 'domain', {
      enumerable: true,
      get: () => {
        throw new Error('boo');
      },
    });
    expect(await app.router(ourPage, trap)).toMatchObject({ ok: false });
  });
});

const takesNothing = (name: string): boolean => {
  const [domain = '', operation = ''] = name.split('.');
  const spec = (
    contract as unknown as Record<
      string,
      Record<string, { input: { safeParse: (v: unknown) => { success: boolean } } }>
    >
  )[domain]?.[operation];
  return spec?.input.safeParse({}).success === true && domain !== 'settings';
};

describe('promise: only the window of the app is answered', () => {
  it.each([
    { url: 'https://evil.example/', isMainFrame: true, windowId: 1 },
    { url: 'app://vault/preview/token', isMainFrame: false, windowId: 1 },
    { url: '', isMainFrame: true, windowId: 1 },
  ])('not $url', async (stranger) => {
    const result = await app.router(stranger, { domain: 'account', operation: 'state', input: {} });
    expect(result).toMatchObject({ ok: false, code: 'not-allowed' });
  });
});

describe('promise: a locked vault answers nothing that needs an open one', () => {
  it('with no vault, and with a locked one', async () => {
    expect(await app.call('secrets', 'list')).toMatchObject({ ok: false, code: 'no-vault' });
    await app.create();
    expect(await app.call('secrets', 'list')).toEqual({ ok: true, value: { items: [secret] } });
    await app.host.lock('asked');
    for (const name of operationNames()) {
      const [domain = '', operation = ''] = name.split('.');
      const spec = (contract as unknown as Record<string, Record<string, { when: string }>>)[domain]![operation]!;
      if (spec.when !== 'unlocked') continue;
      expect(await app.call(domain, operation), name).toMatchObject({ ok: false, code: 'locked' });
    }
  });

  it('a call that is under way when the lock comes ends with `locked`, and its late answer goes nowhere', async () => {
    await app.create();
    let answer: (value: { value: string }) => void = () => undefined;
    const late = new Promise<{ value: string }>((resolve) => {
      answer = resolve;
    });
    const handlers = { ...app.handlers, secrets: { ...app.handlers.secrets, reveal: () => late } };
    const router = createRouter(context({ handlers }));
    const input = { id: secret.id, field: 'password' };
    const result = router(ourPage, { domain: 'secrets', operation: 'reveal', input });
    await app.host.lock('idle');
    answer({ value: 'hunter2' });
    expect(await result).toMatchObject({ ok: false, code: 'locked' });
  });

  it('unlocking an open vault is refused', async () => {
    await app.create();
    const result = await app.call('account', 'unlock', { passphrase: Buffer.from('x') });
    expect(result).toMatchObject({ ok: false, code: 'invalid-input' });
  });
});

describe('promise: passphrase bytes are zeroes when the call is over', () => {
  const isWiped = (bytes: Uint8Array): boolean => bytes.every((byte) => byte === 0);

  it('after a call that went well, one with a wrong passphrase, and one that was refused', async () => {
    const right = Buffer.from('correct horse');
    expect(await app.create(right)).toMatchObject({ ok: true, value: { phase: 'unlocked' } });
    await app.host.lock('asked');
    const wrong = Buffer.from('wrong horse');
    expect(await app.call('account', 'unlock', { passphrase: wrong })).toMatchObject({ code: 'wrong-passphrase' });
    const refused = Buffer.from('a passphrase');
    expect(await app.call('account', 'nonsense', { deep: { passphrase: refused } })).toMatchObject({ ok: false });
    const toStranger = Buffer.from('a passphrase');
    await app.router({ ...ourPage, url: 'https://evil.example/' }, { input: { passphrase: toStranger } });
    for (const bytes of [right, wrong, refused, toStranger]) expect(isWiped(bytes)).toBe(true);
    expect(app.session.seen.map((held) => held.disposed)).toEqual([true, true]);
  });
});

describe('answers', () => {
  it('are stripped to what the contract names', async () => {
    await app.create();
    const list = () => ({ items: [{ ...project, privateKey: 'never' }], former: [], more: 1 });
    const router = createRouter(
      context({ handlers: { ...app.handlers, projects: { ...app.handlers.projects, list } } }),
    );
    const result = await router(ourPage, { domain: 'projects', operation: 'list', input: {} });
    expect(result).toEqual({ ok: true, value: { items: [project], former: [] } });
  });

  it('of a wrong shape are not sent at all', async () => {
    await app.create();
    const list = () => ({ items: [{ ...project, id: '/home/ada/secret' }], former: [] });
    const router = createRouter(
      context({ handlers: { ...app.handlers, projects: { ...app.handlers.projects, list } } }),
    );
    const result = await router(ourPage, { domain: 'projects', operation: 'list', input: {} });
    expect(result).toMatchObject({ ok: false, code: 'internal' });
    expect(JSON.stringify(result)).not.toContain('/home/ada');
  });

  it('about unknown errors hold a trace number and nothing of the error, on both sides', async () => {
    await app.create();
    const list = vi.fn(() => {
      throw new Error('hunter2 is not a number');
    });
    const router = createRouter(
      context({ handlers: { ...app.handlers, projects: { ...app.handlers.projects, list } } }),
    );
    const result = await router(ourPage, { domain: 'projects', operation: 'list', input: {} });
    const { details } = failure.parse(result);
    expect(details['trace']).toMatch(/^[0-9a-f]{8}$/);
    expect(app.logged.join()).toContain(String(details['trace']));
    expect(JSON.stringify(result) + app.logged.join()).not.toContain('hunter2');
  });

  it('drop what an input has beyond the contract', async () => {
    await app.create();
    const rename = vi.fn(() => project);
    const router = createRouter(
      context({ handlers: { ...app.handlers, projects: { ...app.handlers.projects, rename } } }),
    );
    const input = { id: someId('2'), name: 'New', path: '/etc/passwd' };
    await router(ourPage, { domain: 'projects', operation: 'rename', input, more: true });
    expect(rename).toHaveBeenCalledWith({ id: someId('2'), name: 'New' });
  });
});
