import { mkdir, open, readFile, rename, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { id } from '../../../app/model/account.js';
import { s3Location } from '../../../app/model/store.js';
import { VaultError } from '../../../app/errors.js';

const profileSchema = z.object({
  format: z.literal('coretex-vault/v1/profile'),
  store: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('directory'), path: z.string().min(1) }),
    s3Location.extend({ kind: z.literal('s3') }),
  ]),
  /** id of the store's marker: another folder put in its place is noticed */
  storeId: id,
  accountId: id,
});
export type ProfileFile = z.infer<typeof profileSchema>;

const codeOf = (error: unknown): string | undefined => (error as NodeJS.ErrnoException).code;

/** Translates what a local disk may answer to a write; anything else is passed on as it is. */
const localWriteError = (error: unknown, what: string): unknown => {
  switch (codeOf(error)) {
    case 'ENOSPC':
    case 'EDQUOT':
      return new VaultError('disk-full', undefined, { cause: error });
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
    case 'ENOTDIR':
      return new VaultError('target-unwritable', `${what} cannot be written in the folder of this profile.`, {
        cause: error,
      });
    default:
      return error;
  }
};

/** Replaces a small file of the profile in one step: the old content or the new, never half of one. */
export const writeProfileFile = async (path: string, bytes: Uint8Array): Promise<void> => {
  const next = `${path}.next`;
  try {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    const file = await open(next, 'w', 0o600);
    try {
      await file.writeFile(bytes);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(next, path);
  } catch (error) {
    throw localWriteError(error, 'A file');
  }
};

/** The file's bytes, or null when there is none. */
export const readProfileFile = async (path: string): Promise<Buffer | null> => {
  try {
    return await readFile(path);
  } catch (error) {
    if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR') return null;
    throw new VaultError('source-unreadable', 'The profile of this vault cannot be read.', { cause: error });
  }
};

export const removeProfileFile = (path: string): Promise<void> =>
  unlink(path).catch((error: unknown) => {
    if (codeOf(error) !== 'ENOENT') throw error;
  });

const profilePath = (profileDir: string): string => join(profileDir, 'profile.json');

/** Null when there is no profile. Throws `damaged` for a profile that is not one, `unsupported-version` for a newer one. */
export const loadProfile = async (profileDir: string): Promise<ProfileFile | null> => {
  const bytes = await readProfileFile(profilePath(profileDir));
  if (bytes === null) return null;
  let json: unknown;
  try {
    json = JSON.parse(bytes.toString('utf8'));
  } catch (error) {
    throw new VaultError(
      'damaged',
      'The profile file of this vault is damaged. The vault itself is not: open its store again.',
      { cause: error },
    );
  }
  const parsed = profileSchema.safeParse(json);
  if (parsed.success) return parsed.data;
  const format: unknown = typeof json === 'object' && json !== null && 'format' in json ? json.format : undefined;
  if (
    typeof format === 'string' &&
    /^coretex-vault\/v\d+\/profile$/.test(format) &&
    format !== 'coretex-vault/v1/profile'
  ) {
    throw new VaultError('unsupported-version');
  }
  throw new VaultError(
    'damaged',
    'The profile file of this vault is damaged. The vault itself is not: open its store again.',
  );
};

export const saveProfile = (profileDir: string, profile: ProfileFile): Promise<void> =>
  writeProfileFile(profilePath(profileDir), Buffer.from(`${JSON.stringify(profile, null, 2)}\n`));
