import { isVaultError, VaultError } from '../../../app/errors.js';
import type { Vault } from '../../vault/vault.js';
import type { CommandContext } from '../context.js';
import { UsageError } from '../output.js';
import { passphraseFromFile } from '../passphrase.js';
import { keyProgress } from '../progress.js';

export type EnvOptions = Readonly<{ secretFile?: string; reveal?: boolean }>;

/**
 * Prints what the Coretex library reads: on the node from its own profile, elsewhere with the node's secret. Values are plain
 * base64, so each line serves a shell, `docker --env-file` and systemd alike. On a terminal keys are not shown unless asked for.
 */
export async function printEnvironment(
  context: CommandContext,
  name: string | undefined,
  options: EnvOptions,
): Promise<void> {
  if (options.secretFile === undefined) {
    await context.withVault((vault) => printOwn(context, vault, name, options));
    return;
  }
  if (name === undefined) throw new UsageError('Which node is the secret of? vault node env NODE --secret-file FILE');
  using secret = await passphraseFromFile(options.secretFile);
  await context.withVault(async ({ people, profileDir, location }) => {
    const { id } = await people.resolve(name, 'node');
    const { visitNode } = await import('../../vault/nodes/node-visit.js');
    const visit = { profileDir, location, nodeId: id, secret };
    const work = { signal: context.signal, ...keyProgress() };
    try {
      await visitNode(await context.session(), visit, (node) => print(context, node, options), work);
    } catch (error) {
      if (!isVaultError(error, 'wrong-passphrase')) throw error;
      throw new VaultError('wrong-passphrase', `That is not the secret of “${name}”.`, { cause: error });
    }
  });
}

async function printOwn(
  context: CommandContext,
  vault: Vault,
  name: string | undefined,
  options: EnvOptions,
): Promise<void> {
  const own = vault.account();
  if (own.kind !== 'node') {
    throw new VaultError(
      'not-allowed',
      'This is a person’s profile. Run this on the node, or name the node and give its secret with --secret-file.',
    );
  }
  if (name !== undefined && name !== own.name && name !== own.id) {
    throw new VaultError('not-found', `This is the profile of “${own.name}”, not of “${name}”.`);
  }
  await print(context, vault, options);
}

async function print(context: CommandContext, node: Vault, { reveal }: EnvOptions): Promise<void> {
  const { variables, registration, secrets } = await node.nodes.environment();
  if (node.account().suite !== 'coretex') {
    context.output.warn(
      'this node’s key is of the vault suite. The Coretex library can use it, but was made for the coretex suite, and does not read files of projects of the vault suite.',
    );
  }
  context.output.result({ variables: Object.fromEntries(variables), registration, secrets }, () => {
    // A person may have somebody behind them; a file or another program is where keys belong.
    const shown = reveal === true || !process.stdout.isTTY;
    return variables
      .map(([variable, value]) => `${variable}=${shown ? value : '••••••••  (--reveal shows it)'}`)
      .join('\n');
  });
}
