import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { unwritable } from '../named-files.js';
import type { HandOver } from './hand-over.js';
import { fileVariable } from './variables.js';

export type Environment = Readonly<Record<string, string>>;

/** The parent's environment, but for what may hold a passphrase of this vault or the keys of its bucket. */
export function passedOn(environment: NodeJS.ProcessEnv): Record<string, string> {
  const kept = Object.entries(environment).filter(
    (entry): entry is [string, string] => entry[1] !== undefined && !/^VAULT_(.*PASS|S3_)/i.test(entry[0]),
  );
  return Object.fromEntries(kept);
}

/** The values themselves. */
export const inVariables = (handOvers: readonly HandOver[]): Environment =>
  Object.fromEntries(handOvers.map(({ variable, value }) => [variable, value.toString('utf8')]));

/** Each value in a file of its own in `folder` (0600, exactly the value); VARIABLE_FILE says where, as docker's images read it. */
export async function inFiles(handOvers: readonly HandOver[], folder: string): Promise<Environment> {
  const variables: Record<string, string> = {};
  for (const { variable, value } of handOvers) {
    const path = join(folder, variable);
    try {
      await using file = await open(path, 'wx', 0o600);
      await file.writeFile(value);
    } catch (error) {
      throw unwritable(path, error);
    }
    variables[fileVariable(variable)] = path;
  }
  return variables;
}
