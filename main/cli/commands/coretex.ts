import type { Command } from 'commander';
import { keySizes, type KeySize } from '../../../app/model/account.js';
import type { CommandContext } from '../context.js';
import { readFieldArguments } from '../field-arguments.js';
import { parseKeySize } from '../key-size.js';
import { readNamedFile, requireThere } from '../named-files.js';

/** No key file or secret in Coretex's form comes near. */
const maximumBytes = 1024 * 1024;

export function defineCoretexCommands(program: Command, context: CommandContext): void {
  const coretex = program
    .command('coretex')
    .description('files and secrets in the form of the Coretex library; needs no vault');
  for (const direction of ['encrypt', 'decrypt'] as const) {
    coretex
      .command(`${direction}-file <in> <out>`)
      .description(`${direction} a file with a project key, as the Coretex library does; OUT is replaced when complete`)
      .requiredOption('--key-file <file>', 'the project key in base64')
      .action((source: string, target: string, options: { keyFile: string }) =>
        convertFile(context, direction, { source, target, keyFile: options.keyFile }),
      );
  }
  coretex
    .command('open-secret <file>')
    .description('print the fields of a secret (JSON; - is standard input) sealed for the key of your passphrase')
    .option('--bits <n>', `size of the RSA key: ${keySizes.join(', ')}`, parseKeySize, 2048)
    .action((file: string, options: { bits: KeySize }) => openSecret(context, file, options.bits));
  coretex
    .command('seal-secret <type> [fields...]')
    .description('print a secret sealed for a public key; types: aws, git, credentials, project')
    .requiredOption('--public-key <file>', 'the public RSA key in PEM')
    .option('--name <name>', 'its name, which is not encrypted', '')
    .action((type: string, words: string[], options: SealOptions) => sealSecret(context, { type, words, options }));
}

async function convertFile(
  context: CommandContext,
  direction: 'encrypt' | 'decrypt',
  { source, target, keyFile }: Readonly<{ source: string; target: string; keyFile: string }>,
): Promise<void> {
  const tools = await import('../../vault/coretex-tools.js');
  await requireThere([source]);
  const text = await readNamedFile(keyFile, maximumBytes);
  using key = tools.parseProjectKey(text);
  text.fill(0);
  const convert = direction === 'encrypt' ? tools.encryptCoretexFile : tools.decryptCoretexFile;
  await convert(key, source, target, { signal: context.signal });
  context.output.result({ output: target }, () => '');
}

async function openSecret(context: CommandContext, file: string, bits: KeySize): Promise<void> {
  const { openFromCoretex } = await import('../../vault/coretex-tools.js');
  const json = (await readNamedFile(file, maximumBytes)).toString('utf8');
  using passphrase = await context.passphrase();
  const fields = await openFromCoretex(json, { passphrase, bits }, { signal: context.signal });
  context.output.write(`${JSON.stringify(fields, null, context.output.json ? 0 : 2)}\n`);
}

type SealOptions = Readonly<{ publicKey: string; name: string }>;

async function sealSecret(
  context: CommandContext,
  { type, words, options }: Readonly<{ type: string; words: readonly string[]; options: SealOptions }>,
): Promise<void> {
  const { sealForCoretex } = await import('../../vault/coretex-tools.js');
  const fields = Object.fromEntries((await readFieldArguments(words)).map(({ name, value }) => [name, value]));
  const publicKey = (await readNamedFile(options.publicKey, maximumBytes)).toString('latin1');
  const wire = sealForCoretex(publicKey, { type, name: options.name, fields });
  context.output.write(`${JSON.stringify(wire, null, context.output.json ? 0 : 2)}\n`);
}
