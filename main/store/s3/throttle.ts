import type { S3Client } from '@aws-sdk/client-s3';
import { Readable } from 'node:stream';
import { pause } from './patience.js';

/** Bytes that go at a time: few enough for an even flow. */
const stepBytes = 64 * 1024;
/** What was not used of so long is still used. */
const burstMs = 100;
/** Slower than that, parts of uploads would outlast others' patience (reservation.ts), and connections the silence they are allowed. */
const slowestPerSecond = 64 * 1024;

/** Lets so many bytes through in a second, over everybody who asks, in the order in which they ask. */
export class Throttle {
  #perSecond = 0;
  /** when the next byte may go, as `performance.now()` */
  #freeMs = 0;
  #changed = new AbortController();

  get isOn(): boolean {
    return this.#perSecond > 0;
  }

  /** @param bytesPerSecond 0 for no limit, else at least 64 KiB. Holds at once, also for those who wait. */
  setLimit(bytesPerSecond: number): void {
    this.#perSecond = bytesPerSecond === 0 ? 0 : Math.max(bytesPerSecond, slowestPerSecond);
    this.#freeMs = 0;
    this.#changed.abort();
    this.#changed = new AbortController();
  }

  /** Waits until so many bytes may go. Throws `cancelled`. */
  async take(bytes: number, signal: AbortSignal | undefined): Promise<void> {
    while (this.isOn) {
      const now = performance.now();
      const start = Math.max(this.#freeMs, now - burstMs);
      this.#freeMs = start + (bytes * 1000) / this.#perSecond;
      if (start <= now) return;
      const changed = this.#changed.signal;
      const either = signal === undefined ? changed : AbortSignal.any([changed, signal]);
      const waited = await pause(start - now, either).then(() => true, () => false); // prettier-ignore
      if (waited) return;
      if (!changed.aborted) await pause(0, signal);
    }
  }
}

/**
 * Holds back the bodies that a client sends. It comes after the signature: headers, length and what is signed stay as they are, and a request
 * that is sent again begins its body anew.
 */
export function throttleBodies(client: S3Client, throttle: Throttle): void {
  client.middlewareStack.add(
    (next) => (args) => {
      const { request } = args;
      if (throttle.isOn && hasBody(request) && request.body instanceof Uint8Array)
        request.body = Readable.from(slowly(request.body, throttle));
      return next(args);
    },
    { step: 'deserialize', name: 'throttleBodies', priority: 'low' },
  );
}

const hasBody = (request: unknown): request is { body: unknown } =>
  typeof request === 'object' && request !== null && 'body' in request;

async function* slowly(bytes: Uint8Array, throttle: Throttle): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += stepBytes) {
    const step = bytes.subarray(at, at + stepBytes);
    await throttle.take(step.length, undefined); // a request that is given up asks for no more of its body
    yield step;
  }
}
