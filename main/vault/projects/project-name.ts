import { VaultError } from '../../../app/errors.js';
import { projectName } from '../../../app/model/project.js';
import { deriveRecordKey, openWithKey, sealWithKey } from '../../crypto/keyed-record.js';
import type { SecretBytes } from '../../crypto/secret-bytes.js';
import type { VaultContext } from '../context.js';
import type { Membership } from './membership.js';
import { recordKey } from './record-keys.js';

/** Throws `invalid-input`. */
export const parseProjectName = (name: string): string => {
  const parsed = projectName.safeParse(name);
  if (parsed.success) return parsed.data;
  throw new VaultError('invalid-input', 'A project’s name has 1 to 200 characters, at least one of them visible.');
};

/** Names in the log are sealed with the project's key: the log itself is readable by whoever has the store. */
export const sealProjectName = async (
  name: string,
  projectId: string,
  projectKey: SecretBytes,
  epoch: number,
): Promise<string> => {
  using key = deriveRecordKey(projectKey, projectId, 'project-name');
  return await sealWithKey(Buffer.from(name), key, epoch);
};

/** A project's newest name. Throws `not-a-reader` without the key of its epoch, `damaged`. */
export const openProjectName = async (context: VaultContext, membership: Membership): Promise<string> => {
  const { id, sealedName, nameEpoch } = membership;
  const plaintext = await openWithKey(sealedName, (found) => {
    if (found !== nameEpoch)
      throw new VaultError('damaged', 'A project’s name is sealed with the key of another epoch.');
    return recordKey(context, id, found, 'project-name');
  });
  const name = projectName.safeParse(Buffer.from(plaintext).toString('utf8'));
  if (!name.success) throw new VaultError('damaged', 'The name of a project is not a name.');
  return name.data;
};
