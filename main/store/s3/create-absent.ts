import type { Bucket, Found } from './bucket.js';
import { isPassing, s3Failure, troubleOf } from './failure.js';
import type { Mark } from './mark.js';

/** Who did what: we made the object, or this is there instead, or nothing is (any more): look again. */
export type Outcome = 'created' | Found | null;

/**
 * The one commit point: a PUT that the server does only while nothing is there, or while only the reservation `replaced` is.
 * SECURITY (promise 10): an answer that was lost, a lost race (412, and 409 or 500 from some servers) and an attempt of our own that
 * arrived late all look alike, so after any doubt the truth is what is there: our token says that it is ours.
 */
export async function createAbsent(
  bucket: Bucket,
  name: string,
  object: Readonly<{ bytes: Uint8Array; mark: Mark }>,
  replaced: Found | null,
  signal: AbortSignal | undefined,
): Promise<Outcome> {
  const { bytes, mark } = object;
  for (let attempt = 1; ; attempt += 1) {
    try {
      await bucket.putOnce(name, bytes, mark, replaced ?? 'absent', signal);
      return 'created';
    } catch (error) {
      if (troubleOf(error) !== 'lost-race' && !isPassing(error)) throw s3Failure(error, 'write');
      const found = await bucket.head(name, signal);
      if (found !== null && found.mark.token === mark.token) return 'created';
      if (found?.etag !== replaced?.etag) return found;
      if (attempt >= bucket.patience.attempts) throw s3Failure(error, 'write');
    }
    await bucket.patience.wait(attempt + 1, signal);
  }
}
