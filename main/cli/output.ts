import { errorSentences, isVaultError, type ErrorCode, type ErrorDetails } from '../../app/errors.js';
import { exitCodeOf, exitCodes, type ExitCode } from './exit-codes.js';
import { visibleLines } from './format.js';

/** A mistake in the words of a command line. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

type Failure = Readonly<{ code: ErrorCode | 'usage'; message: string; details: ErrorDetails; exitCode: ExitCode }>;

/** Results go to standard output, everything said about them to standard error. */
export class Output {
  #closed = false;

  constructor(readonly json: boolean) {
    // A reader that went away (`vault secret list | head -1`) ends the output, not the work.
    process.stdout.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error;
      this.#closed = true;
    });
    process.stderr.on('error', () => undefined);
  }

  /** The command's result: `value` as JSON with `--json`, else the text for a person (nothing when it is empty). */
  result(value: unknown, text: () => string): void {
    const lines = this.json ? JSON.stringify(value) : text();
    if (lines !== '') this.write(`${lines}\n`);
  }

  /** Bytes or text exactly as they are, waiting for a slow reader. */
  async raw(data: Uint8Array | string): Promise<void> {
    if (this.#closed) return;
    await new Promise<void>((resolve) => process.stdout.write(data, () => resolve()));
  }

  write(text: string): void {
    if (!this.#closed) process.stdout.write(text);
  }

  /** To standard error, over whatever progress was painted on the line. */
  #say(line: string): void {
    process.stderr.write(process.stderr.isTTY ? `\r\u001b[K${line}\n` : `${line}\n`);
  }

  /** A word to a person who watches; scripts that asked for JSON do not. */
  note(text: string): void {
    if (!this.json) this.#say(text);
  }

  warn(text: string): void {
    this.#say(this.json ? JSON.stringify({ warning: text }) : `vault: warning: ${text}`);
  }

  /** Tells the failure on standard error and gives the exit code for it. */
  failure(error: unknown): ExitCode {
    const { exitCode, ...rest } = describeFailure(error);
    this.#say(this.json ? JSON.stringify({ error: rest }) : `vault: ${visibleLines(rest.message)}`);
    if (process.env['VAULT_DEBUG'] !== undefined && error instanceof Error) {
      process.stderr.write(`${error.stack ?? ''}\n`);
    }
    return exitCode;
  }
}

/** SECURITY: an unforeseen error's own message may quote data (JSON.parse does), so only its kind is told. */
function describeFailure(error: unknown): Failure {
  if (isVaultError(error)) {
    return { code: error.code, message: error.message, details: error.details, exitCode: exitCodeOf[error.code] };
  }
  if (error instanceof UsageError) {
    return { code: 'usage', message: error.message, details: {}, exitCode: exitCodes.usage };
  }
  const kind = error instanceof Error ? ((error as NodeJS.ErrnoException).code ?? error.name) : typeof error;
  const message = `${errorSentences.internal} (${kind}; VAULT_DEBUG=1 shows more)`;
  return { code: 'internal', message, details: { kind }, exitCode: exitCodes.failed };
}
