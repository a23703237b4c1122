import type { AccountSummary } from '../../app/model/account.js';

/** Rows for `table`: an account's public facts. */
export const accountLines = (account: AccountSummary): [label: string, value: string][] => [
  ['name', account.name],
  ['account', account.id],
  ['suite', `${account.suite}, RSA ${account.bits}`],
  ['version', String(account.version)],
  ['created', account.created],
  ['fingerprint', account.fingerprintWords.join(' ')],
  ['', account.fingerprintHex],
];
