import type { Command } from 'commander';
import { isVaultError } from '../../app/errors.js';
import { s3Keys, type S3Keys, type S3Location } from '../../app/model/store.js';
import type { SecretBytes } from '../crypto/secret-bytes.js';
import { keysInEnvironment } from '../vault/keychain/environment-keys.js';
import { s3LocationOf } from '../vault/store-location.js';
import type { StoreLocation } from '../vault/vault.js';
import type { CommandContext } from './context.js';
import { readNamedFile } from './named-files.js';
import { UsageError } from './output.js';
import { askHidden, canPrompt } from './prompt.js';

export type KeysOptions = Readonly<{ keysFile?: string; keychain: boolean }>;

const maxKeysFileBytes = 64 * 1024;

export const withKeysOptions = (command: Command): Command =>
  command
    .option('--keys-file <file>', 'a bucket: read its access keys from this file; - is standard input')
    .option('--no-keychain', 'a bucket: do not keep its access keys in the keychain of this computer');

/** What becomes of the keys once the vault is open here. */
export type LentAccess = Readonly<{ keep: () => Promise<void> }>;

const nothingToKeep: LentAccess = { keep: () => Promise.resolve() };

/**
 * Finds the keys that a bucket is first opened with: those of `--keys-file`, of the environment, of the keychain, or typed now. What was
 * read or typed is kept by `keep`, once it has proven right. Throws UsageError when there are none, and `invalid-input`.
 */
export async function lendKeys(
  context: CommandContext,
  location: StoreLocation,
  options: KeysOptions,
): Promise<LentAccess> {
  if (location.kind !== 's3') {
    if (options.keysFile !== undefined)
      throw new UsageError('--keys-file goes with s3://bucket: a folder needs no keys.');
    return nothingToKeep;
  }
  const place = s3LocationOf(location);
  if (options.keysFile === undefined && (await hasKeys(context, place))) return nothingToKeep;
  const keys = await readKeys(context, options.keysFile);
  const bucketKeys = await context.bucketKeys();
  bucketKeys.lend(place, keys);
  return { keep: () => keepKeys(context, place, keys, options.keychain) };
}

async function hasKeys(context: CommandContext, place: S3Location): Promise<boolean> {
  if (keysInEnvironment() !== null) return true;
  const keys = await (await context.bucketKeys()).get(place).catch((error: unknown) => {
    if (isVaultError(error)) return null; // then they are asked for; what is wrong with the keychain is told when they are to be kept
    throw error;
  });
  return keys !== null;
}

/** From a file when one is named, else from a person at a terminal; never from the argument list. */
export async function readKeys(context: CommandContext, keysFile: string | undefined): Promise<S3Keys> {
  if (keysFile !== undefined) {
    if (keysFile === '-' && context.globals().passphraseFile === '-')
      throw new UsageError('Either the passphrase or the access keys can come from standard input.');
    return keysFromFile(keysFile);
  }
  if (!canPrompt()) {
    throw new UsageError(
      'The bucket needs access keys: set VAULT_S3_ACCESS_KEY_ID and VAULT_S3_SECRET_ACCESS_KEY, or name a file with --keys-file.',
    );
  }
  return keysOf({ accessKeyId: await typed('Access key ID: '), secretAccessKey: await typed('Secret access key: ') });
}

async function typed(question: string): Promise<string> {
  using answer: SecretBytes = await askHidden(question);
  return Buffer.from(answer.bytes).toString('utf8').trim();
}

async function keysFromFile(path: string): Promise<S3Keys> {
  const bytes = await readNamedFile(path, maxKeysFileBytes);
  const text = bytes.toString('utf8').trim();
  bytes.fill(0);
  return keysOf(text.startsWith('{') ? parseJson(text) : parseLines(text));
}

/** `NAME=value` lines as in environment and credentials files, or the two keys alone, a line each. */
export function parseLines(text: string): Record<string, string> {
  const lines = text.split(/\r?\n/).map((line) => line.trim().replace(/^export\s+/, ''));
  const named = new Map(
    lines.flatMap((line) => {
      const [, name = '', value = ''] = /^(\w+)\s*=\s*(.*)$/.exec(line) ?? [];
      return name === '' ? [] : [[name.toLowerCase(), value.replace(/^(['"])(.*)\1$/, '$2')] as const];
    }),
  );
  const [first, second] = lines.filter((line) => line !== '');
  const accessKeyId = named.get('aws_access_key_id') ?? first;
  const secretAccessKey = named.get('aws_secret_access_key') ?? second;
  const sessionToken = named.get('aws_session_token') ?? '';
  return {
    ...(accessKeyId !== undefined && { accessKeyId }),
    ...(secretAccessKey !== undefined && { secretAccessKey }),
    ...(sessionToken !== '' && { sessionToken }),
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null; // SECURITY: without the error, which would quote the keys
  }
}

function keysOf(found: unknown): S3Keys {
  const keys = s3Keys.safeParse(found);
  if (keys.success) return keys.data;
  throw new UsageError(
    'Those are no access keys: AWS_ACCESS_KEY_ID=… and AWS_SECRET_ACCESS_KEY=…, a line each (or JSON: accessKeyId, secretAccessKey).',
  );
}

/** The vault is there by now: a keychain that refuses is a warning. */
async function keepKeys(context: CommandContext, place: S3Location, keys: S3Keys, keychain: boolean): Promise<void> {
  if (!keychain) {
    context.output.note(`The access keys are kept nowhere. ${perCommand}`);
    return;
  }
  try {
    await (await context.bucketKeys()).put(place, keys);
    context.output.note('The access keys are in the keychain of this computer; the app finds them there too.');
  } catch (error) {
    if (!isVaultError(error)) throw error;
    context.output.warn(`the access keys could not be kept: ${error.message} ${perCommand}`);
  }
}

const perCommand =
  'Set VAULT_S3_ACCESS_KEY_ID and VAULT_S3_SECRET_ACCESS_KEY for each command, or run `vault store keys`.';
