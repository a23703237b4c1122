import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { Profile, strongPassphrase, useCommand, useFolder } from './command.js';

useCommand();
const folder = useFolder();

type Damaged = Readonly<{ key: string; what: string; kind: string; repairable: boolean; repaired: boolean }>;
type Report = Readonly<{ records: number; damages: readonly Damaged[]; removed: readonly string[] }>;

describe('vault doctor', () => {
  let profile: Profile;
  let secret: string;

  beforeAll(async () => {
    profile = new Profile(folder(), strongPassphrase);
    await profile.vault(['init', '--store', profile.store, '--name', 'Ada', '--bits', '2048']);
    const source = folder('report.txt');
    await writeFile(source, 'report');
    await profile.vault(['project', 'create', 'Tides']);
    await profile.vault(['file', 'put', source, '--project', 'Tides']);
    await profile.vault(['secret', 'add', 'note', 'Door', 'text=knock']);
    const [{ id }] = await profile.json<[{ id: string }]>(['secret', 'list']);
    secret = id;
  });

  it('says that nothing is wrong, and ends with 0', async () => {
    const { stdout, code } = await profile.attempt(['doctor', '--contents']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^Checked \d+ records, and every byte of the contents of 1 file version: .+ in all\.$/m);
    expect(stdout).toContain('Nothing is damaged or lost.');
  });

  it('names what is lost, ends with 4, and puts back what it can', async () => {
    const [{ id }] = await profile.json<[{ id: string }]>(['person', 'list']);
    const card = `accounts/${id}/0000000001`;
    await rm(join(profile.store, card));
    const found = await profile.attempt(['doctor']);
    expect(found.code).toBe(4);
    expect(found.stdout).toContain(`the card of “Ada”  ${card} (can be put back)`);
    const mended = await profile.attempt(['doctor', '--repair', '--json']);
    expect(mended.code).toBe(0);
    const { damages } = JSON.parse(mended.stdout) as Report;
    expect(damages).toMatchObject([{ key: card, kind: 'lost', repaired: true }]);
    const lost = `secrets/${secret}/0000000001`;
    await rm(join(profile.store, lost));
    const again = await profile.attempt(['doctor', '--repair', '--json']);
    expect(again.code).toBe(4);
    expect(again.stderr).toContain('This computer has no good copy');
    expect((JSON.parse(again.stdout) as Report).damages).toMatchObject([{ key: lost, kind: 'lost', repaired: false }]);
    expect(JSON.parse(again.stderr)).toMatchObject({ error: { code: 'damaged' } });
  });

  it('refuses a grace time without --collect, or of less than a day', async () => {
    expect((await profile.attempt(['doctor', '--grace', '3'])).code).toBe(2);
    expect((await profile.attempt(['doctor', '--collect', '--grace', '0'])).code).toBe(2);
  });
});
