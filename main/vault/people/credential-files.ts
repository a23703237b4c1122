/** Files that hold credentials by what they are called: whoever has read one should be assumed to have used it. */

const names = new Set([
  'id_rsa',
  'id_dsa',
  'id_ecdsa',
  'id_ed25519',
  '.netrc',
  '_netrc',
  '.npmrc',
  '.yarnrc.yml',
  '.pypirc',
  '.pgpass',
  '.my.cnf',
  '.htpasswd',
  '.git-credentials',
  '.dockercfg',
  '.vault-token',
  '.terraformrc',
  'kubeconfig',
  'wp-config.php',
  'application_default_credentials.json',
]);

const endings = [
  '.env',
  '.pem',
  '.key',
  '.p12',
  '.pfx',
  '.p8',
  '.jks',
  '.keystore',
  '.kdbx',
  '.ppk',
  '.ovpn',
  '.tfvars',
  '.tfvars.json',
  '.tfstate',
];

const patterns: readonly RegExp[] = [
  /^\.env(?:\..+)?$/,
  /^\.envrc$/,
  /^credentials(?:\..+)?$/,
  /^secrets?\.(?:json|ya?ml|toml|ini|txt)$/,
  /^client_secret.*\.json$/,
  /^service[-_]?account.*\.json$/,
];

/** Names that say nothing without the folder they are in. */
const places = [/(?:^|\/)\.aws\/(?:config|credentials)$/, /(?:^|\/)\.kube\/config$/, /(?:^|\/)\.docker\/config\.json$/];

/** Whether a path within a project looks like a file of credentials. Letter case does not matter. */
export const looksLikeCredentials = (path: string): boolean => {
  const folded = path.toLowerCase();
  const name = folded.slice(folded.lastIndexOf('/') + 1);
  return (
    names.has(name) ||
    endings.some((ending) => name.endsWith(ending)) ||
    patterns.some((pattern) => pattern.test(name)) ||
    places.some((place) => place.test(folded))
  );
};
