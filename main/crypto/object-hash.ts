import { createHash } from 'node:crypto';

/** SHA-256 of an object's stored bytes in base64url without padding: how records name the version before them. */
export const objectHash = (stored: Uint8Array): string => createHash('sha256').update(stored).digest('base64url');
