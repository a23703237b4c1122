import { randomBytes } from 'node:crypto';

/** An id of the protocol: 16 random bytes as 32 lowercase hex digits. */
export const randomId = (): string => randomBytes(16).toString('hex');
