import type { Command } from 'commander';
import { isVaultError, VaultError } from '../../../app/errors.js';
import type { ConnectionCheck, S3Keys, S3Location } from '../../../app/model/store.js';
import { keysInEnvironment } from '../../vault/keychain/environment-keys.js';
import { labelOf, placeOf, s3LocationOf } from '../../vault/store-location.js';
import type { ProfileSummary, StoreLocation } from '../../vault/vault.js';
import { readKeys, withKeysOptions, type KeysOptions } from '../access-keys.js';
import type { CommandContext } from '../context.js';
import { table, visible } from '../format.js';
import { writeNamedFile } from '../named-files.js';
import { readPlace, storeWords, withBucketOptions, type PlaceOptions } from '../place.js';

export function defineStoreCommands(program: Command, context: CommandContext): void {
  const store = program.command('store').description('where the vault’s objects are, and what opens that place');
  store
    .command('show')
    .description('say where the store is, and where the keys of its bucket come from')
    .action(() => show(context));
  withKeysOptions(withBucketOptions(store.command('test')))
    .description('try everything that a vault does with its bucket, and leave nothing there')
    .option('--store <place>', `another place than this vault’s: ${storeWords}`)
    .action((options: TestOptions) => test(context, options));
  store
    .command('invite <file>')
    .description('write a file without secrets that teammates give to --store, or open in the app')
    .option('--name <name>', 'what to call the vault in it')
    .option('--force', 'replace a file that is there')
    .action((file: string, options: InviteOptions) => invite(context, file, options));
  store
    .command('keys')
    .description('keep other access keys for the vault’s bucket in the keychain, once they have been tried')
    .option('--keys-file <file>', 'read them from this file; - is standard input')
    .action(({ keysFile }: { keysFile?: string }) => keep(context, keysFile));
}

async function profileOf(context: CommandContext): Promise<ProfileSummary> {
  const profileDir = context.profileDir();
  const profile = await (await context.session()).readProfile(profileDir);
  if (profile === null) throw new VaultError('no-vault', `There is no vault at ${profileDir}.`);
  return profile;
}

/** Throws `invalid-input` for a folder. */
function bucketOf(location: StoreLocation): S3Location {
  if (location.kind === 's3') return s3LocationOf(location);
  throw new VaultError('invalid-input', `The store is the folder ${location.path}, and no bucket.`);
}

async function show(context: CommandContext): Promise<void> {
  const { location } = await profileOf(context);
  const keys = location.kind === 's3' ? await whereKeysAre(context, location) : null;
  context.output.result({ store: location, label: labelOf(location), keys }, () =>
    table([
      ['store', placeOf(location)],
      ...(location.kind === 's3' ? bucketRows(location) : []),
      ...(keys === null ? [] : [['access keys', keysWords(keys)]]),
    ]),
  );
}

type FoundKeys = Readonly<{ from: 'environment' | 'keychain' | 'none'; accessKeyId: string; message: string }>;

async function whereKeysAre(context: CommandContext, location: S3Location): Promise<FoundKeys> {
  const given = keysInEnvironment();
  if (given !== null) return { from: 'environment', accessKeyId: given.accessKeyId, message: '' };
  try {
    const kept = await (await context.bucketKeys()).get(location);
    return kept === null
      ? { from: 'none', accessKeyId: '', message: 'The keychain has none: `vault store keys`.' }
      : { from: 'keychain', accessKeyId: kept.accessKeyId, message: '' };
  } catch (error) {
    if (!isVaultError(error)) throw error;
    return { from: 'none', accessKeyId: '', message: error.message };
  }
}

const keysWords = ({ from, accessKeyId, message }: FoundKeys): string =>
  from === 'none' ? message : `${accessKeyId}, from the ${from}`;

const bucketRows = ({ endpoint, region, pathStyle = true, certificateAuthority }: S3Location): string[][] => [
  ['endpoint', endpoint],
  ['region', region],
  ['address', pathStyle ? 'bucket in the path' : 'bucket in the host name'],
  ...(certificateAuthority === undefined ? [] : [['certificates', 'an authority of its own']]),
];

type TestOptions = KeysOptions & Omit<PlaceOptions, 'store'> & Readonly<{ store?: string }>;

/** Ends with the code of what failed first. Keys that may only read are told as such, and fail at writing. */
async function test(context: CommandContext, options: TestOptions): Promise<void> {
  const { store } = options;
  const { location } = store === undefined ? await profileOf(context) : await readPlace({ ...options, store });
  const place = bucketOf(location);
  const keys = await keysToTry(context, place, options.keysFile);
  const { checkPlace } = await import('../../vault/store-check.js');
  const { check, failure } = await checkPlace(place, keys, context.signal);
  context.output.result(check, () => stepTable(check));
  if (check.readOnly) context.output.note('These keys may read and not write: enough for a node, or to look.');
  if (failure !== null) throw failure;
  context.output.note(check.holdsVault ? 'A vault is in that place.' : 'No vault is in that place yet.');
}

async function keysToTry(context: CommandContext, place: S3Location, keysFile: string | undefined): Promise<S3Keys> {
  if (keysFile !== undefined) return readKeys(context, keysFile);
  const known = await (await context.bucketKeys()).get(place).catch((error: unknown) => {
    if (isVaultError(error)) return null; // then they are asked for
    throw error;
  });
  return known ?? readKeys(context, undefined);
}

const stepWords: Readonly<Record<ConnectionCheck['steps'][number]['step'], string>> = {
  reach: 'reach the server',
  'sign-in': 'sign in',
  list: 'list',
  write: 'write',
  'create-if-absent': 'create only what is absent',
  read: 'read',
  range: 'read a part',
  delete: 'delete',
};

const stepTable = ({ steps }: ConnectionCheck): string =>
  table(steps.map(({ step, outcome, message }) => [stepWords[step], outcome, message]));

type InviteOptions = Readonly<{ name?: string; force?: boolean }>;

async function invite(context: CommandContext, file: string, { name, force = false }: InviteOptions): Promise<void> {
  const { invitationEnding, invitationTo } = await import('../../vault/store-invitation.js');
  const output = file.endsWith(invitationEnding) ? file : `${file}${invitationEnding}`;
  await writeNamedFile(output, await invitationTo(context.profileDir(), name), force);
  context.output.result({ output }, () => '');
  context.output.note(
    `Wrote ${visible(output)}. It holds no secret: each teammate needs access keys of their own, and runs\n` +
      `  vault init --store ${visible(output)} --name NAME`,
  );
}

async function keep(context: CommandContext, keysFile: string | undefined): Promise<void> {
  const place = bucketOf((await profileOf(context)).location);
  const keys = await readKeys(context, keysFile);
  const { replaceKeys } = await import('../../vault/store-check.js');
  await replaceKeys(await context.bucketKeys(), place, keys, context.signal);
  context.output.result({ accessKeyId: keys.accessKeyId }, () => 'The keys are right, and in the keychain now.');
  if (keysInEnvironment() !== null)
    context.output.warn(
      'the keys in the environment go first: unset VAULT_S3_ACCESS_KEY_ID and AWS_ACCESS_KEY_ID to use these.',
    );
}
