import { errorCodes, VaultError, type ErrorCode } from '../../app/errors.js';
import type { Transfer } from '../../app/model/project.js';
import type { StartedTransfer, Vault } from '../vault/vault.js';
import type { CommandContext } from './context.js';
import { plural, visible } from './format.js';
import { TransferLine } from './progress.js';

/**
 * Waits for a transfer, painting its progress on a terminal. When not all of it was done, names every file that failed and
 * throws with the code of the first failure; before that, with `--json`, prints the transfer so that a script can see which.
 */
export async function finishTransfer(
  context: CommandContext,
  vault: Vault,
  started: StartedTransfer,
): Promise<Transfer> {
  const line = new TransferLine();
  const stopWatching = vault.on('transfer', (transfer) => {
    if (transfer.id === started.id) line.show(transfer);
  });
  const transfer = await started.finished;
  stopWatching();
  line.clear();
  if (transfer.state === 'done' && transfer.failedFiles === 0) return transfer;
  if (context.output.json) context.output.result(transfer, () => '');
  for (const { path, message } of transfer.failures)
    context.output.note(path === '' ? message : `${visible(path)}: ${message}`);
  throw failureOf(transfer);
}

function failureOf(transfer: Transfer): VaultError {
  if (transfer.state === 'interrupted' && transfer.kind === 'upload') {
    return new VaultError('cancelled', 'Stopped. `vault file put --resume` goes on where it was.');
  }
  if (transfer.state === 'cancelled' || transfer.state === 'interrupted') return new VaultError('cancelled');
  const [first] = transfer.failures;
  const explanation = `${plural(transfer.failedFiles, 'file')} of ${transfer.files} failed${first ? `: ${first.message}` : '.'}`;
  return new VaultError(knownCode(first?.code), explanation, {
    details: { failed: transfer.failedFiles, files: transfer.files },
  });
}

const knownCode = (text: string | undefined): ErrorCode => errorCodes.find((code) => code === text) ?? 'internal';
