import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { failureOf } from '../../../../main/store/s3/failure.js';
import { temporaryFolder } from '../../../vault-fixture.js';
import { meet, twoComputers } from './far-vaults.js';

const note = { type: 'note', name: 'Note', fields: { text: 'kept' } } as const;

describe('a bucket that does not take the keys', () => {
  it('keeps what is written, and says what to do about it instead of being calmly offline, also after a restart', async () => {
    const { store, one, vaults } = await twoComputers();
    const [ada, eve] = vaults;
    one.line.trouble = failureOf('wrong-keys', 'write');
    one.line.away = true;
    await expect(ada.refresh()).rejects.toMatchObject({ details: { reason: 'wrong-keys' } });
    await ada.secrets.add(note);
    const expected = { state: 'trouble', message: one.line.trouble.message, waitingItems: 1 };
    expect(ada.sync.status()).toMatchObject(expected);
    expect(one.line.trouble.message).toContain('Check both, or ask');
    await ada.lock();
    const again = await one.open();
    await expect(again.refresh()).rejects.toMatchObject({ code: 'store-unreachable' });
    expect(again.sync.status()).toMatchObject(expected);
    one.line.away = false;
    expect(await again.refresh()).toEqual([]);
    expect(again.sync.status()).toMatchObject({ state: 'current', waitingItems: 0 });
    expect([...store.objects.keys()].filter((key) => key.startsWith('secrets/'))).toHaveLength(1);
    await again.lock();
    await eve.lock();
  });
});

describe('keys that may only read', () => {
  it('refuse a write at once, and what was written offline with the sentence, also after a restart', async () => {
    const { one, vaults } = await twoComputers();
    const [ada, eve] = vaults;
    const refusal = failureOf('refused', 'write');
    one.line.refusal = refusal;
    await expect(ada.secrets.add(note)).rejects.toMatchObject({ code: 'store-readonly', message: refusal.message });
    expect(ada.sync.status()).toMatchObject({ waitingItems: 0 });
    one.line.away = true;
    await ada.refresh().catch(() => undefined);
    const { id } = await ada.secrets.add(note);
    one.line.away = false;
    await ada.refresh();
    const refused = { id, state: 'refused', message: refusal.message };
    expect(await ada.sync.waiting()).toMatchObject([refused]);
    expect(ada.sync.status()).toMatchObject({ state: 'trouble', message: refusal.message, waitingItems: 1 });
    await ada.lock();
    const again = await one.open();
    await again.refresh();
    expect(await again.sync.waiting()).toMatchObject([refused]);
    expect(again.sync.status()).toMatchObject({ state: 'trouble', message: refusal.message });
    await again.sync.discard(id);
    expect(again.sync.status()).toMatchObject({ state: 'current', waitingItems: 0 });
    await again.lock();
    await eve.lock();
  });
});

describe('a vault that was moved away', () => {
  it('gets nothing at its old place of what waited, which stays here and says why', async () => {
    const { store, one, vaults } = await twoComputers();
    const [ada, eve] = vaults;
    const { id: merged } = await ada.secrets.add(note);
    await meet(store, eve);
    one.line.away = true;
    await ada.secrets.add({ ...note, name: 'Waits' });
    await ada.secrets.edit(merged, { fields: { text: 'ours' } });
    await eve.secrets.edit(merged, { fields: { text: 'theirs' } });
    await eve.upkeep.move({ kind: 'directory', path: join(await temporaryFolder(), 'elsewhere') });
    const left = [...store.objects.keys()].sort();
    one.line.away = false;
    await ada.refresh();
    await ada.sync.flush();
    expect([...store.objects.keys()].sort()).toEqual(left);
    const waiting = await ada.sync.waiting();
    expect(waiting.map(({ state }) => state)).toEqual(['refused', 'refused']);
    for (const { message } of waiting) expect(message).toMatch(/moved/);
    await ada.lock();
    await eve.lock();
  });
});
