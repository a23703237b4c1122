import { cp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { VaultError } from '../../../../app/errors.js';
import { objectHash } from '../../../../main/crypto/object-hash.js';
import { DirectoryStore } from '../../../../main/store/directory.js';
import { MoveJournal } from '../../../../main/vault/upkeep/move-journal.js';
import type { StoreLocation } from '../../../../main/vault/vault.js';
import { newVault, temporaryFolder, testPassphrase, unlock } from '../../../vault-fixture.js';
import { bobsPassphrase, newTeam } from '../files/team-fixture.js';
import { livePaths, newProject, readAll, upload, write } from '../project-fixture.js';
import { bundleMoveProcess, runMove } from './move-process.js';
import { objectsOf } from './rich-vault.js';

const folder = (path: string): StoreLocation => ({ kind: 'directory', path });
const noteKey = 'moved/0000000001';

afterEach(() => vi.restoreAllMocks());

const newTarget = async (): Promise<string> => join(await temporaryFolder(), 'elsewhere');

const prepare = async () => {
  const made = await newProject();
  await write(made.sources, { 'a.txt': 'alpha', 'b.txt': 'beta', 'large.bin': Buffer.alloc(9_000_000, 7) });
  const names = ['a.txt', 'b.txt', 'large.bin'];
  await upload(made.vault, made.project.id, names.map((name) => join(made.sources, name))); // prettier-ignore
  await made.vault.secrets.add({ type: 'note', name: 'N', tags: [], favourite: false, fields: { text: 't' } });
  return { ...made, target: await newTarget() };
};

/** By their hashes: comparing millions of bytes one by one takes minutes. */
const hashesOf = async (place: string): Promise<Record<string, string>> =>
  Object.fromEntries([...(await objectsOf(place))].map(([key, bytes]) => [key, objectHash(bytes)]));

/** Everything of the old place, but for the note. */
const expectSame = async (from: string, to: string): Promise<void> => {
  const old = Object.entries(await hashesOf(from)).filter(([key]) => key !== noteKey);
  expect(await hashesOf(to)).toEqual(Object.fromEntries(old));
};

describe('moving a vault', () => {
  it('copies every object, leaves a note, and opens there afterwards', async () => {
    const { vault, profileDir, storeDir, project, target } = await prepare();
    const before = await objectsOf(storeDir);
    const moved = await vault.upkeep.move(folder(target));
    expect(moved.objects).toBe(before.size - 1);
    await expectSame(storeDir, target);
    expect([...(await objectsOf(storeDir)).keys()].sort()).toEqual([...before.keys(), noteKey].sort());
    await vault.lock();
    const there = await unlock(profileDir);
    expect(there.location).toEqual(folder(target));
    expect(await there.refresh()).toEqual([]);
    expect(livePaths(there, project.id)).toEqual(['a.txt', 'b.txt', 'large.bin']);
    expect((await there.upkeep.check({ contents: true })).damages).toEqual([]);
    await there.secrets.add({ type: 'note', name: 'new', tags: [], favourite: false, fields: { text: 't' } });
    await there.lock();
  });

  it('goes on after it was interrupted at any object, and after any step', async () => {
    const { vault, profileDir, storeDir, target } = await prepare();
    const { size } = await objectsOf(storeDir);
    // eslint-disable-next-line @typescript-eslint/unbound-method -- called with the store that it is called on
    const put = DirectoryStore.prototype.putIfAbsent;
    for (let last = 1; last <= size + 1; last += 3) {
      let puts = 0;
      const broken = vi.spyOn(DirectoryStore.prototype, 'putIfAbsent').mockImplementation(function (this: DirectoryStore, ...words) {
        puts += 1;
        if (puts >= last) return Promise.reject(new VaultError('store-unreachable'));
        return put.apply(this, words);
      }); // prettier-ignore
      const to = join(target, String(last));
      await expect(vault.upkeep.move(folder(to)), String(last)).rejects.toMatchObject({ code: 'store-unreachable' });
      broken.mockRestore();
      expect((await unlock(profileDir)).location).toEqual(folder(storeDir));
      expect((await objectsOf(storeDir)).has(noteKey), String(last)).toBe(false);
    }
    // gone on with: the last one
    const to = join(target, String(1 + 3 * Math.floor(size / 3)));
    await vault.upkeep.move(folder(to));
    await expectSame(storeDir, to);
    await vault.lock();
  }, 120_000);

  it('goes on after a crash between its note and its end, though the note has closed the old place', async () => {
    const { vault, profileDir, storeDir, target } = await prepare();
    const profile = await readFile(join(profileDir, 'profile.json'));
    const { storeId } = JSON.parse(profile.toString()) as { storeId: string };
    await vault.upkeep.move(folder(target));
    await vault.lock();
    await writeFile(join(profileDir, 'profile.json'), profile);
    await MoveJournal.begin(profileDir, { storeId, to: folder(target) });
    const again = await unlock(profileDir);
    expect((await again.refresh()).map(({ code }) => code)).toEqual(['store-readonly']);
    await again.upkeep.move(folder(target));
    await again.lock();
    expect((await unlock(profileDir)).location).toEqual(folder(target));
    await expectSame(storeDir, target);
  });

  it('takes along what is written, and leaves what is deleted, while it copies', async () => {
    const { vault, storeDir, project, target } = await prepare();
    let once = true;
    let during: Promise<unknown> = Promise.resolve();
    await vault.upkeep.move(folder(target), {
      onProgress: ({ step, done }) => {
        if (step !== 'compare' || done < 3 || !once) return;
        once = false;
        during = (async () => {
          await vault.files.trash(project.id, ['a.txt']);
          await vault.files.purge(project.id, [vault.files.list(project.id).find(({ path }) => path === 'a.txt')!.id]);
          await vault.secrets.add({ type: 'note', name: 'meanwhile', tags: [], favourite: false, fields: { text: 't' } });
        })().catch((error: unknown) => error); // prettier-ignore
      },
    });
    await during;
    expect(once).toBe(false);
    await expectSame(storeDir, target);
    await vault.lock();
  });

  it('replaces what an earlier run left and is not the same', async () => {
    const { vault, storeDir, target } = await prepare();
    const stopped = new AbortController();
    await expect(
      vault.upkeep.move(folder(target), {
        signal: stopped.signal,
        onProgress: ({ step, done, total }) => {
          if (step === 'copy' && done === total) stopped.abort();
        },
      }),
    ).rejects.toMatchObject({ code: 'cancelled' });
    const copied = [...(await objectsOf(target)).entries()];
    // links share their bytes with the original: a copy that went bad is another file
    const [one, other] = [copied[0]!, copied.at(-1)!];
    await rm(join(target, one[0]));
    await writeFile(join(target, one[0]), Buffer.alloc(one[1].length, 1));
    await rm(join(target, other[0]));
    await writeFile(join(target, other[0]), other[1].subarray(0, 5));
    await write(target, { 'secrets/gone': 'what the old place has no more' });
    await vault.upkeep.move(folder(target));
    await expectSame(storeDir, target);
    await vault.lock();
  });

  it('refuses a place with another vault or anything else in it, its own, and places inside it', async () => {
    const { vault, storeDir, target } = await prepare();
    const other = await newVault({ storeDir: target, name: 'Somebody else' });
    const there = await hashesOf(target);
    await expect(vault.upkeep.move(folder(target))).rejects.toMatchObject({ code: 'already-exists' });
    expect(await hashesOf(target)).toEqual(there);
    const littered = await newTarget();
    await write(littered, { 'notes/of-somebody.txt': 'x' });
    await expect(vault.upkeep.move(folder(littered))).rejects.toMatchObject({ code: 'already-exists' });
    expect([...(await objectsOf(littered)).keys()]).toEqual(['notes/of-somebody.txt']);
    const copied = await newTarget();
    await cp(storeDir, copied, { recursive: true });
    await expect(vault.upkeep.move(folder(copied))).rejects.toMatchObject({ code: 'already-exists' });
    for (const place of [storeDir, join(storeDir, 'inside')])
      await expect(vault.upkeep.move(folder(place))).rejects.toMatchObject({ code: 'invalid-input' });
    await vault.lock();
    await other.vault.lock();
  });
});

describe('those who stayed at the old place', () => {
  it('are told who moved it where, can read and no longer write, and follow', async () => {
    const team = await newTeam('editor');
    const target = await newTarget();
    await team.ada.upkeep.move(folder(target));
    const [problem] = await team.bob.refresh();
    expect(problem).toMatchObject({ code: 'store-readonly' });
    expect(problem!.message).toContain(`“Ada” moved this vault to ${target}`);
    expect(await readAll(team.bob, team.project.id, 'a.txt')).toBe('alpha');
    const before = await objectsOf(team.storeDir);
    const writing = team.bob.secrets.add({
      type: 'note',
      name: 'N',
      tags: [],
      favourite: false,
      fields: { text: 't' },
    });
    await expect(writing).rejects.toThrow(problem!.message);
    const transfer = await team.bob.files.upload(team.project.id, '', [join(team.sources, 'b.txt')]).finished;
    expect(transfer.state).toBe('failed');
    expect(await objectsOf(team.storeDir)).toEqual(before);
    expect(await team.bob.upkeep.follow(null)).toEqual(folder(target));
    const bobsProfile = team.bob.profileDir;
    await team.lockAll();
    const bob = await unlock(bobsProfile, bobsPassphrase);
    expect(bob.location).toEqual(folder(target));
    expect(await bob.refresh()).toEqual([]);
    await bob.secrets.add({ type: 'note', name: 'N', tags: [], favourite: false, fields: { text: 't' } });
    await bob.lock();
  });

  it('do not follow to a place with another vault, or without their account as they know it', async () => {
    const { ada, bob, storeDir, lockAll } = await newTeam('editor');
    const other = await newVault();
    await expect(bob.upkeep.follow(folder(other.storeDir))).rejects.toMatchObject({ code: 'store-missing' });
    const copied = await newTarget();
    await cp(storeDir, copied, { recursive: true });
    const card = join(copied, 'accounts', bob.account().id, '0000000001');
    await writeFile(card, await readFile(join(copied, 'accounts', ada.account().id, '0000000001')));
    await expect(bob.upkeep.follow(folder(copied))).rejects.toMatchObject({ code: 'changed-card' });
    await expect(bob.upkeep.follow(null)).rejects.toMatchObject({ code: 'not-found' });
    expect((await unlock(bob.profileDir, bobsPassphrase)).location).toEqual(folder(storeDir));
    await other.vault.lock();
    await lockAll();
  });

  it('ignore and report a note that nobody of the vault signed, or that is about another vault', async () => {
    const team = await newTeam('editor');
    const other = await newVault();
    const elsewhere = await newTarget();
    await other.vault.upkeep.move(folder(elsewhere));
    const foreign = await readFile(join(other.storeDir, noteKey));
    for (const forged of [
      foreign,
      Buffer.from('garbage'),
      Buffer.from(foreign.toString('latin1').replace(/.$/, 'A')),
    ]) {
      await write(team.storeDir, { [noteKey]: forged });
      const problems = await team.bob.refresh();
      expect(problems.map(({ code }) => code)).toEqual(['damaged']);
      const { damages } = await team.bob.upkeep.check({ contents: false });
      expect(damages.map(({ key, kind }) => [key, kind])).toEqual([[noteKey, 'damaged']]);
      await team.bob.secrets.add({ type: 'note', name: 'N', tags: [], favourite: false, fields: { text: 't' } });
    }
    // and it does not keep anybody from moving
    const target = await newTarget();
    await team.ada.upkeep.move(folder(target));
    expect((await team.bob.refresh()).map(({ code }) => code)).toEqual(['store-readonly']);
    await other.vault.lock();
    await team.lockAll();
  });

  it('learn of one move only, when two people move at once', async () => {
    const team = await newTeam('admin');
    const places = [await newTarget(), await newTarget()];
    const moves = await Promise.allSettled(
      [team.ada, team.bob].map((vault, i) => vault.upkeep.move(folder(places[i]!))),
    );
    expect(moves.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    const lost = moves.find(({ status }) => status === 'rejected') as PromiseRejectedResult;
    expect((lost.reason as VaultError).code).toMatch(/conflict|store-readonly/);
    await team.lockAll();
  });
});

describe('promise 10: kill -9', () => {
  beforeAll(bundleMoveProcess);

  it(
    'at any moment of a move: the vault opens, and the move goes on to the same end',
    { timeout: 240_000 },
    async () => {
      const { vault, profileDir, storeDir, target } = await prepare();
      await vault.lock();
      const { size } = await objectsOf(storeDir);
      let moved = false;
      let kills = 0;
      for (let killAfterMs = 5; !moved && kills < 12; killAfterMs += 12) {
        moved = await runMove([profileDir, testPassphrase, target], killAfterMs);
        if (moved) break;
        kills += 1;
        const opened = await unlock(profileDir);
        expect([storeDir, target]).toContain((opened.location as { path: string }).path);
        if ((opened.location as { path: string }).path === target) moved = true;
        await opened.lock();
      }
      if (!moved) expect(await runMove([profileDir, testPassphrase, target])).toBe(true);
      expect(kills).toBeGreaterThan(0);
      await expectSame(storeDir, target);
      expect((await objectsOf(target)).size).toBe(size);
      const there = await unlock(profileDir);
      expect((await there.upkeep.check({ contents: true })).damages).toEqual([]);
      await there.lock();
    },
  );
});
