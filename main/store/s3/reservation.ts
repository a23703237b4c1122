import { VaultError } from '../../../app/errors.js';
import type { Bucket, Found } from './bucket.js';
import { pause } from './patience.js';

/** After so long without a new part, whoever reserved a key is taken for dead. A part takes half an hour at 10 KB/s. */
const abandonedMs = 60 * 60 * 1000;
const lookEveryMs = 2_000;

export const isReservation = (found: Found): boolean => found.mark.upload !== null;

/**
 * Looks once at a reservation of somebody else.
 * @returns the reservation when nobody can complete it any more, so that it may be replaced; null after a pause: look again
 * @throws VaultError `conflict` after `untilMs`, while the other goes on
 */
export async function outwait(
  bucket: Bucket,
  name: string,
  found: Found,
  untilMs: number,
  signal: AbortSignal | undefined,
): Promise<Found | null> {
  const upload = found.mark.upload ?? '';
  const parts = await bucket.parts(name, upload, signal);
  if (parts === null) return found; // completed just now, and the replacement fails; or gone for good
  const newestMs = Math.max(found.modifiedMs, ...parts.slice(-100).map(({ modifiedMs }) => modifiedMs));
  if (Date.now() - newestMs > abandonedMs) {
    // SECURITY (promise 10): should the other be alive after all, it can no longer complete over what comes now.
    await bucket.abort(name, upload, signal);
    return found;
  }
  if (Date.now() > untilMs) {
    throw new VaultError('conflict', 'Another computer is storing the same object at the moment. Try again later.');
  }
  await pause(lookEveryMs, signal);
  return null;
}
