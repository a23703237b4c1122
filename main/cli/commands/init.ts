import { Option, type Command } from 'commander';
import { keySizes, suites, type KeySize, type Suite } from '../../../app/model/account.js';
import { VaultError } from '../../../app/errors.js';
import { placeOf } from '../../vault/store-location.js';
import type { Vault } from '../../vault/vault.js';
import { lendKeys, withKeysOptions, type KeysOptions } from '../access-keys.js';
import type { CommandContext } from '../context.js';
import { accountLines } from '../account-lines.js';
import { table } from '../format.js';
import { parseKeySize } from '../key-size.js';
import { readNewPassphrase } from '../passphrase.js';
import { readPlace, storeWords, withBucketOptions, type PlaceOptions } from '../place.js';
import { keyProgress } from '../progress.js';

type StoreOptions = PlaceOptions & KeysOptions;
type InitOptions = StoreOptions & Readonly<{ name: string; suite: Suite; bits?: KeySize }>;

/** For every command that opens a store for the first time. */
export const withStoreOptions = (command: Command): Command =>
  withKeysOptions(withBucketOptions(command.requiredOption('--store <place>', storeWords)));

export const defaultBits: Readonly<Record<Suite, KeySize>> = { vault: 3072, coretex: 2048 };

export function defineInitCommand(program: Command, context: CommandContext): void {
  withStoreOptions(program.command('init'))
    .description('make a master key, a store and a profile, or join the store that is there as a new person')
    .requiredOption('--name <name>', 'your name as teammates will see it')
    .addOption(new Option('--suite <suite>', 'kind of master key').choices(suites).default('vault'))
    .option('--bits <n>', `size of the RSA key: ${keySizes.join(', ')} (default: 3072; coretex 2048)`, parseKeySize)
    .action((options: InitOptions) => init(context, options));
  withStoreOptions(program.command('attach'))
    .description('make a profile here for an account that is in the store already: a second computer, a lost profile')
    .option(
      '--name <name>',
      'name or id of the account (a node: its id); without it, the one that the passphrase opens',
    )
    .action((options: AttachOptions) => attach(context, options));
}

async function init(context: CommandContext, options: InitOptions): Promise<void> {
  const place = await readPlace(options);
  const session = await context.session();
  const profileDir = await freeProfileDir(context);
  const access = await lendKeys(context, place.location, options);
  if (options.suite === 'coretex') warnOfCoretex(context);
  using passphrase = await readNewPassphrase({
    file: context.globals().passphraseFile,
    option: '--passphrase-file',
    prompt: 'New passphrase: ',
  });
  const vault = await session.createVault(
    {
      ...place,
      profileDir,
      name: options.name,
      passphrase,
      suite: options.suite,
      bits: options.bits ?? defaultBits[options.suite],
    },
    { signal: context.signal, ...keyProgress() },
  );
  await tellAccount(context, vault);
  await access.keep();
  context.output.note(
    'Write the passphrase down and keep it safe: nobody can reset it. `vault key sheet` prints what belongs beside it.',
  );
}

type AttachOptions = StoreOptions & Readonly<{ name?: string }>;

async function attach(context: CommandContext, options: AttachOptions): Promise<void> {
  const place = await readPlace(options);
  const session = await context.session();
  const profileDir = await freeProfileDir(context);
  const access = await lendKeys(context, place.location, options);
  const { name } = options;
  using passphrase = await context.passphrase();
  const request = { ...place, profileDir, passphrase, ...(name !== undefined && { who: name }) };
  await tellAccount(context, await session.attachVault(request, { signal: context.signal, ...keyProgress() }));
  await access.keep();
}

/** The price of the coretex suite, said wherever somebody chooses what its key derives from. */
export function warnOfCoretex(context: CommandContext): void {
  context.output.warn(
    'a key of the coretex suite can be guessed at full speed from its public half: only a long random passphrase protects it.',
  );
}

/** Asked before the passphrase, so that nobody types one for nothing; the session asks again. */
export async function freeProfileDir(context: CommandContext): Promise<string> {
  const profileDir = context.profileDir();
  if ((await (await context.session()).readProfile(profileDir)) === null) return profileDir;
  throw new VaultError('vault-exists', `There is already a vault at ${profileDir}. --vault DIR names another profile.`);
}

export async function tellAccount(context: CommandContext, vault: Vault): Promise<void> {
  const { profileDir, location } = vault;
  const account = vault.account();
  await vault.lock();
  context.output.result({ account, store: location, vault: profileDir }, () =>
    table([...accountLines(account), ['store', placeOf(location)], ['profile', profileDir]]),
  );
}
