import { beforeAll, afterAll, describe, expect, it } from 'vitest';
import { unlock } from '../../../vault-fixture.js';
import { bobsPassphrase } from '../files/team-fixture.js';
import { newTeam } from '../files/team-fixture.js';
import { checkedWith, newRichVault, objectsOf, type RichVault } from './rich-vault.js';

let rich: RichVault;
let objects: Map<string, Buffer>;

beforeAll(async () => {
  rich = await newRichVault();
  objects = await objectsOf(rich.storeDir);
}, 120_000);
afterAll(() => rich.lockAll());

const flipped = (bytes: Buffer, at = Math.floor(bytes.length / 2)): Buffer => {
  const copy = Buffer.from(bytes);
  copy.writeUInt8(copy.readUInt8(at) ^ 1, at);
  return copy;
};

const keysLike = (pattern: RegExp): string[] => [...objects.keys()].filter((key) => pattern.test(key)).sort();

/** What only others can judge: nothing more is promised of it than that it is counted. */
const isOurs = async (key: string): Promise<boolean> => {
  const { damages } = await checkedWith(rich.ada, rich.storeDir, { [key]: null });
  return damages.some((damage) => damage.key === key);
};

describe('a check of a vault that is well', () => {
  it('reports nothing of all that happens in a vault, for everyone in it, also on a new computer', async () => {
    for (const vault of [rich.ada, rich.bob, rich.eve]) {
      const report = await vault.upkeep.check({ contents: true });
      expect(report.damages.map(({ key, what, error }) => [key, what, error.message])).toEqual([]);
      expect(report.garbage).toEqual([]);
      expect(report.records + report.blobs).toBe(objects.size);
      expect(report.bytes).toBe([...objects.values()].reduce((sum, { length }) => sum + length, 0));
      expect(report.unjudged).toBeGreaterThan(0);
    }
    expect(await objectsOf(rich.storeDir)).toEqual(objects);
  });

  it('tells how far it is, and can be stopped', async () => {
    const steps = new Set<string>();
    await rich.ada.upkeep.check({ contents: false, onProgress: ({ step }) => steps.add(step) });
    expect([...steps]).toEqual(expect.arrayContaining(['secrets', 'logs', 'files', 'blobs']));
    await expect(rich.ada.upkeep.check({ contents: false, signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: 'cancelled',
    });
  });
});

describe('a check finds, names, and tells nothing else of', () => {
  const kinds = [
    ['the marker', /^store$/],
    ['an account card', /^accounts\//],
    ['a log entry', /^projects\/.*\/log\//],
  ] as const;

  it.each(kinds)(
    '%s that was flipped, cut or taken away',
    async (_name, pattern) => {
      for (const key of keysLike(pattern)) {
        const bytes = objects.get(key)!;
        for (const [changed, kind] of [
          [flipped(bytes), 'damaged'],
          [bytes.subarray(0, -1), 'damaged'],
          [Buffer.from('{"garbage": [1, 2'), 'damaged'],
          [null, 'lost'],
        ] as const) {
          const { damages } = await checkedWith(rich.ada, rich.storeDir, { [key]: changed });
          expect(
            damages.map((damage) => [damage.key, damage.kind]),
            key,
          ).toEqual([[key, kind]]);
          expect(damages[0]!.what.length).toBeGreaterThan(5);
        }
      }
    },
    240_000,
  );

  it('a version of a secret or a file that was flipped or taken away, old ones too', async () => {
    let judged = 0;
    for (const key of keysLike(/^secrets\/|\/files\//)) {
      if (!(await isOurs(key))) continue;
      judged += 1;
      const tooLarge = judged % 8 === 1 ? [Buffer.alloc(30 * 1024 * 1024)] : [];
      const changes = [flipped(objects.get(key)!), Buffer.from('{"garbage":true}'), ...tooLarge];
      for (const changed of changes) {
        const { damages } = await checkedWith(rich.ada, rich.storeDir, { [key]: changed });
        expect(
          damages.map((damage) => [damage.key, damage.kind]),
          key,
        ).toEqual([[key, 'damaged']]);
      }
    }
    expect(judged).toBeGreaterThan(12);
  }, 240_000);

  it('contents that were flipped anywhere, cut, extended, exchanged or taken away', async () => {
    let judged = 0;
    for (const key of keysLike(/^blobs\//)) {
      if (!(await isOurs(key))) continue;
      judged += 1;
      const bytes = objects.get(key)!;
      const changes = [
        flipped(bytes, 0), flipped(bytes, 20), flipped(bytes, bytes.length - 1), flipped(bytes),
        bytes.subarray(0, -1), Buffer.concat([bytes, Buffer.alloc(1)]), Buffer.alloc(0),
      ]; // prettier-ignore
      for (const changed of changes) {
        const { damages } = await checkedWith(rich.ada, rich.storeDir, { [key]: changed });
        expect(
          damages.map((damage) => [damage.key, damage.kind]),
          key,
        ).toEqual([[key, 'damaged']]);
      }
    }
    expect(judged).toBeGreaterThan(4);
  }, 240_000);

  it('two objects of a kind that were exchanged', async () => {
    for (const pattern of [/^accounts\//, /^secrets\/.*1$/, /\/log\/.*1$/, /\/files\/.*1$/, /^blobs\//]) {
      const all = keysLike(pattern);
      const ours: string[] = [];
      for (const key of all) if (ours.length < 2 && (await isOurs(key))) ours.push(key);
      const [one, other] = ours as [string, string];
      const swap = { [one]: objects.get(other)!, [other]: objects.get(one)! };
      const { damages } = await checkedWith(rich.ada, rich.storeDir, swap);
      expect(
        damages.map(({ key }) => key),
        String(pattern),
      ).toEqual([one, other].sort());
    }
  }, 120_000);

  it('who and what it was, in words', async () => {
    const file = rich.ada.files.resolve(rich.project.id, 'a.txt');
    const key = `projects/${rich.project.id}/files/${file.id}/0000000002`;
    const { damages } = await checkedWith(rich.ada, rich.storeDir, { [key]: null });
    expect(damages.map(({ what }) => what)).toEqual(['“a.txt” in “Tide tables”, version 2']);
    const secret = `secrets/${rich.mail.id}/0000000001`;
    const again = await checkedWith(rich.ada, rich.storeDir, { [secret]: flipped(objects.get(secret)!) });
    expect(again.damages.map(({ what }) => what)).toEqual(['“Mail”, version 1']);
  });

  it('an object that no vault makes: told, and never called garbage', async () => {
    const stray = { zebra: Buffer.from('x'), 'secrets/nobody': Buffer.from('y') };
    const report = await checkedWith(rich.ada, rich.storeDir, stray);
    expect(report.damages.map(({ key, kind }) => [key, kind])).toEqual([['secrets/nobody', 'unreadable'], ['zebra', 'unreadable']]); // prettier-ignore
    expect(report.garbage).toEqual([]);
  });
});

describe('a computer that never saw the store', () => {
  it('finds nothing wrong when nothing is, and puts account cards back from what it has pinned', async () => {
    const again = await unlock(rich.bobsProfile, bobsPassphrase);
    const card = keysLike(/^accounts\//)[0]!;
    const { damages } = await checkedWith(again, rich.storeDir, { [card]: flipped(objects.get(card)!) });
    expect(damages).toMatchObject([{ key: card, kind: 'damaged', repairable: true }]);
    await again.lock();
  });
});

describe('a store that does not answer', () => {
  it('ends the check with its error', async () => {
    const team = await newTeam('editor');
    const { rename } = await import('node:fs/promises');
    await rename(team.storeDir, `${team.storeDir}.away`);
    await expect(team.ada.upkeep.check({ contents: false })).rejects.toMatchObject({ code: 'store-missing' });
    await rename(`${team.storeDir}.away`, team.storeDir);
    await team.lockAll();
  });
});
