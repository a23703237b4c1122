/** The computer around the handlers, in a few lines: every dialog answers at once. */
import { settings as settingsSchema } from '../../../app/model/settings.js';
import type { S3Keys, S3Location } from '../../../app/model/store.js';
import { LentKeys } from '../../../main/vault/keychain/lent-keys.js';
import { entryOf } from '../../../main/vault/keychain/bucket-keychain.js';
import type { SecretBytes } from '../../../main/crypto/secret-bytes.js';
import { createHandlers } from '../../../main/ipc/handlers.js';
import { PathHandles } from '../../../main/ipc/path-handles.js';
import type { Computer, KnownVault, PreviewSource } from '../../../main/ipc/ports.js';
import { type Caller, createRouter } from '../../../main/ipc/router.js';
import { SingleSaves } from '../../../main/ipc/single-saves.js';
import { VaultHost } from '../../../main/ipc/vault-host.js';
import { createEmitter } from '../../../main/ipc/events.js';
import type { EventEnvelope } from '../../../main/ipc/channels.js';
import { FakeSession } from './fake-vault.js';

export const ourPage: Caller = { url: 'app://vault/', isMainFrame: true, windowId: 1 };

export const createFakeComputer = () => {
  const known: KnownVault[] = [];
  let active: string | null = null;
  const clipboard: string[] = [];
  const keys = new Map<string, Buffer>();
  const bucketEntries = new Map<string, S3Keys>();
  const published: PreviewSource[] = [];
  const answers = {
    folder: null as string | null,
    file: null as string | null,
    sources: [] as string[],
    save: null as string | null,
  };
  let settings = settingsSchema.parse({});
  const computer: Computer = {
    registry: {
      list: () => known,
      active: () => known.find(({ id }) => id === active) ?? null,
      freeProfileDir: () => Promise.resolve('/profiles/one'),
      defaultStoreDir: (dir) => `${dir}/store`,
      add: (profileDir, label) => {
        const vault = { id: `v${known.length}`, label, profileDir };
        known.push(vault);
        active = vault.id;
        return Promise.resolve(vault);
      },
      select: (id) => {
        active = id;
        return Promise.resolve(known[0]!);
      },
      forget: (id) => {
        known.splice(
          known.findIndex((vault) => vault.id === id),
          1,
        );
        active = null;
        return Promise.resolve();
      },
    },
    keychain: {
      state: () => Promise.resolve({ available: true, reason: '' }),
      put: (name: string, key: SecretBytes) => {
        keys.set(name, Buffer.from(key.bytes));
        return Promise.resolve();
      },
      get: () => Promise.resolve(null),
      remove: (name) => {
        keys.delete(name);
        return Promise.resolve();
      },
    },
    bucketKeys: new LentKeys({
      get: (location: S3Location) => Promise.resolve(bucketEntries.get(entryOf(location)) ?? null),
      put: (location: S3Location, given: S3Keys) => {
        bucketEntries.set(entryOf(location), given);
        return Promise.resolve();
      },
      remove: (location: S3Location) => {
        bucketEntries.delete(entryOf(location));
        return Promise.resolve();
      },
    }),
    clipboard: {
      copySecret: (text) => {
        clipboard.push(text);
        return Promise.resolve();
      },
    },
    dialogs: {
      pickFolder: () => Promise.resolve(answers.folder),
      pickSources: () => Promise.resolve(answers.sources),
      pickFile: () => Promise.resolve(answers.file),
      saveFile: () => Promise.resolve(answers.save),
    },
    previews: {
      publish: (source) => {
        published.push(source);
        return 'app://vault/preview/token';
      },
    },
    settings: {
      get: () => settings,
      set: (patch) => {
        settings = settingsSchema.parse({ ...settings, ...patch });
        return Promise.resolve(settings);
      },
    },
    recoverySheets: { render: () => Promise.resolve(new Uint8Array()) },
    dragOut: { start: () => Promise.resolve() },
    about: { version: '1', electron: '1', platform: 'test', sandboxed: true },
  };
  return { computer, answers, clipboard, keys, bucketEntries, published };
};

/** Router, host and everything between, over fakes. */
export const createFakeApp = () => {
  const fakes = createFakeComputer();
  const session = new FakeSession();
  const sent: EventEnvelope[] = [];
  const logged: string[] = [];
  const log = (line: string): void => void logged.push(line);
  const emit = createEmitter((envelope) => void sent.push(envelope), log);
  const handles = new PathHandles();
  const saves = new SingleSaves(emit);
  const { registry, keychain, bucketKeys } = fakes.computer;
  const onLocked = (): Promise<void> => {
    handles.clear();
    return Promise.resolve();
  };
  const host = new VaultHost({ session, registry, keychain, bucketKeys, emit, onLocked, afterLock: () => undefined });
  const handlers = createHandlers(host, fakes.computer, emit, handles, saves);
  const router = createRouter({
    handlers,
    trusts: (caller) => caller === ourPage,
    phase: () => host.phase(),
    lockSignal: () => host.lockSignal(),
    log,
  });
  const call = (domain: string, operation: string, input: unknown = {}) =>
    router(ourPage, { domain, operation, input });
  const create = (passphrase = Buffer.from('correct horse')) =>
    call('account', 'create', { location: { kind: 'default' }, name: 'Ada', passphrase, suite: 'vault', bits: 2048 });
  return { ...fakes, session, sent, logged, emit, handles, host, handlers, router, call, create };
};
