import { z } from 'zod';
import { VaultError } from '../../../app/errors.js';
import { isKey } from '../key.js';

/** The change feed: `changes/<ten digits>` (docs/protocol.md section 7). */
export const feedPrefix = 'changes/';
export const isFeedKey = (key: string): boolean => key.startsWith(feedPrefix);
export const entryKey = (sequence: number): string => feedPrefix + String(sequence).padStart(10, '0');

/** Null for what is no entry's key. */
export function sequenceOf(key: string): number | null {
  const digits = key.slice(feedPrefix.length);
  return isFeedKey(key) && /^\d{10}$/.test(digits) && Number(digits) > 0 ? Number(digits) : null;
}

/** What an entry may have at most: as JWS, and of keys. */
export const maxEntryBytes = 64 * 1024;
const maxEntryKeys = 1000;

const keys = z.array(z.string().refine(isKey, 'not a key'));
const payloadShape = z
  .object({
    sequence: z.int().positive(),
    previous: z.string().max(100).nullable(),
    time: z.string().max(100),
    written: keys,
    removed: keys,
  })
  .refine(({ written, removed }) => written.length + removed.length <= maxEntryKeys, 'too many keys');

export type FeedChange = Readonly<{
  sequence: number;
  /** object hash of the entry before */
  previous: string | null;
  time: string;
  written: readonly string[];
  removed: readonly string[];
}>;

/** What a writer says of keys that changed. */
export type Announcement = Pick<FeedChange, 'written' | 'removed'>;

/** Checks a payload that says to be entry number `sequence`. Throws `damaged`. */
export function parseChange(payload: unknown, sequence: number): FeedChange {
  const parsed = payloadShape.safeParse(payload);
  if (parsed.success && parsed.data.sequence === sequence) return parsed.data;
  throw damagedEntry(sequence);
}

/** What an entry says while nobody can verify it: only good for knowing what to look at. Throws `damaged`. */
export function readUnverified(entry: string, sequence: number): FeedChange {
  const [, payload = ''] = entry.split('.');
  try {
    return parseChange(JSON.parse(Buffer.from(payload, 'base64url').toString('utf8')) as unknown, sequence);
  } catch (error) {
    throw error instanceof VaultError ? error : damagedEntry(sequence);
  }
}

export const damagedEntry = (sequence: number): VaultError =>
  new VaultError(
    'damaged',
    `An entry in the store’s list of changes (number ${String(sequence)}) was not written by a member of this vault. It was ignored, and the whole store was looked through instead.`,
    { details: { sequence } },
  );
