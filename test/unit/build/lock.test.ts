import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { CheckoutCopy } from './checkout-copy.js';

let checkout: CheckoutCopy;
beforeEach(() => {
  checkout = new CheckoutCopy();
});
afterEach(() => checkout.remove());

const work = () =>
  checkout.run(`
    import { appendFileSync } from 'node:fs';
    import { setTimeout } from 'node:timers/promises';
    import { whilePreparing } from './build/lock.mjs';
    const log = (text) => appendFileSync('log', text);
    await whilePreparing({ descriptor: 2, say() {} }, async () => { log('('); await setTimeout(150); log(')'); });`);

it('lets one command prepare at a time', async () => {
  const outcomes = await Promise.all([work(), work(), work()]);
  expect(outcomes.map(({ code, output }) => ({ code, output }))).toEqual(Array(3).fill({ code: 0, output: '' }));
  expect(readFileSync(join(checkout.folder, 'log'), 'utf8')).toBe('()()()');
  expect(existsSync(join(checkout.folder, '.cache/preparing.lock'))).toBe(false);
});

it('takes over from a command that was killed', async () => {
  const { pid } = spawnSync(process.execPath, ['-e', '0']);
  checkout.write('.cache/preparing.lock', String(pid));
  expect((await work()).code).toBe(0);
});
