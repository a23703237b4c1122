import { fieldName } from '../../../app/model/secret.js';
import { UsageError } from '../output.js';

/** `--secret NAME[#FIELD][=VARIABLE]` as it was typed. */
export type SecretRequest = Readonly<{
  secret: string;
  /** undefined: the one concealed field, or all of them; `*`: all in any case */
  field: string | undefined;
  /** undefined: the secret is of type env and names its variables itself */
  variable: string | undefined;
}>;

export const everyField = '*';

const variableName = /^[A-Za-z_][A-Za-z0-9_]*$/;
export const isVariableName = (text: string): boolean => variableName.test(text);

/** The last `=` and the last `#` count, so that names may hold both; an id is never ambiguous. Throws {@link UsageError}. */
export function parseSecretRequest(word: string): SecretRequest {
  const equals = word.lastIndexOf('=');
  const variable = equals === -1 ? undefined : word.slice(equals + 1);
  if (variable !== undefined && !isVariableName(variable)) {
    throw new UsageError('--secret takes NAME=VARIABLE: letters, digits and _ after the last =.');
  }
  const { secret, field } = splitField(equals === -1 ? word : word.slice(0, equals));
  if (secret === '') throw new UsageError('--secret takes NAME=VARIABLE: the name of the secret is missing.');
  if (field !== undefined && variable === undefined) {
    throw new UsageError(`--secret ${secret}#${field} needs a variable: ${secret}#${field}=VARIABLE.`);
  }
  return { secret, field, variable };
}

function splitField(text: string): Pick<SecretRequest, 'secret' | 'field'> {
  const hash = text.lastIndexOf('#');
  const field = text.slice(hash + 1);
  const isField = hash !== -1 && (field === everyField || fieldName.safeParse(field).success);
  return isField ? { secret: text.slice(0, hash), field } : { secret: text, field: undefined };
}
