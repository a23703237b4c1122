import type { Handlers } from '../../app/contract/index.js';
import { generateSecret } from '../vault/secrets/secret-generator.js';
import type { Computer } from './ports.js';
import type { VaultHost } from './vault-host.js';

export const secretsHandlers = (
  host: VaultHost,
  { clipboard, settings }: Pick<Computer, 'clipboard' | 'settings'>,
): Handlers['secrets'] => {
  const secrets = () => host.vault().secrets;

  const copy = async (value: string): Promise<{ clearsInMs: number }> => {
    const clearsInMs = settings.get().clipboardClearMs;
    await clipboard.copySecret(value, clearsInMs);
    return { clearsInMs };
  };

  return {
    list: () => ({ items: secrets().list() }),
    search: ({ text }) => ({ ids: secrets().search(text) }),
    get: ({ id }) => secrets().get(id),
    reveal: async ({ id, field, version }) => ({ value: await secrets().reveal(id, field, version) }),
    copy: async ({ id, field }) => {
      const value = await secrets().reveal(id, field);
      host.vault(); // SECURITY: a lock that came meanwhile has emptied the clipboard; it stays empty
      return await copy(value);
    },
    totp: ({ id, field }) => secrets().totp(id, field),
    copyTotp: async ({ id, field }) => {
      const { code } = await secrets().totp(id, field);
      host.vault();
      return await copy(code);
    },
    add: (draft) => secrets().add(draft),
    edit: ({ id, patch }) => secrets().edit(id, patch),
    history: async ({ id }) => ({ versions: await secrets().history(id) }),
    getVersion: ({ id, version }) => secrets().get(id, version),
    restoreVersion: ({ id, version }) => secrets().restoreVersion(id, version),
    trash: async ({ ids }) => done(secrets().trash(ids)),
    restore: async ({ ids }) => done(secrets().restore(ids)),
    purge: async ({ ids }) => done(secrets().purge(ids)),
    share: ({ id, accountIds }) => secrets().share(id, accountIds),
    unshare: ({ id, accountIds }) => secrets().unshare(id, accountIds),
    generate: (options) => ({ value: generateSecret(options) }),
  };
};

const done = async (work: Promise<void>): Promise<Record<string, never>> => {
  await work;
  return {};
};
