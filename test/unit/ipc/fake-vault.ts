/** A vault in memory: just enough behaviour to see what the router and its handlers do with one. No crypto. */
import { EventEmitter } from 'node:events';
import { VaultError } from '../../../app/errors.js';
import type { AccountSummary } from '../../../app/model/account.js';
import type { FileEntry, ProjectSummary, Transfer } from '../../../app/model/project.js';
import type { SecretSummary } from '../../../app/model/secret.js';
import { SecretBytes } from '../../../main/crypto/secret-bytes.js';
import type { ProfileSummary, Session, StoreLocation, Vault, VaultEvents } from '../../../main/vault/vault.js';
import { FakeUpkeep } from './fake-upkeep.js';

export const someId = (digit: string): string => digit.repeat(32);

export const account: AccountSummary = {
  id: someId('a'),
  name: 'Ada',
  kind: 'person',
  suite: 'vault',
  bits: 2048,
  version: 1,
  created: '2026-01-02T03:04:05.678Z',
  fingerprintWords: ['one', 'two', 'three', 'four', 'five', 'six', 'seven'],
  fingerprintHex: 'ab'.repeat(32),
};

export const secret: SecretSummary = {
  id: someId('1'),
  version: 1,
  type: 'credentials',
  name: 'Mail',
  tags: [],
  favourite: false,
  trashed: false,
  modified: account.created,
  subtitle: 'ada',
  mine: true,
  ownerName: '',
  readers: 1,
  ended: false,
};

export const project: ProjectSummary = {
  id: someId('2'),
  name: 'Engine',
  suite: 'vault',
  role: 'owner',
  epoch: 1,
  created: account.created,
  members: 1,
  nodes: 0,
  files: 1,
  bytes: 5,
};

export const fileEntry = (name: string, size: number, digit = '3'): FileEntry => ({
  id: someId(digit),
  version: 1,
  kind: 'file',
  path: `docs/${name}`,
  name,
  size,
  modified: account.created,
  trashed: false,
});

export const doneTransfer = (id: string): Transfer => ({
  id,
  kind: 'upload',
  projectId: project.id,
  state: 'done',
  label: 'one file',
  files: 1,
  filesDone: 1,
  bytes: 5,
  bytesDone: 5,
  current: [],
  failures: [],
  failedFiles: 0,
});

export class FakeVault {
  readonly contents = new Map<string, { entry: FileEntry; bytes: Uint8Array }>();
  readonly uploaded: string[][] = [];
  readonly emitter = new EventEmitter();
  location: StoreLocation;
  readonly upkeep = new FakeUpkeep((to) => (this.location = to));
  readonly profileDir: string;
  locked = false;
  remembered = false;
  attached = false;
  /** what the store looks like at the next look */
  problems: VaultError[] = [];
  away: VaultError | null = null;
  looks = 0;
  readonly rekeyed: string[] = [];
  rekeyFailure: VaultError | null = null;

  constructor(profileDir: string, location: StoreLocation) {
    this.profileDir = profileDir;
    this.location = location;
  }

  addFile(name: string, bytes: Uint8Array, digit?: string): FileEntry {
    const entry = fileEntry(name, bytes.length, digit);
    this.contents.set(entry.id, { entry, bytes });
    return entry;
  }

  /** Cast once, here: the parts that no test asks for are left out. */
  asVault(): Vault {
    const find = (id: string) => {
      const file = this.contents.get(id);
      if (!file) throw new VaultError('not-found');
      return file;
    };
    const vault = {
      profileDir: this.profileDir,
      location: this.location,
      account: () => account,
      lock: () => {
        this.locked = true;
        return Promise.resolve();
      },
      refresh: () => {
        this.looks += 1;
        return this.away === null ? Promise.resolve(this.problems) : Promise.reject(this.away);
      },
      rememberKey: () => {
        this.remembered = true;
        return Promise.resolve(SecretBytes.random(32));
      },
      forgetKey: () => {
        this.remembered = false;
        return Promise.resolve();
      },
      on: (event: keyof VaultEvents, listener: (...args: unknown[]) => void) => {
        this.emitter.on(event, listener);
        return () => this.emitter.off(event, listener);
      },
      secrets: {
        list: () => [secret],
        search: () => [secret.id],
        reveal: () => Promise.resolve('hunter2'),
      },
      upkeep: this.upkeep,
      projects: { list: () => [project], former: () => [] },
      files: {
        list: () => [...this.contents.values()].map(({ entry }) => entry),
        resolve: (_project: string, path: string) => {
          const file = [...this.contents.values()].find(({ entry }) => entry.path === path);
          if (!file) throw new VaultError('not-found');
          return file.entry;
        },
        upload: (_project: string, _folder: string, sources: string[]) => {
          this.uploaded.push(sources);
          return { id: 'upload-1', finished: Promise.resolve(doneTransfer('upload-1')) };
        },
        transfers: () => [],
        rekey: (projectId: string) => {
          this.rekeyed.push(projectId);
          return this.rekeyFailure === null ? Promise.resolve() : Promise.reject(this.rekeyFailure);
        },
        readRange: (_project: string, id: string, range: { start: number; endExclusive: number }) =>
          Promise.resolve(find(id).bytes.slice(range.start, range.endExclusive)),
        saveFile: (_project: string, id: string) => {
          find(id);
          return Promise.resolve();
        },
      },
    };
    return vault as unknown as Vault;
  }
}

/** A session over one fake vault; `passphrase` opens it. */
export class FakeSession implements Session {
  fake: FakeVault | null = null;
  readonly passphrase: string;
  /** who is in the store that is asked about, with their passphrase */
  readonly members = new Map<string, string>();

  attachVault = (request: Parameters<Session['attachVault']>[0]): Promise<Vault> => {
    const expected = this.members.get(request.who ?? '');
    if (expected === undefined)
      return Promise.reject(new VaultError(this.members.size > 0 ? 'not-found' : 'store-missing'));
    if (request.passphrase.bytes.toString() !== expected) return Promise.reject(new VaultError('wrong-passphrase'));
    this.fake = new FakeVault(request.profileDir, request.location);
    this.fake.attached = true;
    return Promise.resolve(this.fake.asVault());
  };

  /** what each call was handed, to see that it was wiped afterwards */
  readonly seen: SecretBytes[] = [];

  constructor(passphrase = 'correct horse') {
    this.passphrase = passphrase;
  }

  createVault = (request: Parameters<Session['createVault']>[0]): Promise<Vault> => {
    this.seen.push(request.passphrase);
    this.fake = new FakeVault(request.profileDir, request.location);
    return Promise.resolve(this.fake.asVault());
  };

  readProfile = (): Promise<ProfileSummary | null> =>
    Promise.resolve(
      this.fake && {
        location: this.fake.location,
        storeLabel: 'a folder',
        account,
        remembered: this.fake.remembered,
      },
    );

  unlockVault = (_profileDir: string, passphrase: SecretBytes): Promise<Vault> => {
    this.seen.push(passphrase);
    if (!this.fake) return Promise.reject(new VaultError('no-vault'));
    const right = passphrase.bytes.toString('utf8') === this.passphrase;
    return right ? Promise.resolve(this.fake.asVault()) : Promise.reject(new VaultError('wrong-passphrase'));
  };

  unlockRemembered = (): Promise<Vault> =>
    this.fake ? Promise.resolve(this.fake.asVault()) : Promise.reject(new VaultError('no-vault'));

  /** machines enrol with the command */
  enrolNode = (): Promise<Vault> => Promise.reject(new VaultError('not-allowed'));
}
