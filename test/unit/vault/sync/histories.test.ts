import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mergeFile } from '../../../../main/vault/sync/merge-file.js';
import { mergeSecret, type SharedBody } from '../../../../main/vault/sync/merge-secret.js';
import { isTombstone, tombstoneOf, type FileBody } from '../../../../main/vault/files/file-record.js';
import { Killed, PlainBucket, PlainClient, type Kind } from './plain-world.js';

/**
 * Random histories of three computers on one bucket: edits, going offline and online, being killed in the middle of sending, others who write in
 * that very moment. The flush and the merges are the real ones; only the sealing is not.
 *
 * A failure prints its seed: VAULT_HISTORY_SEED=… (and VAULT_HISTORY_PATH=…) runs it again; VAULT_HISTORY_RUNS sets how many.
 */
const runs = Number(process.env['VAULT_HISTORY_RUNS'] ?? 10_000);
const seed = process.env['VAULT_HISTORY_SEED'];
const path = process.env['VAULT_HISTORY_PATH'];
const parameters = {
  numRuns: Math.ceil(runs / 2),
  ...(seed === undefined ? {} : { seed: Number(seed) }),
  ...(path === undefined ? {} : { path }),
};

const operations = [
  'set',
  'set',
  'set',
  'unset',
  'rename',
  'trash',
  'restore',
  'purge',
  'create',
  'offline',
  'online',
  'flush',
  'refresh',
] as const;
type Step = Readonly<{
  client: number;
  operation: (typeof operations)[number];
  object: number;
  field: number;
  /** steps of a flush until it is interrupted; none when 0 */
  interruptAt: number;
  /** who interrupts: this computer is killed, or one of them writes */
  interruptBy: number;
}>;

const step: fc.Arbitrary<Step> = fc.record({
  client: fc.nat(2),
  operation: fc.constantFrom(...operations),
  object: fc.nat(2),
  field: fc.nat(1),
  interruptAt: fc.nat(9),
  interruptBy: fc.nat(3),
});
const idle: Step = { client: 0, operation: 'flush', object: 0, field: 0, interruptAt: 0, interruptBy: 0 };
const history = fc.array(step, { minLength: 4, maxLength: 30 });

const ids = ['a', 'b', 'c'].map((letter) => letter.repeat(32));

type Edits<B> = Readonly<{
  kind: Kind<B>;
  fresh: (value: string) => B;
  /** null: cannot be done to that */
  edit: (operation: Step['operation'], body: B, field: number, value: string) => B | null;
  /** what of a body must not get lost */
  values: (body: B) => readonly string[];
}>;

const run = async <B>(steps: readonly Step[], edits: Edits<B>): Promise<void> => {
  const bucket = new PlainBucket<B>();
  const clients = ['ada', 'bob', 'eve'].map((name) => new PlainClient<B>(name, bucket, edits.kind));
  const acknowledged = new Set<string>();
  let counter = 0;

  const write = (client: PlainClient<B>, { operation, object, field }: Step): void => {
    const id = ids[object] ?? '';
    const value = `v${(counter += 1)}`;
    let before: readonly string[] = [];
    let after: readonly string[] = [];
    const done = client.write(id, (body) => {
      before = body === null ? [] : edits.values(body);
      const next =
        body === null
          ? operation === 'create'
            ? edits.fresh(value)
            : null
          : edits.kind.isDeleted(body)
            ? null
            : edits.edit(operation, body, field, value);
      after = next === null ? [] : edits.values(next);
      return next;
    });
    if (!done) return;
    for (const seen of before) if (!after.includes(seen)) acknowledged.delete(seen);
    for (const one of after) if (!before.includes(one)) acknowledged.add(one);
  };

  const flush = async (client: PlainClient<B>, about: Step): Promise<void> => {
    if (about.interruptAt > 0) {
      bucket.countdown = about.interruptAt;
      bucket.interrupt = () => {
        const other = clients[about.interruptBy];
        if (other === undefined) throw new Killed();
        write(other, { ...about, operation: 'set' });
      };
    }
    await client.flush().catch((error: unknown) => {
      if (!(error instanceof Killed)) throw error;
    });
    bucket.countdown = Infinity;
  };

  // most histories begin with objects that all have seen; only one computer makes each object, as ids are random in life
  for (const [object, client] of clients.entries()) {
    if (steps.length % 8 !== 0) write(client, { ...idle, operation: 'create', object });
  }
  for (const client of clients) client.refresh();
  for (const about of steps) {
    const client = clients[about.operation === 'create' ? about.object : about.client];
    if (client === undefined) continue;
    if (about.operation === 'offline') client.online = false;
    else if (about.operation === 'online') client.online = true;
    else if (about.operation === 'refresh') client.refresh();
    else if (about.operation === 'flush') await flush(client, about);
    else write(client, about);
  }
  for (const client of clients) client.online = true;
  for (let round = 0; round < 2; round += 1) {
    for (const client of clients) {
      await client.flush();
      client.refresh();
    }
  }
  for (const client of clients) {
    expect(client.outbox.items().filter(({ key }) => key.startsWith('secrets/'))).toEqual([]);
    expect([...client.known].sort()).toEqual([...(clients[0]?.known ?? [])].sort());
  }
  const readable = new Set(
    bucket.ids().flatMap((id) => bucket.versions(id).flatMap((version) => edits.values(bucket.open(id, version).body))),
  );
  for (const value of acknowledged) expect(readable).toContain(value);
  const current = bucket.ids().flatMap((id) => [bucket.newest(id)?.body].filter((body) => body !== undefined));
  for (const body of current) {
    for (const content of edits.kind.contents(body)) expect(bucket.objects.has(`blobs/${content}`)).toBe(true);
  }
};

const secretEdits: Edits<SharedBody> = {
  kind: { merge: mergeSecret, isDeleted: ({ state }) => state === 'deleted', contents: () => [] },
  fresh: (value) => ({
    type: 'credentials',
    name: value,
    tags: [],
    favourite: false,
    state: 'kept',
    fields: { password: `${value}-password` },
    recipients: ['me'],
    exposed: [],
  }),
  edit: (operation, body, field, value) => {
    const name = field === 0 ? 'password' : 'notes';
    if (operation === 'set') return { ...body, fields: { ...body.fields, [name]: value } };
    if (operation === 'unset') {
      const { [name]: removed, ...fields } = body.fields;
      return removed === undefined ? null : { ...body, fields };
    }
    if (operation === 'rename')
      return field === 0 ? { ...body, name: value } : { ...body, tags: [...body.tags, value] };
    if (operation === 'trash') return body.state === 'trashed' ? null : { ...body, state: 'trashed' };
    if (operation === 'restore') return body.state === 'kept' ? null : { ...body, state: 'kept' };
    if (operation === 'purge' && body.state === 'trashed') {
      return { ...body, name: '', tags: [], favourite: false, state: 'deleted', fields: {} };
    }
    return null;
  },
  values: ({ name, tags, fields }) =>
    [name, ...tags, ...Object.values(fields)].filter((value) => value.startsWith('v')),
};

const content = (blob: string) => ({ suite: 'vault', blob, root: blob, epoch: 1 }) as const;
const fileEdits: Edits<FileBody> = {
  kind: {
    merge: (base, ours, theirs) => mergeFile(base, ours, theirs, { person: 'Mira', time: '2026-11-23T10:00:00.000Z' }),
    isDeleted: isTombstone,
    contents: (body) => (body.content === null ? [] : [body.content.blob]),
  },
  fresh: (value) => ({
    kind: 'file',
    path: 'report.pdf',
    trashed: false,
    size: value.length,
    modified: '2026-11-23T10:00:00.000Z',
    content: content(value),
  }),
  edit: (operation, body, field, value) => {
    if (operation === 'set' || operation === 'unset') return { ...body, size: value.length, content: content(value) };
    if (operation === 'rename') return { ...body, path: field === 0 ? `${value}.pdf` : 'same.pdf' };
    if (operation === 'trash') return body.trashed ? null : { ...body, trashed: true };
    if (operation === 'restore') return body.trashed ? { ...body, trashed: false } : null;
    if (operation === 'purge' && body.trashed) return tombstoneOf(body);
    return null;
  },
  values: (body) => (body.content === null ? [] : [body.content.blob]),
};

const inTime = 60_000;

describe('random histories of three computers', () => {
  it('lose no acknowledged value of a secret, and all see the same in the end', { timeout: inTime }, async () => {
    await fc.assert(
      fc.asyncProperty(history, (steps) => run(steps, secretEdits)),
      parameters,
    );
  });

  it('lose no content of a file, and all see the same in the end', { timeout: inTime }, async () => {
    await fc.assert(
      fc.asyncProperty(history, (steps) => run(steps, fileEdits)),
      parameters,
    );
  });
});
