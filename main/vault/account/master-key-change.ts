import { VaultError } from '../../../app/errors.js';
import type { KeySize, Suite } from '../../../app/model/account.js';
import { nextCard, type AccountCard } from '../../crypto/account-card.js';
import type { MasterKeyParameters } from '../../crypto/keys.js';
import { calibrateKdf } from '../../crypto/passphrase-stretch.js';
import type { SecretBytes } from '../../crypto/secret-bytes.js';
import { deriveMasterKey } from '../../engine/derive-master-key.js';
import type { Store } from '../../store/store.js';
import type { AccountDirectory } from './account-directory.js';
import { openIndexKey, saveIndexKey } from '../index/index-key.js';
import type { KeyRing } from './key-ring.js';
import { judgePassphrase } from '../../engine/judge-passphrase.js';
import { accountKey } from '../store-keys.js';
import type { KeyWork } from '../vault.js';

const kdfTargetMs = 500;

/** SECURITY: a coretex key can be guessed at full speed from its public half, so a weak passphrase is refused (docs/protocol.md section 1). */
export const requireStrength = async (passphrase: SecretBytes, suite: Suite): Promise<void> => {
  if (suite !== 'coretex') return;
  const strength = await judgePassphrase(passphrase, suite);
  if (strength.acceptable) return;
  throw new VaultError(
    'weak-passphrase',
    `A Coretex key can be guessed at full speed from its public half: this passphrase would fall in ${strength.crackTime}, for ${strength.crackCost}. Use a longer one, or the vault suite.`,
  );
};

/** Fresh parameters for a new key of a suite: a new salt, and a cost measured on this computer. */
export const newParameters = async (suite: Suite, bits: KeySize): Promise<MasterKeyParameters> =>
  suite === 'coretex' ? { suite, bits } : { suite, bits, kdf: await calibrateKdf(kdfTargetMs) };

export type ChangeParts = Readonly<{ profileDir: string; store: Store; directory: AccountDirectory; keyRing: KeyRing }>;
export type ChangeRequest = Readonly<{ card: AccountCard; passphrase: SecretBytes; bits: KeySize }>;

/**
 * Publishes the next version of an account's card with a new key pair, signed by the old key too, and seals the index key
 * to the new one. The old pair stays reachable through the card, so whatever a crash leaves undone can be done later.
 * Throws `conflict` when another computer changed the passphrase at the same time.
 */
export const replaceMasterKey = async (
  parts: ChangeParts,
  request: ChangeRequest,
  work: KeyWork,
): Promise<AccountCard> => {
  const { card, passphrase, bits } = request;
  await requireStrength(passphrase, card.suite);
  const parameters = await newParameters(card.suite, bits);
  const newKey = await deriveMasterKey(passphrase, parameters, work);
  try {
    const before = await parts.directory.version(card.id, card.version);
    const stored = await nextCard({
      previousStored: before.stored,
      previous: card,
      oldKey: parts.keyRing.current,
      newKey,
      kdf: parameters.suite === 'vault' ? parameters.kdf : null,
    });
    work.onProgress?.({ step: 'publish', fraction: 0 });
    const published = await parts.store.putIfAbsent(accountKey(card.id, card.version + 1), stored);
    if (!published)
      throw new VaultError('conflict', 'The passphrase of this account was changed elsewhere at the same time.');
    const pinned = await parts.directory.pin(card.id, stored);
    using indexKey = await openIndexKey(parts.profileDir, parts.keyRing);
    parts.keyRing.replace(newKey);
    await saveIndexKey(parts.profileDir, indexKey, parts.keyRing);
    return pinned.card;
  } catch (error) {
    if (parts.keyRing.current !== newKey) newKey.dispose();
    throw error;
  }
};
