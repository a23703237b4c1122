import { accountSummary, type AccountCard } from '../../crypto/account-card.js';
import type { RecoverySheet } from '../vault.js';

/** What a person needs to get everything back without this program (docs/recover.md). Holds public facts only. */
export const recoverySheetOf = (card: AccountCard, storeLabel: string): RecoverySheet => {
  const kdf: [string, string][] =
    card.kdf === null
      ? [['Key derivation', 'coretex: SHA-256 chain over the passphrase as typed']]
      : [
          ['Key derivation', `Argon2id, ${card.kdf.memoryKib} KiB, ${card.kdf.iterations} passes, 1 lane`],
          ['Salt', card.kdf.salt],
        ];
  return {
    account: accountSummary(card),
    storeLabel,
    facts: [
      ['Name', card.name],
      ['Account', card.id],
      ['Key', `RSA ${card.bits}, suite ${card.suite}, version ${card.version}`],
      ...kdf,
      ['Vault', storeLabel],
      ['Created', card.created],
    ],
    steps: [
      'Keep this sheet apart from the computer. Whoever has the passphrase and a copy of the vault can read everything.',
      'Nobody can reset the passphrase. Write it on the line below, or keep it where you are sure to find it.',
      'On a new computer: install Coretex Vault, choose the vault’s folder, and give the same name and passphrase.',
      'Without Coretex Vault: follow docs/recover.md with the passphrase and the vault’s folder. Standard tools are enough.',
    ],
  };
};
