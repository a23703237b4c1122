import type { SecretDraft } from '../../../app/model/secret.js';
import type { Vault } from '../vault.js';

export const plaintextFormat = 'coretex-vault/v1/plaintext-export';

export type PlaintextExport = Readonly<{
  format: typeof plaintextFormat;
  exported: string;
  secrets: readonly Required<SecretDraft>[];
}>;

/** Every secret that is not in the trash with all its values, unprotected. Keys of projects are left out. */
export async function exportPlaintext({ secrets }: Pick<Vault, 'secrets'>): Promise<PlaintextExport> {
  const exported: Required<SecretDraft>[] = [];
  for (const { id, type, name, tags, favourite, trashed } of secrets.list()) {
    if (trashed || type === 'project') continue;
    exported.push({ type, name, tags, favourite, fields: await secrets.revealAll(id) });
  }
  return { format: plaintextFormat, exported: new Date().toISOString(), secrets: exported };
}
