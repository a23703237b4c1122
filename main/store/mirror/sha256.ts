/** SHA-256 in base64url without padding: the object hash by which records and feed entries name each other (docs/protocol.md section 7). */
export const hashOf = async (bytes: Uint8Array): Promise<string> =>
  Buffer.from(await globalThis.crypto.subtle.digest('SHA-256', bytes as Uint8Array<ArrayBuffer>)).toString('base64url');
