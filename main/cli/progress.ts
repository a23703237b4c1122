import type { Transfer } from '../../app/model/project.js';
import type { KeyWork, Progress } from '../vault/vault.js';
import { byteCount, plural, visible } from './format.js';

const repaintMs = 100;
const toLineEnd = '\u001b[K';

/** One line on a terminal that is painted over; silent where standard error is no terminal. */
class StatusLine {
  #lastMs = 0;

  show(text: () => string): void {
    if (!process.stderr.isTTY || Date.now() - this.#lastMs < repaintMs) return;
    this.#lastMs = Date.now();
    process.stderr.write(`\r${text().slice(0, (process.stderr.columns || 80) - 1)}${toLineEnd}`);
  }

  clear(): void {
    if (process.stderr.isTTY && this.#lastMs > 0) process.stderr.write(`\r${toLineEnd}`);
  }
}

const stepNames: Readonly<Record<Progress['step'], string>> = {
  stretch: 'Stretching the passphrase',
  derive: 'Deriving the key',
  publish: 'Writing the account',
  open: 'Opening the vault',
  rewrap: 'Wrapping everything for the new key',
};

/** The progress of work on a master key, on a terminal. */
export function keyProgress(): Pick<KeyWork, 'onProgress'> {
  const line = new StatusLine();
  return {
    onProgress: ({ step, fraction }) => {
      if (fraction >= 1) line.clear();
      else line.show(() => `${stepNames[step]} … ${(fraction * 100).toFixed(0)} %`);
    },
  };
}

/** Follows one transfer on a terminal. */
export class TransferLine {
  readonly #line = new StatusLine();

  show(transfer: Transfer): void {
    this.#line.show(() => {
      const share = transfer.bytes === 0 ? 0 : (transfer.bytesDone / transfer.bytes) * 100;
      const at = transfer.current[0]?.path ?? '';
      const files = `${transfer.filesDone}/${plural(transfer.files, 'file')}`;
      return `${share.toFixed(0)} %  ${files}  ${byteCount(transfer.bytesDone)} of ${byteCount(transfer.bytes)}  ${visible(at)}`;
    });
  }

  clear(): void {
    this.#line.clear();
  }
}

/** Follows the re-encryption of a project's files on a terminal. */
export class RekeyLine {
  readonly #line = new StatusLine();

  show({ done, total }: Readonly<{ done: number; total: number }>): void {
    this.#line.show(() => `Re-encrypting with the new key … ${done} of ${plural(total, 'file')}`);
  }

  clear(): void {
    this.#line.clear();
  }
}

const upkeepSteps: Readonly<Record<string, string>> = {
  list: 'Listing the store',
  accounts: 'Checking account cards',
  secrets: 'Checking secrets',
  logs: 'Checking the logs of projects',
  files: 'Checking file records',
  blobs: 'Checking that contents are there',
  contents: 'Reading contents',
  changes: 'Checking the change feed',
  loose: 'Looking for leftovers',
  repair: 'Putting back',
  collect: 'Removing leftovers',
  copy: 'Copying',
  compare: 'Comparing',
};

/** Follows checking, cleaning and moving a store on a terminal. */
export class UpkeepLine {
  readonly #line = new StatusLine();

  /** A total of 0 is one that is not known. */
  readonly show = ({ step, done, total }: Readonly<{ step: string; done: number; total: number }>): void => {
    const of = total === 0 ? '' : ` of ${String(total)}`;
    this.#line.show(() => `${upkeepSteps[step] ?? step} … ${String(done)}${of}`);
  };

  clear(): void {
    this.#line.clear();
  }
}
