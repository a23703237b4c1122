/**
 * What an object of ours carries in its metadata. Servers send it along with every GET and HEAD, not with listings.
 *
 * `token` is random, one for each call of `putIfAbsent`: who sees its own after an answer was lost knows that it won.
 * `upload` is there only in a reservation: the object is not there yet, whoever holds `token` is bringing it by that multipart upload.
 */
export type Mark = Readonly<{ token: string | null; upload: string | null }>;

const tokenName = 'coretex-put';
const uploadName = 'coretex-reserved-for';

export const newToken = (): string => globalThis.crypto.randomUUID();

export function markOf(metadata: Readonly<Record<string, string>> | undefined): Mark {
  return { token: metadata?.[tokenName] ?? null, upload: metadata?.[uploadName] ?? null };
}

export function metadataOf({ token, upload }: Mark): Record<string, string> {
  return { ...(token !== null && { [tokenName]: token }), ...(upload !== null && { [uploadName]: upload }) };
}

/** A reservation's bytes: always as many, so that only objects of that size must be looked at when listing; each with another ETag. */
export const reservationBytes = (token: string): Buffer => Buffer.from(`coretex-vault reserved ${token}\n`);

export const reservationByteLength = reservationBytes(newToken()).length;
