import { MessageChannel } from 'node:worker_threads';
import { coverFreedPlaintext } from '../crypto/freed-plaintext.js';

/**
 * Every `cipher.update` allocates its result, and the garbage collector sees only the small handle, not the bytes: without
 * help a gigabyte of them piles up. Detaching gives the bytes back at once (measured: a third faster in Electron, and
 * constant memory everywhere).
 */
type Transferring = ArrayBuffer & { transfer?: (byteLength: number) => ArrayBuffer };

// for V8 before 11.4 (Node 20): what is posted to a closed port is taken from the sender and dropped
const { port1: closedPort } = new MessageChannel();
closedPort.close();

/** Frees the bytes of a buffer that owns them alone. It is empty afterwards. */
export function releaseBuffer(buffer: Uint8Array): void {
  const bytes = buffer.buffer as Transferring;
  if (bytes.byteLength === 0) return;
  if (bytes.transfer === undefined) closedPort.postMessage(null, [bytes]);
  else bytes.transfer(0);
}

/** The same for plaintext and keys. SECURITY (promise 9): wiped before it goes back to the allocator. */
export function wipeAndRelease(buffer: Uint8Array): void {
  new Uint8Array(buffer.buffer).fill(0);
  releaseBuffer(buffer);
}

/** After decrypting pieces of this length: see coverFreedPlaintext. */
export function overwriteFreedPlaintext(byteLength: number): void {
  for (const buffer of coverFreedPlaintext(byteLength)) releaseBuffer(buffer);
}
