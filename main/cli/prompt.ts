import { VaultError } from '../../app/errors.js';
import { SecretBytes } from '../crypto/secret-bytes.js';

const keys = {
  interrupt: 0x03,
  endOfText: 0x04,
  backspace: 0x08,
  newline: 0x0a,
  enter: 0x0d,
  kill: 0x15,
  delete: 0x7f,
};
const maximumBytes = 4096;

/** The line that a person types without seeing it, as bytes. SECURITY (promise 9): never a string, wiped when taken. */
export class HiddenLine {
  readonly #bytes = Buffer.alloc(maximumBytes);
  #length = 0;

  /** Takes what the terminal sent; tells what the person did. Wipes `chunk`. */
  type(chunk: Uint8Array): 'typing' | 'done' | 'interrupted' {
    try {
      for (const byte of chunk) {
        if (byte === keys.enter || byte === keys.newline || byte === keys.endOfText) return 'done';
        if (byte === keys.interrupt) return 'interrupted';
        this.#key(byte);
      }
      return 'typing';
    } finally {
      chunk.fill(0);
    }
  }

  #key(byte: number): void {
    if (byte === keys.kill) this.wipe();
    else if (byte === keys.backspace || byte === keys.delete) this.#eraseCharacter();
    else if (this.#length < maximumBytes) this.#bytes[this.#length++] = byte;
  }

  /** Erases one whole UTF-8 character: its continuation bytes (10xxxxxx) and the byte that leads them. */
  #eraseCharacter(): void {
    let byte: number;
    do {
      if (this.#length === 0) return;
      this.#length -= 1;
      byte = this.#bytes[this.#length] ?? 0;
      this.#bytes[this.#length] = 0;
    } while ((byte & 0xc0) === 0x80);
  }

  /** Moves the bytes typed so far into a holder. */
  take(): SecretBytes {
    const taken = SecretBytes.take(Buffer.from(this.#bytes.subarray(0, this.#length)));
    this.wipe();
    return taken;
  }

  wipe(): void {
    this.#bytes.fill(0);
    this.#length = 0;
  }
}

export const canPrompt = (): boolean => process.stdin.isTTY && process.stderr.isTTY;

/** Asks on the terminal without echo. Throws `cancelled` on Ctrl-C. Call only when {@link canPrompt}. */
export async function askHidden(question: string): Promise<SecretBytes> {
  const { stdin, stderr } = process;
  const line = new HiddenLine();
  // First, so that nothing is echoed of what somebody quick (or a script) types at the sight of the question.
  stdin.setRawMode(true);
  stderr.write(question);
  stdin.resume();
  try {
    await new Promise<void>((resolve, reject) => {
      const onData = (chunk: Buffer): void => {
        const state = line.type(chunk);
        if (state === 'typing') return;
        stdin.off('data', onData);
        if (state === 'done') resolve();
        else reject(new VaultError('cancelled'));
      };
      stdin.on('data', onData);
    });
    return line.take();
  } finally {
    line.wipe();
    stdin.setRawMode(false);
    stdin.pause();
    stderr.write('\n');
  }
}
