/** One store with several people and a node, and what a forger needs: keys of members, taken as recover.py gives them. */
import { readFileSync, readdirSync, writeFileSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Role } from '../../app/model/project.js';
import { parseCard } from '../../main/crypto/account-card.js';
import { deriveRecordKey, sealWithKey } from '../../main/crypto/keyed-record.js';
import type { MasterKey } from '../../main/crypto/master-key.js';
import { objectHash } from '../../main/crypto/object-hash.js';
import { SecretBytes } from '../../main/crypto/secret-bytes.js';
import { readUnverified, signRecord } from '../../main/crypto/signed-record.js';
import { deriveForCard } from '../../main/vault/account/unlock.js';
import type { Vault } from '../../main/vault/vault.js';
import { newVault, passphraseBytes, testPassphrase, type NewVault } from '../vault-fixture.js';
import type { Recovery } from './recover-python.js';

export const passphrases = {
  Ada: testPassphrase,
  Bob: 'nine loud ravens fold blue maps at noon',
  Carol: 'eleven calm otters carry red lamps uphill',
  node: 'Zr7-quokka-Umbrage-41-fjord-Vex-lantern',
} as const;
export type Who = keyof typeof passphrases;

export const idOf = (vault: Vault): string => vault.account().id;

export type SharedStore = Readonly<{
  storeDir: string;
  ada: NewVault;
  bob: NewVault;
  carol: NewVault;
  ids: Readonly<Record<Who, string>>;
  project: string;
}>;

/** Ada owns a project, Bob is editor, Carol viewer, and a node of the coretex suite reads. */
export async function sharedStore(roles: Readonly<{ bob: Role; carol: Role }>): Promise<SharedStore> {
  const ada = await newVault();
  const { storeDir } = ada;
  const bob = await newVault({ storeDir, name: 'Bob', passphrase: passphrases.Bob });
  const carol = await newVault({ storeDir, name: 'Carol', passphrase: passphrases.Carol });
  using secret = passphraseBytes(passphrases.node);
  const node = await ada.vault.nodes.register({ name: 'trainer', suite: 'coretex', bits: 2048, secret });
  const { id: project } = await ada.vault.projects.create('Tide tables');
  await ada.vault.projects.addMember(project, idOf(bob.vault), roles.bob);
  await ada.vault.projects.addMember(project, idOf(carol.vault), roles.carol);
  await ada.vault.projects.authorizeNode(project, node.id);
  await bob.vault.refresh();
  await carol.vault.refresh();
  const ids = { Ada: idOf(ada.vault), Bob: idOf(bob.vault), Carol: idOf(carol.vault), node: node.id };
  return { storeDir, ada, bob, carol, ids, project };
}

const versionName = (version: number): string => String(version).padStart(10, '0');

/** The stored objects below a folder of the store, by version or sequence. */
export const storedIn = (storeDir: string, ...parts: string[]): Buffer[] =>
  readdirSync(join(storeDir, ...parts))
    .sort()
    .map((name) => readFileSync(join(storeDir, ...parts, name)));

/** The signing key of an account, derived from its first card. */
export async function signerOf(storeDir: string, account: string, passphrase: string): Promise<MasterKey> {
  const card = parseCard(storedIn(storeDir, 'accounts', account)[0] ?? Buffer.alloc(0));
  using bytes = passphraseBytes(passphrase);
  return await deriveForCard(bytes, card, {});
}

/** The project's key of an epoch, as somebody's recovery printed it. */
export function projectKey({ secrets }: Recovery, project: string, epoch: number): SecretBytes {
  const found = secrets
    .map(({ fields }) => fields as Record<string, string>)
    .find(({ projectId, epoch: of }) => projectId === project && of === String(epoch));
  if (found === undefined) throw new Error('That key was not recovered.');
  return SecretBytes.take(Buffer.from(found['encryptionKey'] ?? '', 'base64'));
}

type Forgery = Readonly<{ storeDir: string; project: string; signer: MasterKey }>;

/** Writes an entry at the end of the log, well signed and well linked; `change` says what it claims. */
export async function forgeEntry(
  { storeDir, project, signer }: Forgery,
  actor: string,
  operation: object,
  change: object = {},
): Promise<void> {
  const entries = storedIn(storeDir, 'projects', project, 'log');
  const [sequence, previous] = [entries.length + 1, objectHash(entries.at(-1) ?? Buffer.alloc(0))];
  const time = new Date().toISOString();
  const payload = { project, sequence, previous, time, actor, operation, ...change };
  const jws = await signRecord('coretex-vault/v1/log-entry', payload, signer);
  writeFileSync(join(storeDir, 'projects', project, 'log', versionName(sequence)), jws);
}

/** Where a project's log stood at an entry, as file records name it. */
export const placeInLog = (storeDir: string, project: string, sequence: number): { sequence: number; hash: string } => {
  const entry = storedIn(storeDir, 'projects', project, 'log')[sequence - 1] ?? Buffer.alloc(0);
  return { sequence, hash: objectHash(entry) };
};

/** Writes the next version of a file (or version 1 of a new one), well signed, sealed and linked. */
export async function forgeFile(
  { storeDir, project, signer }: Forgery,
  key: SecretBytes,
  record: Readonly<{ id: string; epoch: number; author: string }> & Readonly<Record<string, unknown>>,
): Promise<void> {
  const folder = join(storeDir, 'projects', project, 'files', record.id);
  mkdirSync(folder, { recursive: true });
  const versions = storedIn(folder);
  const last = versions.at(-1);
  const version = versions.length + 1;
  const previous = last === undefined ? null : objectHash(last);
  const time = new Date().toISOString();
  const empty = { kind: 'folder', path: 'forged', trashed: false, size: 0, modified: time, content: null };
  const payload = { project, version, previous, time, ...empty, ...record };
  const jws = Buffer.from(await signRecord('coretex-vault/v1/file', payload, signer));
  using sealing = deriveRecordKey(key, project, 'file-record');
  writeFileSync(join(folder, versionName(version)), await sealWithKey(jws, sealing, record.epoch));
}

/** Writes an object of the store. */
export function putObject(storeDir: string, key: string, bytes: string | Uint8Array): void {
  mkdirSync(dirname(join(storeDir, key)), { recursive: true });
  writeFileSync(join(storeDir, key), bytes);
}

export const payloadOf = (jws: string): Record<string, unknown> =>
  readUnverified(jws).payload as Record<string, unknown>;
