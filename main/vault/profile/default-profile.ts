import envPaths from 'env-paths';

/**
 * The profile that the app and the command use unless told otherwise: `VAULT_DIR`, or the system's own place for an
 * application's data (XDG data home, Application Support, LocalAppData).
 */
export function defaultProfileDir(): string {
  const chosen = process.env['VAULT_DIR'];
  return chosen !== undefined && chosen !== '' ? chosen : envPaths('coretex-vault', { suffix: '' }).data;
}
