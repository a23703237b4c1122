import { z } from 'zod';
import { isVaultError, VaultError } from '../../../app/errors.js';
import { id } from '../../../app/model/account.js';
import { s3Location } from '../../../app/model/store.js';
import type { Store } from '../../store/store.js';
import type { AccountDirectory } from '../account/account-directory.js';
import type { RecordAuthor } from '../account/record-author.js';
import { placeOf } from '../store-location.js';
import type { StoreLocation } from '../vault.js';

export const movedType = 'coretex-vault/v1/moved';
export const movedKey = 'moved/0000000001';
/** A note holds a place and maybe a certificate. */
const mostBytes = 256 * 1024;

const location = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('directory'), path: z.string().min(1).max(10_000) }),
  s3Location.extend({ kind: z.literal('s3') }),
]);

const movedNote = z.object({
  storeId: id,
  /** the place in words */
  to: z.string().max(10_000),
  /** the place without any key; a folder's path is as the mover's computer names it */
  location,
  time: z.iso.datetime(),
  author: id,
});
export type MovedNote = z.infer<typeof movedNote>;

/** The bytes of the note that a moved store keeps, signed by whoever moved it. */
export const signNote = async (
  author: RecordAuthor,
  storeId: string,
  to: StoreLocation,
  time = new Date(),
): Promise<Uint8Array> => {
  const note: MovedNote = {
    storeId,
    to: placeOf(to),
    location: to,
    time: time.toISOString(),
    author: author.accountId,
  };
  return Buffer.from(await author.sign(movedType, note), 'latin1');
};

/**
 * Reads a note's bytes. SECURITY (promise 3): only a person of this vault can have written it, and only about this vault.
 * Throws `damaged`, `unsupported-version`.
 */
export const parseNote = async (
  stored: Uint8Array,
  { author, directory, storeId }: Readonly<{ author: RecordAuthor; directory: AccountDirectory; storeId: string }>,
): Promise<MovedNote> => {
  if (stored.length > mostBytes) throw new VaultError('damaged');
  const payload = await author.verify(movedType, Buffer.from(stored).toString('latin1'));
  const parsed = movedNote.safeParse(payload);
  if (!parsed.success || parsed.data.storeId !== storeId) throw new VaultError('damaged');
  if ((await directory.pinned(parsed.data.author))?.card.kind !== 'person') throw new VaultError('damaged');
  return parsed.data;
};

type Reader = Parameters<typeof parseNote>[1] & Readonly<{ store: Store }>;

/** The note of a store that was moved away; null while there is none. Throws `damaged` for one that nobody of this vault wrote. */
export const readNote = async (reader: Reader, options: { signal?: AbortSignal } = {}): Promise<MovedNote | null> => {
  try {
    return await parseNote(await reader.store.get(movedKey, undefined, options), reader);
  } catch (error) {
    if (isVaultError(error, 'not-found')) return null;
    throw error;
  }
};

/** What somebody is told whose store was moved away: by whom, where to, and what to do. */
export const movedSentence = (note: MovedNote, directory: AccountDirectory): string =>
  `“${directory.nameOf(note.author)}” moved this vault to ${note.to} on ${note.time.slice(0, 10)}. What is here can be read and no longer changed: follow it there (\`vault move --follow\`).`;

/** The problem that a refresh tells about this store, if any: that it was moved, or that it holds a note which nobody of this vault wrote. */
export const movedProblem = async (reader: Reader): Promise<VaultError | null> => {
  try {
    const note = await readNote(reader);
    if (note === null) return null;
    return new VaultError('store-readonly', movedSentence(note, reader.directory), {
      details: { moved: true, to: note.to, author: note.author },
    });
  } catch (error) {
    if (!isVaultError(error, 'damaged', 'unsupported-version', 'changed-card')) throw error;
    return new VaultError(
      'damaged',
      'The store holds a note that it was moved, but nobody of this vault signed it. It is ignored.',
      {
        cause: error,
      },
    );
  }
};
