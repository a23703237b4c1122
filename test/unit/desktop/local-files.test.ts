import { existsSync, mkdirSync, mkdtempSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { readLaunchOptions } from '../../../main/desktop/launch-options.js';
import { openSettings } from '../../../main/desktop/settings-store.js';
import { openRegistry } from '../../../main/desktop/vault-registry.js';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'desktop-'));
});

describe('settings', () => {
  const open = () => openSettings(dir, () => undefined);

  it('are kept between starts, for their owner alone', async () => {
    await Promise.all([open().set({ theme: 'dark' })]);
    await open().set({ autoLockMs: 5000 });
    expect(open().get()).toMatchObject({ theme: 'dark', autoLockMs: 5000, lockOnSleep: true });
    expect(statSync(join(dir, 'settings.json')).mode & 0o777).toBe(0o600);
  });

  it.each(['{', '{"theme":"pink"}', '', '[]'])('that are damaged (%j) are set aside, and the defaults hold', (text) => {
    writeFileSync(join(dir, 'settings.json'), text);
    expect(open().get()).toMatchObject({ theme: 'system', autoLockMs: 600_000 });
    expect(readFileSync(join(dir, 'settings.json.damaged'), 'utf8')).toBe(text);
  });

  it('out of bounds are refused and change nothing', async () => {
    const settings = open();
    await expect(settings.set({ clipboardClearMs: 1 })).rejects.toThrow();
    expect(settings.get().clipboardClearMs).toBe(30_000);
  });
});

describe('the list of vaults', () => {
  const open = (chosenProfileDir: string | null = null) =>
    openRegistry({ dir, defaultProfileDir: join(dir, 'default'), chosenProfileDir });
  const makeProfile = (name: string): string => {
    const profile = join(dir, name);
    mkdirSync(profile);
    writeFileSync(join(profile, 'profile.json'), '{}');
    return profile;
  };

  it('is empty on a new computer, and the first vault goes to the default folder', async () => {
    expect(open().active()).toBeNull();
    expect(await open().freeProfileDir()).toBe(join(dir, 'default'));
  });

  it('finds the vault that the command made', () => {
    makeProfile('default');
    expect(open().active()).toMatchObject({ profileDir: join(dir, 'default') });
  });

  it('puts a second vault beside the first', async () => {
    makeProfile('default');
    const second = await open().freeProfileDir();
    expect(second.startsWith(join(dir, 'profiles'))).toBe(true);
  });

  it('remembers, selects and forgets; the folders stay', async () => {
    const [a, b] = [makeProfile('a'), makeProfile('b')];
    const registry = open();
    const first = await registry.add(a, 'A');
    await registry.add(b, 'B');
    expect(open().active()).toMatchObject({ label: 'B' });
    await registry.select(first.id);
    expect(open().active()).toMatchObject({ label: 'A' });
    await registry.forget(first.id);
    expect(
      open()
        .list()
        .map(({ label }) => label),
    ).toEqual(['B']);
    expect(existsSync(a)).toBe(true);
    await expect(registry.select(first.id)).rejects.toMatchObject({ code: 'not-found' });
  });

  it('--vault names the active one, whatever the list says', async () => {
    await open().add(makeProfile('a'), 'A');
    expect(open(join(dir, 'b')).active()).toMatchObject({ profileDir: join(dir, 'b') });
    expect(await open(join(dir, 'b')).freeProfileDir()).toBe(join(dir, 'b'));
  });

  it('that is damaged is set aside', () => {
    writeFileSync(join(dir, 'vaults.json'), '{"vaults":7}');
    expect(open().list()).toEqual([]);
    expect(existsSync(join(dir, 'vaults.json.damaged'))).toBe(true);
  });
});

describe('launch options', () => {
  it('come from the command line, then the environment', () => {
    const read = (args: string[], environment = {}) => readLaunchOptions(['electron', '.', ...args], environment);
    expect(read(['--vault=/v', '--smoke', '--window=1024x700'], { VAULT_DIR: '/w' })).toEqual({
      vaultDir: '/v',
      smoke: true,
      screenshot: null,
      screenshotExit: false,
      size: { width: 1024, height: 700 },
    });
    expect(read([], { VAULT_DIR: '/w' }).vaultDir).toBe('/w');
    expect(read(['--window=huge']).size).toBeNull();
    expect(read([]).vaultDir).toBeNull();
  });
});
