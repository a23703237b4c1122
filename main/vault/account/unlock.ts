import { VaultError } from '../../../app/errors.js';
import type { AccountCard } from '../../crypto/account-card.js';
import type { MasterKeyParameters } from '../../crypto/keys.js';
import type { MasterKey } from '../../crypto/master-key.js';
import type { SecretBytes } from '../../crypto/secret-bytes.js';
import { deriveMasterKey } from '../../engine/derive-master-key.js';
import type { KeyWork } from '../vault.js';

export const parametersOf = (card: AccountCard): MasterKeyParameters =>
  card.kdf === null ? { suite: 'coretex', bits: card.bits } : { suite: 'vault', bits: card.bits, kdf: card.kdf };

/** Whether an unlocked key is the one that a card publishes. */
export const matchesCard = (key: MasterKey, card: AccountCard): boolean =>
  key.publicKeys.wrap.kid === card.keys.wrap.kid && key.publicKeys.sign.kid === card.keys.sign.kid;

/**
 * Derives the master key of a verified card. Throws `wrong-passphrase` when another pair came out (docs/protocol.md section 3).
 * SECURITY: the card's challenge was verified with the card, so equal public keys mean the same private key.
 */
export const deriveForCard = async (passphrase: SecretBytes, card: AccountCard, work: KeyWork): Promise<MasterKey> => {
  const key = await deriveMasterKey(passphrase, parametersOf(card), work);
  if (matchesCard(key, card)) return key;
  key.dispose();
  throw new VaultError('wrong-passphrase');
};
