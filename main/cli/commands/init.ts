import { resolve } from 'node:path';
import { Option, type Command } from 'commander';
import { keySizes, suites, type KeySize, type Suite } from '../../../app/model/account.js';
import { VaultError } from '../../../app/errors.js';
import { placeOf } from '../../vault/store-location.js';
import type { StoreLocation, Vault } from '../../vault/vault.js';
import type { CommandContext } from '../context.js';
import { accountLines } from '../account-lines.js';
import { table } from '../format.js';
import { parseKeySize } from '../key-size.js';
import { UsageError } from '../output.js';
import { readNewPassphrase } from '../passphrase.js';
import { keyProgress } from '../progress.js';

type InitOptions = Readonly<{ store: string; name: string; suite: Suite; bits?: KeySize }>;

export const defaultBits: Readonly<Record<Suite, KeySize>> = { vault: 3072, coretex: 2048 };

export function defineInitCommand(program: Command, context: CommandContext): void {
  program
    .command('init')
    .description('make a master key, a store and a profile, or join the store that is there as a new person')
    .requiredOption('--store <folder>', 'where the encrypted objects live')
    .requiredOption('--name <name>', 'your name as teammates will see it')
    .addOption(new Option('--suite <suite>', 'kind of master key').choices(suites).default('vault'))
    .option('--bits <n>', `size of the RSA key: ${keySizes.join(', ')} (default: 3072; coretex 2048)`, parseKeySize)
    .action((options: InitOptions) => init(context, options));
  program
    .command('attach')
    .description('make a profile here for an account that is in the store already: a second computer, a lost profile')
    .requiredOption('--store <folder>', 'where the encrypted objects live')
    .option(
      '--name <name>',
      'name or id of the account (a node: its id); without it, the one that the passphrase opens',
    )
    .action((options: AttachOptions) => attach(context, options));
}

async function init(context: CommandContext, options: InitOptions): Promise<void> {
  const location = parseStore(options.store);
  const session = await context.session();
  const profileDir = await freeProfileDir(context);
  if (options.suite === 'coretex') warnOfCoretex(context);
  using passphrase = await readNewPassphrase({
    file: context.globals().passphraseFile,
    option: '--passphrase-file',
    prompt: 'New passphrase: ',
  });
  const vault = await session.createVault(
    {
      profileDir,
      location,
      name: options.name,
      passphrase,
      suite: options.suite,
      bits: options.bits ?? defaultBits[options.suite],
    },
    { signal: context.signal, ...keyProgress() },
  );
  await tellAccount(context, vault);
  context.output.note(
    'Write the passphrase down and keep it safe: nobody can reset it. `vault key sheet` prints what belongs beside it.',
  );
}

type AttachOptions = Readonly<{ store: string; name?: string }>;

async function attach(context: CommandContext, { store, name }: AttachOptions): Promise<void> {
  const location = parseStore(store);
  const session = await context.session();
  const profileDir = await freeProfileDir(context);
  using passphrase = await context.passphrase();
  const request = { profileDir, location, passphrase, ...(name !== undefined && { who: name }) };
  await tellAccount(context, await session.attachVault(request, { signal: context.signal, ...keyProgress() }));
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

export function parseStore(store: string): StoreLocation {
  if (store === '') throw new UsageError('--store needs a folder.');
  if (/^[a-z][a-z0-9+.-]+:\/\//i.test(store)) {
    throw new UsageError(`${store}: buckets are not supported yet. Use a folder.`);
  }
  return { kind: 'directory', path: resolve(store) };
}
