import { spawnSync } from 'node:child_process';
import { createDecipheriv } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openCoretexSecret } from '../../../../main/crypto/coretex-suite.js';
import { deriveMasterKey } from '../../../../main/engine/derive-master-key.js';
import { makeNodeAccount } from '../../../../main/vault/nodes/node-key.js';
import { loadProfile, saveProfile } from '../../../../main/vault/profile/profile.js';
import { session } from '../../../../main/vault/session.js';
import type { NodeEnvironment, Vault } from '../../../../main/vault/vault.js';
import { pythonWith } from '../../../interop/keys-python.js';
import { newVault, passphraseBytes, temporaryFolder, type NewVault } from '../../../vault-fixture.js';

type Vector = Readonly<{ nodeSecret: string; CTX_PRIVATE_KEY: string; registrationPublicKey: string }>;
const vector = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../../vectors/coretex/node.json'), 'utf8'),
) as Vector;
const python = pythonWith('Cryptodome');

/** The node of the reference's vector: its secret is too weak to be chosen anew, so its account is put there by hand. */
const vectorNode = async ({ storeDir, profileDir: other }: NewVault): Promise<string> => {
  using secret = passphraseBytes(vector.nodeSecret);
  const { id, masterKey, stored } = await makeNodeAccount({ name: 'gpu', suite: 'coretex', bits: 2048, secret }, {});
  masterKey.dispose();
  await mkdir(join(storeDir, 'accounts', id));
  await writeFile(join(storeDir, 'accounts', id, '0000000001'), stored);
  const profileDir = join(await temporaryFolder(), 'node');
  await saveProfile(profileDir, { ...(await loadProfile(other))!, accountId: id });
  return profileDir;
};

/** Opens what a node was given as coretexpylib does: PKCS#1 v1.5 for secrets, AES-256-CBC for files; prints JSON. */
const asTheLibrary = `
import base64, json, sys
from Cryptodome.Cipher import AES, PKCS1_v1_5
from Cryptodome.PublicKey import RSA
given = json.load(sys.stdin)
cipher = PKCS1_v1_5.new(RSA.import_key(base64.b64decode(given["privateKey"])))
opened = []
for secret in given["secrets"]:
    fields = {k: v for k, v in secret.items() if k not in ("type_", "name")}
    opened.append({k: cipher.decrypt(base64.b64decode(v), None).decode("utf-8") for k, v in fields.items()})
blob = base64.b64decode(given["blob"])
plain = AES.new(base64.b64decode(given["projectKey"]), AES.MODE_CBC, blob[:16]).decrypt(blob[16:])
print(json.dumps({"secrets": opened, "file": plain[:-plain[-1]].decode("utf-8")}))
`;

describe('the environment of a node of the coretex suite', () => {
  let ada: NewVault;
  let node: Vault;
  let projectId: string;
  let blob: Buffer;
  let environment: NodeEnvironment;

  beforeAll(async () => {
    ada = await newVault({ name: 'Ada' });
    const profileDir = await vectorNode(ada);
    await ada.vault.refresh();
    const { id } = await ada.vault.people.resolve('gpu', 'node');
    const project = await ada.vault.projects.create('Études', 'coretex');
    projectId = project.id;
    await ada.vault.projects.authorizeNode(projectId, id);
    await ada.vault.projects.create('not the node’s');
    const source = join(await temporaryFolder(), 'data.csv');
    await writeFile(source, 'a,b\n1,2\n');
    expect((await ada.vault.files.upload(projectId, '', [source]).finished).failedFiles).toBe(0);
    const [blobId] = await readdir(join(ada.storeDir, 'blobs'));
    blob = await readFile(join(ada.storeDir, 'blobs', blobId!));
    const shared = [
      { type: 'credentials', name: 'db', fields: { password: 'pässword', url: 'https://example.org' } },
      { type: 'aws', name: 's3', fields: { key: 'AKIA', secret: 'shh', region: 'eu' } },
      { type: 'git', name: 'hub', fields: { token: 'ghp_1' } },
      { type: 'note', name: 'not of Coretex', fields: { text: 'x' } },
    ] as const;
    for (const draft of shared) {
      const secret = await ada.vault.secrets.add(draft);
      await ada.vault.secrets.share(secret.id, [id]);
    }
    await ada.vault.secrets.add({ type: 'git', name: 'hers alone', fields: { token: 'ghp_2' } });
    using secret = passphraseBytes(vector.nodeSecret);
    node = await session.unlockVault(profileDir, secret);
    expect(await node.refresh()).toEqual([]);
    environment = await node.nodes.environment();
  }, 120_000);

  afterAll(async () => {
    await node.lock();
    await ada.vault.lock();
  });

  it('is the reference’s own, from the same secret', () => {
    expect(environment.variables[0]).toEqual(['CTX_PRIVATE_KEY', vector.CTX_PRIVATE_KEY]);
    expect(environment.registration).toEqual({ machine_name: 'gpu', public_key: vector.registrationPublicKey });
  });

  it('holds the key of each project that the node is authorized for, and of no other', () => {
    const [, ...projects] = environment.variables;
    expect(projects.map(([name]) => name)).toEqual([`CTX_PROJECT_KEY_${projectId}`]);
    expect(environment.variables.every(([, value]) => /^[A-Za-z0-9+/]+={0,2}$/.test(value))).toBe(true);
  });

  it('opens what the node was given: by our own reading of the rules', async () => {
    using secret = passphraseBytes(vector.nodeSecret);
    using key = await deriveMasterKey(secret, { suite: 'coretex', bits: 2048 });
    const opened = environment.secrets.map((wire) => openCoretexSecret(key, wire));
    const projectKey = environment.variables[1]![1];
    expect(opened.sort((a, b) => (a.name < b.name ? -1 : 1))).toEqual([
      { type: 'credentials', name: 'db', fields: { username: '', password: 'pässword' } },
      { type: 'git', name: 'hub', fields: { token: 'ghp_1' } },
      { type: 'aws', name: 's3', fields: { key: 'AKIA', secret: 'shh' } },
      { type: 'project', name: 'Études', fields: { encryptionKey: projectKey } },
    ]);
    const decipher = createDecipheriv('aes-256-cbc', Buffer.from(projectKey, 'base64'), blob.subarray(0, 16));
    const plain = Buffer.concat([decipher.update(blob.subarray(16)), decipher.final()]);
    expect(plain.toString()).toBe('a,b\n1,2\n');
  });

  it.skipIf(python === null)('opens what the node was given: by the library’s (python3-pycryptodome)', () => {
    const [[, privateKey], [, projectKey]] = environment.variables as [[string, string], [string, string]];
    const input = JSON.stringify({
      privateKey,
      projectKey,
      secrets: environment.secrets,
      blob: blob.toString('base64'),
    });
    const { status, stdout, stderr } = spawnSync(python ?? '', ['-c', asTheLibrary], { input, encoding: 'utf8' });
    expect(stderr).toBe('');
    expect(status).toBe(0);
    const opened = JSON.parse(stdout) as { secrets: Record<string, string>[]; file: string };
    expect(opened.file).toBe('a,b\n1,2\n');
    expect(opened.secrets).toContainEqual({ username: '', password: 'pässword' });
    expect(opened.secrets).toContainEqual({ key: 'AKIA', secret: 'shh' });
    expect(opened.secrets).toContainEqual({ encryptionKey: projectKey });
  });

  it('shrinks when the node is revoked, whose reach then says what it had', async () => {
    const { id } = await ada.vault.people.resolve('gpu', 'node');
    expect(await ada.vault.people.reach(id)).toMatchObject({
      projects: [{ id: projectId, access: 'node', former: false, files: 1, bytes: 8 }],
      secrets: [{ name: 'db' }, { name: 'hub' }, { name: 'not of Coretex' }, { name: 's3' }],
    });
    await ada.vault.projects.revokeNode(projectId, id);
    const { id: secretId } = ada.vault.secrets.resolve('hub');
    await ada.vault.secrets.unshare(secretId, [id]);
    const after = await ada.vault.people.reach(id);
    expect(after.projects).toMatchObject([{ id: projectId, former: true, files: 1 }]);
    expect(after.secrets.filter(({ former }) => former)).toMatchObject([{ name: 'hub' }]);
    await node.refresh();
    const now = await node.nodes.environment();
    expect(now.variables.map(([name]) => name)).toEqual(['CTX_PRIVATE_KEY']);
    expect(now.secrets.map(({ name }) => name).sort()).toEqual(['db', 's3']);
  });
});
