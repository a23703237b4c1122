import { isVaultError, type VaultError } from '../../app/errors.js';
import type { Vault } from '../vault/vault.js';

/** `away`: what to say when a bucket does not answer, and what this computer has is shown; empty when it did. */
export type Look = Readonly<{ problems: readonly VaultError[]; away: string }>;

/** What the S3 store calls troubles that pass by themselves (main/store/s3/failure.ts). */
const passing: readonly unknown[] = [undefined, 'network', 'no-host', 'busy', 'server-error'];

/**
 * Brings an open vault up to date with its store. What was seen before stays readable while the store is away; what is wrong with several
 * records alike is said once.
 */
export async function lookAt(vault: Vault): Promise<Look> {
  try {
    const problems = await vault.refresh();
    return { problems: [...new Map(problems.map((problem) => [problem.message, problem])).values()], away: '' };
  } catch (error) {
    if (!isVaultError(error, 'store-missing', 'store-unreachable')) throw error;
    const away = awayWords(vault, error);
    return away === '' ? { problems: [error], away } : { problems: [], away };
  }
}

/** Empty for a folder, and for a bucket that answers and refuses: keys, clock or certificates do not become right by waiting. */
function awayWords(vault: Vault, { code, details }: VaultError): string {
  if (vault.location.kind !== 's3' || code !== 'store-unreachable') return '';
  if (vault.sync.status().state === 'paused')
    return 'Sending and fetching are paused (`vault sync --resume`); showing what this computer has.';
  return passing.includes(details['reason']) ? 'The store does not answer; showing what this computer has.' : '';
}
