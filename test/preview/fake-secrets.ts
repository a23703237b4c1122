import type { Handlers } from '../../app/contract/index.js';
import { VaultError } from '../../app/errors.js';
import { fieldSpec, isConcealed, secretFields, type SecretDetail, type SecretSummary } from '../../app/model/secret.js';
import { hexId, me, type FakeSecret } from './fake-data.js';
import type { World } from './world.js';

const subtitleField: Readonly<Record<string, string>> = {
  credentials: 'username',
  aws: 'key',
  git: 'url',
  'api-token': 'url',
  'ssh-key': 'host',
  totp: 'account',
};

const versionOf = (secret: FakeSecret, version?: number) => {
  const found = version === undefined ? secret.versions.at(-1) : secret.versions.find((one) => one.version === version);
  if (!found) throw new VaultError('not-found');
  return found;
};

const summaryOf = (secret: FakeSecret, version?: number): SecretSummary => {
  const { time, fields, ...rest } = versionOf(secret, version);
  const subtitle = fields[subtitleField[secret.type] ?? ''] ?? '';
  return {
    ...rest,
    id: secret.id,
    type: secret.type,
    modified: time,
    subtitle,
    mine: secret.owner === undefined,
    ownerName: secret.owner?.name ?? '',
    readers: 1 + (secret.readers?.length ?? 0),
    ended: secret.ended ?? false,
  };
};

const accountOf = (world: World, id: string) => {
  const { name, kind } = [...world.people, ...world.nodes].find((one) => one.id === id) ?? { name: id, kind: 'person' };
  return { id, name, kind };
};

const detailOf = (world: World, secret: FakeSecret, version?: number): SecretDetail => {
  const { fields } = versionOf(secret, version);
  const names = [...new Set([...secretFields[secret.type].map((field) => field.name), ...Object.keys(fields)])];
  return {
    ...summaryOf(secret, version),
    author: secret.owner?.id ?? me,
    created: secret.created,
    sharedWith: [secret.owner?.id ?? me, ...(secret.readers ?? [])].map((id) => accountOf(world, id)),
    exposedTo: (secret.exposed ?? []).map((id) => accountOf(world, id)),
    fields: names.map((name) => {
      const { label, kind } = fieldSpec(secret.type, name);
      const value = fields[name] ?? '';
      return { name, label, kind, value: isConcealed(kind) ? null : value, length: value.length };
    }),
  };
};

const changesOf = (secret: FakeSecret, index: number): string[] => {
  const [is, was] = [secret.versions[index], secret.versions[index - 1]];
  if (!is || !was) return [];
  const names = [...new Set([...Object.keys(is.fields), ...Object.keys(was.fields)])];
  const plain = (['name', 'favourite', 'trashed'] as const).filter((name) => is[name] !== was[name]);
  const tags = is.tags.join() === was.tags.join() ? [] : ['tags'];
  return [...names.filter((name) => is.fields[name] !== was.fields[name]), ...plain, ...tags];
};

export const fakeSecrets = (world: World): Handlers['secrets'] => {
  const find = (id: string): FakeSecret => {
    const secret = world.secrets.find((one) => one.id === id);
    if (!secret) throw new VaultError('not-found');
    return secret;
  };
  const changed = () => world.emit('secrets.changed', {});
  const addVersion = (id: string, change: Partial<FakeSecret['versions'][number]>): SecretSummary => {
    const secret = find(id);
    const last = versionOf(secret);
    secret.versions.push({ ...last, ...change, version: last.version + 1, time: new Date().toISOString() });
    changed();
    return summaryOf(secret);
  };
  const copy = (value: string) => {
    world.clipboard = value;
    return { clearsInMs: world.settings.clipboardClearMs };
  };
  const code = () => ({ code: '492039', periodMs: 30_000, remainingMs: 30_000 - (Date.now() % 30_000) });
  let added = 0;
  return {
    list: () => ({ items: world.secrets.map((secret) => summaryOf(secret)) }),
    search: ({ text }) => {
      const words = text.toLowerCase().split(/\s+/).filter(Boolean);
      const holds = (secret: FakeSecret) => {
        const { name, tags, fields } = versionOf(secret);
        const all = [name, ...tags, fields['username'] ?? '', fields['url'] ?? ''].join(' ').toLowerCase();
        return words.every((word) => all.includes(word));
      };
      return { ids: world.secrets.filter(holds).map((secret) => secret.id) };
    },
    get: ({ id }) => detailOf(world, find(id)),
    reveal: ({ id, field, version }) => ({ value: versionOf(find(id), version).fields[field] ?? '' }),
    copy: ({ id, field }) => copy(versionOf(find(id)).fields[field] ?? ''),
    totp: code,
    copyTotp: () => copy(code().code),
    add: (draft) => {
      added += 1;
      const now = new Date().toISOString();
      const { type, name, tags, favourite, fields } = draft;
      const version = { version: 1, time: now, name, tags, favourite, trashed: false, fields };
      const secret: FakeSecret = { id: hexId(0x9000 + added), type, created: now, versions: [version] };
      world.secrets.push(secret);
      changed();
      return summaryOf(secret);
    },
    edit: ({ id, patch }) => {
      const { fields } = versionOf(find(id));
      const next = Object.entries({ ...fields, ...patch.fields }).flatMap(([name, value]) =>
        value === null ? [] : [[name, value] as const],
      );
      const { name, tags, favourite } = patch;
      return addVersion(id, {
        fields: Object.fromEntries(next),
        ...(name === undefined ? {} : { name }),
        ...(tags === undefined ? {} : { tags }),
        ...(favourite === undefined ? {} : { favourite }),
      });
    },
    history: ({ id }) => ({
      versions: find(id).versions.map(({ version, time, name, trashed }, index) => ({
        version,
        time,
        author: me,
        name,
        trashed,
        changed: changesOf(find(id), index),
      })),
    }),
    getVersion: ({ id, version }) => detailOf(world, find(id), version),
    restoreVersion: ({ id, version }) => addVersion(id, versionOf(find(id), version)),
    trash: ({ ids }) => {
      ids.forEach((id) => addVersion(id, { trashed: true }));
      return {};
    },
    restore: ({ ids }) => {
      ids.forEach((id) => addVersion(id, { trashed: false }));
      return {};
    },
    purge: ({ ids }) => {
      if (ids.some((id) => !versionOf(find(id)).trashed)) throw new VaultError('not-allowed');
      world.secrets = world.secrets.filter((secret) => !ids.includes(secret.id));
      changed();
      return {};
    },
    share: ({ id, accountIds }) => {
      const secret = find(id);
      if (secret.owner) throw new VaultError('not-allowed');
      const alarmed = world.people.some((person) => accountIds.includes(person.id) && person.alarm !== '');
      if (alarmed) throw new VaultError('changed-card');
      secret.readers = [...new Set([...(secret.readers ?? []), ...accountIds])];
      secret.exposed = (secret.exposed ?? []).filter((one) => !accountIds.includes(one));
      addVersion(id, {});
      return detailOf(world, secret);
    },
    unshare: ({ id, accountIds }) => {
      const secret = find(id);
      secret.readers = (secret.readers ?? []).filter((one) => !accountIds.includes(one));
      secret.exposed = [...new Set([...(secret.exposed ?? []), ...accountIds])];
      addVersion(id, {});
      return detailOf(world, secret);
    },
    generate: (options) => ({
      value:
        options.style === 'words'
          ? 'harbor-velvet-unlikely-compass-tundra'
          : 'q7#Lm2!xVt9_Zk4RwE8&pNc3'.repeat(11).slice(0, options.length),
    }),
  };
};
