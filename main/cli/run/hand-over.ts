import { VaultError } from '../../../app/errors.js';
import { isConcealed, type SecretDetail } from '../../../app/model/secret.js';
import type { Secrets } from '../../vault/vault.js';
import { everyField, isVariableName, type SecretRequest } from './secret-request.js';
import { fileVariable, steersPrograms } from './variables.js';

/** One value for the child. Whoever made it wipes `value` (UTF-8). */
export type HandOver = Readonly<{ variable: string; value: Buffer; secret: string; foreignName: boolean }>;

export type HandOverOptions = Readonly<{ inEnvironment: boolean; warn: (text: string) => void }>;

/**
 * Opens what was asked for. Throws `not-found`, `ambiguous-name`; `invalid-input` for a secret that needs a variable, one variable
 * given twice, and values that an environment cannot hold; `not-allowed` for variables that someone else may not choose.
 */
export async function openSecrets(
  secrets: Secrets,
  requests: readonly SecretRequest[],
  options: HandOverOptions,
): Promise<HandOver[]> {
  const handOvers: HandOver[] = [];
  try {
    for (const request of requests) handOvers.push(...(await openSecret(secrets, request, options.warn)));
    requireDistinct(handOvers);
    for (const each of handOvers) requireTakeable(each, options.inEnvironment);
    return handOvers;
  } catch (error) {
    wipeHandOvers(handOvers);
    throw error;
  }
}

export const wipeHandOvers = (handOvers: readonly HandOver[]): void => {
  for (const { value } of handOvers) value.fill(0);
};

async function openSecret(secrets: Secrets, request: SecretRequest, warn: (text: string) => void): Promise<HandOver[]> {
  const summary = secrets.resolve(request.secret);
  if (summary.trashed) throw new VaultError('not-found', `“${summary.name}” is in the trash.`);
  if (summary.ended) {
    warn(`“${summary.name}” is no longer shared with you; this is its last version that was, and may be out of date.`);
  }
  const chosen = chooseFields(await secrets.get(summary.id), request);
  const values = await secrets.revealAll(summary.id, summary.version);
  return chosen.map(({ field, variable }) => ({
    variable,
    value: Buffer.from(values[field] ?? ''),
    secret: summary.name,
    foreignName: request.variable === undefined && !summary.mine,
  }));
}

type Chosen = Readonly<{ field: string; variable: string }>;

function chooseFields(detail: SecretDetail, request: SecretRequest): Chosen[] {
  const { field, variable } = request;
  if (variable === undefined) return ownVariables(detail);
  if (field !== undefined && field !== everyField) {
    if (detail.fields.some(({ name }) => name === field)) return [{ field, variable }];
    throw new VaultError('not-found', `“${detail.name}” has no field ${field}.`);
  }
  const concealed = detail.fields.filter(({ kind }) => isConcealed(kind));
  const [only] = concealed;
  if (field === undefined && concealed.length === 1 && only !== undefined) return [{ field: only.name, variable }];
  return detail.fields
    .filter(({ length }) => length > 0)
    .map(({ name }) => ({ field: name, variable: `${variable}_${variableOf(name)}` }));
}

/** `privateKey` is PRIVATE_KEY, `client-id` is CLIENT_ID. */
export const variableOf = (field: string): string =>
  field
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replaceAll(/[^A-Za-z0-9_]/g, '_')
    .toUpperCase();

function ownVariables({ type, name, fields }: SecretDetail): Chosen[] {
  if (type !== 'env') {
    throw new VaultError('invalid-input', `“${name}” is no secret of type env: say --secret ${quoted(name)}=VARIABLE.`);
  }
  return fields
    .filter((field) => field.name !== 'notes')
    .map((field) => {
      if (isVariableName(field.name)) return { field: field.name, variable: field.name };
      throw new VaultError('invalid-input', `“${field.name}” of “${name}” cannot be the name of a variable.`);
    });
}

const quoted = (name: string): string => (/^[\w.-]+$/.test(name) ? name : 'NAME');

function requireDistinct(handOvers: readonly HandOver[]): void {
  const seen = new Set<string>();
  for (const { variable } of handOvers) {
    if (seen.has(variable)) throw new VaultError('invalid-input', `Two secrets are to be handed over as ${variable}.`);
    seen.add(variable);
  }
}

function requireTakeable({ variable, value, secret, foreignName }: HandOver, inEnvironment: boolean): void {
  if (inEnvironment && value.includes(0)) {
    throw new VaultError(
      'invalid-input',
      `“${secret}” holds the character NUL, which no environment can. Leave out --env.`,
    );
  }
  // SECURITY: whoever shares a secret of type env chooses its names, and must not run code here with them.
  if (foreignName && steersPrograms(inEnvironment ? variable : fileVariable(variable))) {
    throw new VaultError(
      'not-allowed',
      `“${secret}”, which is someone else’s, would set ${variable}. If that is meant: --secret ${quoted(secret)}#${variable}=${variable}.`,
    );
  }
}
