import { VaultError } from '../../app/errors.js';
import { storeInvitation, type StoreInvitation } from '../../app/model/store.js';
import { keyPrefix } from '../store/s3/location.js';
import { loadProfile } from './profile/profile.js';
import { labelOf, s3LocationOf } from './store-location.js';

/** How an invitation file's name ends. */
export const invitationEnding = '.vault-store';
/** With room for several certificates; whatever is larger is something else. */
export const maxInvitationBytes = 256 * 1024;

/**
 * Reads an invitation file. It is only a form filled in by somebody: nothing of it is trusted, and there is no secret in it.
 * Throws `invalid-input` for what is none, and for places that {@link keyPrefix} refuses; `unsupported-version`.
 */
export function parseInvitation(bytes: Uint8Array): StoreInvitation {
  const parsed = storeInvitation.safeParse(bytes.length > maxInvitationBytes ? null : asJson(bytes));
  if (!parsed.success) {
    const format = parsedFormat(bytes);
    if (format !== null && format !== 'coretex-vault/v1/store-invitation') throw new VaultError('unsupported-version');
    throw new VaultError('invalid-input', 'That file is not an invitation to a vault in a bucket.');
  }
  keyPrefix(parsed.data.location);
  return parsed.data;
}

function parsedFormat(bytes: Uint8Array): string | null {
  const json = bytes.length > maxInvitationBytes ? null : asJson(bytes);
  const format: unknown = typeof json === 'object' && json !== null && 'format' in json ? json.format : undefined;
  return typeof format === 'string' && /^coretex-vault\/v\d+\/store-invitation$/.test(format) ? format : null;
}

function asJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(bytes).toString('utf8'));
  } catch {
    return null; // the schema says what that means
  }
}

/** The invitation to the vault of a profile, as a file's text. Throws `no-vault`, and `invalid-input` for a vault in a folder. */
export async function invitationTo(profileDir: string, name?: string): Promise<string> {
  const profile = await loadProfile(profileDir);
  if (profile === null) throw new VaultError('no-vault');
  if (profile.store.kind !== 's3') {
    throw new VaultError('invalid-input', 'This vault is in a folder: tell your teammates where that folder is.');
  }
  const invitation: StoreInvitation = {
    format: 'coretex-vault/v1/store-invitation',
    name: (name ?? labelOf(profile.store)).slice(0, 200),
    storeId: profile.storeId,
    location: s3LocationOf(profile.store),
  };
  return `${JSON.stringify(invitation, null, 2)}\n`;
}
