import { Option, type Command } from 'commander';
import { isVaultError, VaultError } from '../../../app/errors.js';
import { keySizes, suites, type KeySize, type Suite } from '../../../app/model/account.js';
import type { SecretBytes } from '../../crypto/secret-bytes.js';
import { lendKeys, type KeysOptions } from '../access-keys.js';
import type { CommandContext } from '../context.js';
import { plural, shortTime, table, visible } from '../format.js';
import { parseKeySize } from '../key-size.js';
import { writeNamedFile } from '../named-files.js';
import { UsageError } from '../output.js';
import { passphraseFromFile, readNewPassphrase, readPassphrase } from '../passphrase.js';
import { personLines, personRow } from '../person-lines.js';
import { readPlace, storeArguments, type PlaceOptions } from '../place.js';
import { keyProgress } from '../progress.js';
import { defaultBits, freeProfileDir, tellAccount, warnOfCoretex, withStoreOptions } from './init.js';
import { defineAccessCommands } from './node-access.js';
import { printEnvironment, type EnvOptions } from './node-env.js';
import { showAccount } from './person.js';

export function defineNodeCommands(program: Command, context: CommandContext): void {
  const node = program.command('node').description('machines with keys of their own, and what they may read');
  withKeyOptions(node.command('register <name>').description('make a node whose key derives from a secret'))
    .option('--secret-file <file>', 'read the node secret from this file, up to one final newline')
    .option('--generate <file>', 'make a random node secret and write it to this new file')
    .action((name: string, options: RegisterOptions) => register(context, name, options));
  node
    .command('invite <name>')
    .description('print a one-time code for a node that makes its own key with `vault node enrol`')
    .action((name: string) => invite(context, name));
  node
    .command('withdraw <name>')
    .description('take back the codes for a node that did not use them')
    .action((name: string) => withdraw(context, name));
  withKeyOptions(
    withStoreOptions(node.command('enrol')).description('on a machine: make its key and join a store as a node'),
  )
    .requiredOption('--name <name>', 'the node’s name, as it was invited')
    .option('--code [code]', 'the one-time code; without a value it is asked for')
    .option('--code-file <file>', 'read the code from this file; - is standard input')
    .option('--secret-file <file>', 'derive the key from this secret instead of a random one')
    .action((options: EnrolOptions) => enrol(context, options));
  node
    .command('list')
    .description('list nodes, and codes that are still open')
    .action(() => list(context));
  node
    .command('show <node>')
    .description('show a node’s fingerprint, and exactly what it can read')
    .action((name: string) =>
      context.withVault(async (vault) => showAccount(context, vault, await vault.people.resolve(name, 'node'))),
    );
  defineAccessCommands(node, context);
  node
    .command('env [node]')
    .description('print what the Coretex library reads (CTX_PRIVATE_KEY, CTX_PROJECT_KEY_<id>), on the node itself')
    .option('--secret-file <file>', 'elsewhere: the node’s secret')
    .option('--reveal', 'show the keys on a terminal too')
    .action((name: string | undefined, options: EnvOptions) => printEnvironment(context, name, options));
}

const withKeyOptions = (command: Command): Command =>
  command
    .addOption(
      new Option('--suite <suite>', 'kind of key; coretex for the Coretex library').choices(suites).default('vault'),
    )
    .option('--bits <n>', `size of the RSA key: ${keySizes.join(', ')} (default: 3072; coretex 2048)`, parseKeySize);

type KeyOptions = Readonly<{ suite: Suite; bits?: KeySize }>;
type RegisterOptions = KeyOptions & Readonly<{ secretFile?: string; generate?: string }>;

async function register(context: CommandContext, name: string, options: RegisterOptions): Promise<void> {
  if (options.secretFile !== undefined && options.generate !== undefined) {
    throw new UsageError('Either --secret-file or --generate, not both.');
  }
  const { suite, bits = defaultBits[suite], generate } = options;
  if (suite === 'coretex' && generate === undefined) warnOfCoretex(context);
  using secret = await registeredSecret(options);
  await context.withVault(async ({ nodes, location }) => {
    // before the node exists: a crash must not leave one whose secret is gone
    if (generate !== undefined) await writeGenerated(generate, secret);
    const node = await nodes.register({ name, suite, bits, secret }, { signal: context.signal, ...keyProgress() });
    context.output.result(node, () => table(personLines(node)));
    const file = generate ?? options.secretFile ?? 'FILE';
    context.output.note(
      `Whoever has the secret is this node. On the node, with its secret in ${file}:\n` +
        `  vault attach --store ${storeArguments(location)} --name ${node.id} --passphrase-file ${file}`,
    );
  });
}

/** SECURITY: never over a file that is there: the secret of another node may be in it. */
async function writeGenerated(path: string, secret: SecretBytes): Promise<void> {
  try {
    await writeNamedFile(path, secret.bytes, false);
  } catch (error) {
    if (!isVaultError(error, 'already-exists')) throw error;
    throw new VaultError('already-exists', `${path} exists already. Name a new file.`, { cause: error });
  }
}

async function registeredSecret({ secretFile, generate }: RegisterOptions): Promise<SecretBytes> {
  if (generate !== undefined) {
    const { generateNodeSecret } = await import('../../vault/nodes/node-secret.js');
    return generateNodeSecret();
  }
  return readNewPassphrase({ file: secretFile, option: '--secret-file', prompt: 'Node secret: ' });
}

const invite = (context: CommandContext, name: string): Promise<void> =>
  context.withVault(async ({ nodes, location }) => {
    const enrolment = await nodes.invite(name);
    context.output.result(enrolment, () => enrolment.code);
    context.output.note(
      `For one node, until ${shortTime(enrolment.expires)}. On that machine:\n` +
        `  vault node enrol --store ${storeArguments(location)} --name '${visible(enrolment.name)}' --code`,
    );
  });

const withdraw = (context: CommandContext, name: string): Promise<void> =>
  context.withVault(async ({ nodes }) => {
    const codes = (await nodes.enrolments()).filter((one) => one.name === name || one.code === name);
    if (codes.length === 0) throw new VaultError('not-found', `There is no code for “${name}”.`);
    for (const { code } of codes) await nodes.withdraw(code);
    context.output.result({ withdrawn: codes.length }, () => 'Nobody can use that code any more.');
  });

type EnrolOptions = KeyOptions &
  PlaceOptions &
  KeysOptions &
  Readonly<{ name: string; code?: string | true; codeFile?: string; secretFile?: string }>;

async function enrol(context: CommandContext, options: EnrolOptions): Promise<void> {
  const { suite, bits = defaultBits[suite], name } = options;
  const place = await readPlace(options);
  const profileDir = await freeProfileDir(context);
  const access = await lendKeys(context, place.location, options);
  // a node's secret is its passphrase
  const secretFile = options.secretFile ?? context.globals().passphraseFile;
  if (suite === 'coretex' && secretFile !== undefined) warnOfCoretex(context);
  const code = await enrolmentCode(options);
  using secret = secretFile === undefined ? null : await passphraseFromFile(secretFile);
  const session = await context.session();
  const vault = await session.enrolNode(
    {
      ...place,
      profileDir,
      name,
      suite,
      bits,
      ...(secret !== null && { secret }),
      ...(code !== undefined && { code }),
    },
    { signal: context.signal, ...keyProgress() },
  );
  await tellAccount(context, vault);
  await access.keep();
  context.output.note(
    code === undefined
      ? 'Read the fingerprint to whoever authorizes this node: they compare it.'
      : `The code is used up. If it was given out for “${visible(name)}”, whoever gave it out sees this node as verified.`,
  );
}

/**
 * In the argument list other programs can see the code. It opens nothing by itself: it serves once, for one name, until it is
 * used a moment later, and a second use is reported. So that is allowed, unlike for passphrases.
 */
async function enrolmentCode({ code, codeFile }: EnrolOptions): Promise<string | undefined> {
  if (code !== undefined && codeFile !== undefined) throw new UsageError('Either --code or --code-file, not both.');
  if (code === undefined && codeFile === undefined) return undefined;
  if (typeof code === 'string') return code;
  using typed = await readPassphrase({ file: codeFile, option: '--code-file', prompt: 'One-time code: ' });
  return typed.bytes.toString('utf8');
}

const list = (context: CommandContext): Promise<void> =>
  context.withVault(async ({ nodes, people }) => {
    const found = (await people.list()).filter(({ kind }) => kind === 'node');
    const enrolments = await nodes.enrolments();
    context.output.result({ nodes: found, enrolments }, () => {
      const open = enrolments.map(({ name, code, expires, usedBy }) => [
        name,
        code,
        usedBy.length === 0 ? `until ${shortTime(expires)}` : `used by ${usedBy.join(', ')}, and verified nobody`,
      ]);
      const invited = open.length === 0 ? [] : [`${plural(open.length, 'code')}:`, table(open)];
      return [...(found.length === 0 ? [] : [table(found.map(personRow))]), ...invited].join('\n');
    });
    if (found.length === 0 && enrolments.length === 0) context.output.note('There are no nodes yet.');
  });
