import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { Profile, strongPassphrase, useCommand, useFolder } from './command.js';

useCommand();
const folder = useFolder();

it('moves a vault to another folder, and lets a teammate follow', async () => {
  const ada = new Profile(folder(), strongPassphrase);
  const target = folder('elsewhere');
  await ada.vault(['init', '--store', ada.store, '--name', 'Ada', '--bits', '2048']);
  const words = ['--vault', folder('second'), '--passphrase-file', ada.passphraseFile];
  const second = (rest: readonly string[]) => ada.attempt([...rest, ...words]);
  expect((await second(['attach', '--store', ada.store])).code).toBe(0);

  expect((await ada.attempt(['move'])).code).toBe(2);
  const moved = await ada.json<{ objects: number; to: string }>(['move', '--to', target]);
  expect(moved).toMatchObject({ to: target });
  expect(moved.objects).toBeGreaterThan(0);
  expect(await readdir(join(ada.store, 'moved'))).toEqual(['0000000001']);
  expect((await ada.vault(['doctor'])).stdout).toContain('Nothing is damaged or lost.');

  const told = await second(['secret', 'list']);
  expect(told.stderr).toContain(`“Ada” moved this vault to ${target}`);
  expect(told.code).toBe(5); // as every list that may not be complete
  expect(JSON.parse((await second(['secret', 'list', '--json'])).stdout)).toEqual([]);
  const refused = await second(['secret', 'add', 'note', 'Late', 'text=late']);
  expect(refused.code).toBe(5);
  expect(refused.stderr).toContain(`“Ada” moved this vault to ${target}`);
  const doctor = await second(['doctor']);
  expect(doctor.code).toBe(0);
  expect(doctor.stderr).toContain(`“Ada” moved this vault to ${target}`);
  const nowhere = await second(['move', '--follow', '--to', folder('nowhere')]);
  expect(nowhere.code).toBe(7);
  expect(nowhere.stderr).toContain('does not hold this vault');
  const followed = await second(['move', '--follow']);
  expect(followed.code).toBe(0);
  expect(followed.stdout).toContain(target);
  expect((await second(['secret', 'list'])).stderr).not.toContain('moved this vault');
  expect((await ada.attempt(['move', '--to', target])).code).toBe(2);
});
