import { describe, expect, it } from 'vitest';
import type { Person } from '../../../app/model/people.js';
import { nodesHandlers } from '../../../main/ipc/nodes-handlers.js';
import { peopleHandlers } from '../../../main/ipc/people-handlers.js';
import type { VaultHost } from '../../../main/ipc/vault-host.js';
import type { Nodes } from '../../../main/vault/vault.js';

const account = (name: string, kind: Person['kind']) => ({ name, kind }) as Person;

/** A host whose vault has one person and one node, and notes what it was asked to register. */
const hostOf = (register: Nodes['register']): VaultHost => {
  const people = { list: () => Promise.resolve([account('Ada', 'person'), account('gpu', 'node')]) };
  const nodes = { register, enrolments: () => Promise.resolve([{ code: 'X', name: 'n', expires: '' }]) };
  return { vault: () => ({ people, nodes }), lockSignal: () => new AbortController().signal } as unknown as VaultHost;
};

describe('people and nodes for the page', () => {
  const host = hostOf(() => Promise.reject(new Error('not asked for')));

  it('are told apart', async () => {
    expect(await peopleHandlers(host).list({})).toEqual({ items: [account('Ada', 'person')] });
    expect(await nodesHandlers(host, () => undefined).list({})).toEqual({
      items: [account('gpu', 'node')],
      enrolments: [{ code: 'X', name: 'n', expires: '' }],
    });
  });

  it.each(['it works', 'it fails'])(
    'promise 9: a node secret is wiped on arrival and gone at the end, when %s',
    async (how) => {
      const arrived = Buffer.from('a machine’s secret');
      const seen: string[] = [];
      const progress: unknown[] = [];
      let holder: { disposed: boolean } | undefined;
      const registering = hostOf(({ secret }, work) => {
        holder = secret;
        seen.push(secret.bytes.toString());
        work?.onProgress?.({ step: 'derive', fraction: 0.5 });
        return how === 'it works' ? Promise.resolve(account('gpu', 'node')) : Promise.reject(new Error('no'));
      });
      const handlers = nodesHandlers(registering, (_domain, _event, payload) => progress.push(payload));
      const request = { name: 'gpu', suite: 'vault', bits: 2048, secret: arrived } as const;
      await Promise.resolve(handlers.register(request)).catch(() => undefined);
      expect(seen).toEqual(['a machine’s secret']);
      expect(progress).toEqual([{ step: 'derive', fraction: 0.5 }]);
      expect(arrived.every((byte) => byte === 0)).toBe(true);
      expect(holder?.disposed).toBe(true);
    },
  );
});
