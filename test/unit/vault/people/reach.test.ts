import { describe, expect, it } from 'vitest';
import { looksLikeCredentials } from '../../../../main/vault/people/credential-files.js';
import { reachOf } from '../../../../main/vault/people/reach.js';

type Parts = Parameters<typeof reachOf>[0];
const node = 'b'.repeat(32);
const other = 'c'.repeat(32);
const projectId = 'a'.repeat(32);

const grant = (sequence: number, access: string | null) => ({ sequence, access, by: other, time: '', fingerprint: '' });
const file = (path: string, facts: object = {}) => ({
  kind: 'file',
  path,
  size: 10,
  version: 1,
  epoch: 1,
  content: { epoch: 1 },
  ...facts,
});
const secret = (name: string, facts: object = {}) => ({
  id: name,
  name,
  type: 'git',
  state: 'kept',
  ended: false,
  recipients: [other],
  exposed: [],
  ...facts,
});

/** Only what reachOf looks at. */
const reach = (parts: { grants?: object; files?: object[]; secrets?: object[]; role?: string | null }) => {
  const { grants = {}, files = [], secrets = [], role = 'owner' } = parts;
  const epochs = [
    { epoch: 1, sequence: 1 },
    { epoch: 2, sequence: 5 },
  ];
  const project = { id: projectId, name: 'p', role, grants, epochs };
  const index = {
    projects: new Map([[projectId, project]]),
    secrets: new Map(secrets.map((entry, position) => [String(position), entry])),
    files: () => new Map(files.map((entry, position) => [String(position), entry])),
  };
  return reachOf({ index } as unknown as Parts, node);
};

describe('what an account could read if it leaked now', () => {
  it('is nothing without access, and nothing of projects that we left ourselves', () => {
    expect(reach({ files: [file('x')] })).toEqual({ projects: [], secrets: [] });
    expect(reach({ grants: { [node]: [grant(2, 'node')] }, role: null }).projects).toEqual([]);
  });

  it('is every file of a project, the trash too, with those that look like credentials', () => {
    const files = [file('b/.env'), file('a.txt'), file('a/id_rsa', { trashed: true }), file('d', { kind: 'folder' })];
    expect(reach({ grants: { [node]: [grant(2, 'node')] }, files }).projects).toEqual([
      {
        id: projectId,
        name: 'p',
        access: 'node',
        former: false,
        files: 3,
        bytes: 30,
        credentialFiles: ['a/id_rsa', 'b/.env'],
      },
    ]);
  });

  it('lists at most a hundred of them', () => {
    const files = Array.from({ length: 150 }, (_, number) => file(`${number}.pem`));
    const [project] = reach({ grants: { [node]: [grant(2, 'viewer')] }, files }).projects;
    expect(project).toMatchObject({ files: 150 });
    expect(project?.credentialFiles).toHaveLength(100);
  });

  it('after the end of access is all but what surely came later', () => {
    const grants = { [node]: [grant(2, 'editor'), grant(5, null)] };
    const files = [
      file('old'),
      file('re-encrypted since', { version: 2, epoch: 2, content: { epoch: 2 } }),
      file('new', { epoch: 2, content: { epoch: 2 } }),
    ];
    expect(reach({ grants, files }).projects).toMatchObject([{ access: 'editor', former: true, files: 2, bytes: 20 }]);
    const back = { [node]: [...grants[node]!, grant(6, 'viewer')] };
    expect(reach({ grants: back, files }).projects).toMatchObject([{ access: 'viewer', former: false, files: 3 }]);
  });

  it('is every secret that it reads, and those it read as they still are', () => {
    const secrets = [
      secret('shared', { recipients: [other, node] }),
      secret('exposed', { exposed: [node] }),
      secret('not shared'),
      secret('deleted', { recipients: [node], state: 'deleted' }),
      secret('a key', { recipients: [node], type: 'project' }),
      secret('of somebody who left us out', { recipients: [node], ended: true }),
    ];
    expect(reach({ secrets }).secrets).toEqual([
      { id: 'exposed', name: 'exposed', type: 'git', former: true },
      { id: 'shared', name: 'shared', type: 'git', former: false },
    ]);
  });
});

describe('files that look like credentials', () => {
  it.each([
    '.env',
    'app/.env.production',
    'prod.env',
    'tls/server.pem',
    'SERVER.KEY',
    '.ssh/id_rsa',
    '.ssh/id_ed25519',
    'mail.p12',
    'mail.pfx',
    'my.kdbx',
    'credentials',
    'credentials.json',
    '.netrc',
    '.npmrc',
    '.pypirc',
    'kubeconfig',
    '.kube/config',
    'service-account-prod.json',
    'infra/prod.tfvars',
    '.git-credentials',
    '.aws/credentials',
    'home/.aws/config',
  ])('%s', (path) => expect(looksLikeCredentials(path)).toBe(true));

  it.each([
    'environment.md',
    'id_rsa.pub',
    'keyboard.txt',
    'config',
    'credentials-howto/readme.md',
    'service.json',
    'a.env.md',
  ])('not %s', (path) => expect(looksLikeCredentials(path)).toBe(false));
});
