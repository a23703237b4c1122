import { Option, type Command } from 'commander';
import { VaultError } from '../../../app/errors.js';
import { keySizes, suites, type KeySize } from '../../../app/model/account.js';
import { accountLines } from '../account-lines.js';
import { placeOf } from '../../vault/store-location.js';
import type { CommandContext } from '../context.js';
import { table } from '../format.js';
import { parseCount, parseKeySize } from '../key-size.js';
import { writeNamedFile } from '../named-files.js';
import { UsageError } from '../output.js';
import { readNewPassphrase } from '../passphrase.js';
import { keyProgress } from '../progress.js';
import { sheetAsHtml, sheetAsText } from '../recovery-sheet.js';
import { deriveKey, type DeriveOptions } from './key-derive.js';

export function defineKeyCommands(program: Command, context: CommandContext): void {
  const key = program.command('key').description('the master key');
  key
    .command('derive')
    .description('print the public key that a passphrase gives; needs no vault')
    .addOption(new Option('--suite <suite>', 'kind of master key').choices(suites).default('vault'))
    .option('--bits <n>', `size of the RSA key: ${keySizes.join(', ')} (default: 3072; coretex 2048)`, parseKeySize)
    .option('--salt <hex>', 'vault suite: the salt of the account, 16 bytes')
    .option('--memory-kib <n>', 'vault suite: memory of Argon2id', parseCount, 65_536)
    .option('--iterations <n>', 'vault suite: passes of Argon2id', parseCount, 3)
    .addOption(new Option('--format <format>', 'how to print it').choices(['pem', 'jwk', 'fingerprint']).default('pem'))
    .action((options: DeriveOptions) => deriveKey(context, options));
  key
    .command('show')
    .description('show the account of this vault: public facts, no passphrase needed')
    .action(() => show(context));
  key
    .command('change-passphrase')
    .description('make a new master key and wrap everything for it')
    .option('--new-passphrase-file <file>', 'read the new passphrase from this file')
    .option('--bits <n>', 'size of the new RSA key (default: as now)', parseKeySize)
    .action((options: ChangeOptions) => changePassphrase(context, options));
  key
    .command('export')
    .description('write the private key to a PKCS#12 file, protected by a passphrase of its own')
    .requiredOption('--pkcs12 <file>', 'the file to write')
    .option('--file-passphrase-file <file>', 'read the passphrase of the new file from this file')
    .option('--force', 'replace a file that is there')
    .action((options: ExportOptions) => exportKey(context, options));
  key
    .command('sheet')
    .description('the recovery sheet: public facts to keep beside the passphrase, on paper')
    .option('-o, --output <file>', 'where to write it; a name that ends in .html gives a page to print')
    .option('--force', 'replace a file that is there')
    .action((options: { output?: string; force?: boolean }) => printSheet(context, options));
}

async function show(context: CommandContext): Promise<void> {
  const vault = context.profileDir();
  const profile = await (await context.session()).readProfile(vault);
  if (profile === null) throw new VaultError('no-vault', `There is no vault at ${vault}.`);
  const { account, location, remembered } = profile;
  context.output.result({ account, store: location, vault, remembered }, () =>
    table([
      ...accountLines(account),
      ['store', placeOf(location)],
      ['profile', vault],
      ['remembered', remembered ? 'yes' : 'no'],
    ]),
  );
}

type ChangeOptions = Readonly<{ newPassphraseFile?: string; bits?: KeySize }>;

async function changePassphrase(context: CommandContext, options: ChangeOptions): Promise<void> {
  if (context.globals().passphraseFile === '-' && options.newPassphraseFile === '-') {
    throw new UsageError('Only one passphrase can come from standard input.');
  }
  using current = await context.passphrase('Passphrase now: ');
  using next = await readNewPassphrase({
    file: options.newPassphraseFile,
    option: '--new-passphrase-file',
    prompt: 'New passphrase: ',
  });
  await context.withVault(
    async (vault) => {
      const work = { signal: context.signal, ...keyProgress() };
      await vault.changePassphrase(current, next, options.bits ?? vault.account().bits, work);
      const account = vault.account();
      context.output.result({ account }, () => table(accountLines(account)));
      context.output.note(
        'The passphrase is changed. The old one opens nothing that is written from now on; print a new recovery sheet.',
      );
    },
    { passphrase: current },
  );
}

type ExportOptions = Readonly<{ pkcs12: string; filePassphraseFile?: string; force?: boolean }>;

async function exportKey(context: CommandContext, options: ExportOptions): Promise<void> {
  using passphrase = await context.passphrase();
  using filePassphrase = await readNewPassphrase({
    file: options.filePassphraseFile,
    option: '--file-passphrase-file',
    prompt: 'Passphrase for the file: ',
  });
  await context.withVault(
    async (vault) => {
      const pkcs12 = await vault.exportPkcs12(passphrase, filePassphrase);
      await writeNamedFile(options.pkcs12, pkcs12, options.force ?? false);
      context.output.result({ output: options.pkcs12, bytes: pkcs12.length }, () => '');
      context.output.note(`Wrote ${options.pkcs12}. Whoever has it and its passphrase can read everything.`);
    },
    { passphrase },
  );
}

const printSheet = (
  context: CommandContext,
  { output, force = false }: { output?: string; force?: boolean },
): Promise<void> =>
  context.withVault(async (vault) => {
    const sheet = vault.recoverySheet();
    if (output === undefined) {
      context.output.result(sheet, () => sheetAsText(sheet));
      return;
    }
    await writeNamedFile(output, /\.html?$/i.test(output) ? sheetAsHtml(sheet) : `${sheetAsText(sheet)}\n`, force);
    context.output.result({ output }, () => '');
    context.output.note(`Wrote ${output}.`);
  });
