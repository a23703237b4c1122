/** The people of this store as this computer knows them, and how far each is trusted. */
import type { VaultError } from '../../app/errors.js';
import type { Person } from '../../app/model/people.js';
import { asVaultError } from './error-advice.js';
import { attempt } from './attempt.js';
import { client } from './client.js';
import { lockable, whileUnlocked } from './lockable.js';
import { toast } from './toasts.js';

type PeopleState = { items: readonly Person[]; loaded: boolean; error: VaultError | null; search: string };

export const usePeople = lockable<PeopleState>(() => ({ items: [], loaded: false, error: null, search: '' }));

export const loadPeople = async (): Promise<void> => {
  try {
    const { items } = await whileUnlocked(client.people.list({}));
    usePeople.setState({ items, loaded: true, error: null });
  } catch (failure) {
    const error = asVaultError(failure);
    if (error.code !== 'locked') usePeople.setState({ error, loaded: true });
  }
};

export const searchPeople = (search: string): void => usePeople.setState({ search });

/** How far an account is trusted; an alarm outweighs everything else. */
export type Trust = 'self' | 'alarm' | 'key-changed' | 'verified' | 'unverified';

export const trustOf = (person: Pick<Person, 'isSelf' | 'alarm' | 'keyChanged' | 'verified'>): Trust => {
  if (person.isSelf) return 'self';
  if (person.alarm !== '') return 'alarm';
  if (person.keyChanged) return 'key-changed';
  return person.verified ? 'verified' : 'unverified';
};

/**
 * Marks a fingerprint as compared. SECURITY (promise 2): what was on the screen is sent along, so that a key that changed
 * meanwhile is refused instead of being trusted unseen.
 */
export const verifyAccount = (account: Pick<Person, 'id' | 'name' | 'fingerprintHex'>): Promise<boolean> =>
  attempt(async () => {
    const { id, fingerprintHex, name } = account;
    await whileUnlocked(client.people.verify({ id, fingerprintHex }));
    toast({ kind: 'done', text: `${name} is verified on this computer` });
  });

export const takeBackVerification = ({ id, name }: Pick<Person, 'id' | 'name'>): Promise<boolean> =>
  attempt(async () => {
    await whileUnlocked(client.people.unverify({ id }));
    toast({ kind: 'done', text: `${name} is no longer marked as verified` });
  });
