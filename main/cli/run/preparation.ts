/** What happens with the vault open: all that a program is to get is read, told in the log and put where it will look for it. */
import { VaultError } from '../../../app/errors.js';
import type { ProjectSummary } from '../../../app/model/project.js';
import type { Vault } from '../../vault/vault.js';
import type { CommandContext } from '../context.js';
import type { ChildJob } from './child.js';
import { openCoretexKeys, spellingsOfKeys } from './coretex-keys.js';
import { inFiles, inVariables, passedOn, type Environment } from './environment.js';
import { openSecrets, wipeHandOvers, type HandOver } from './hand-over.js';
import { searchFor } from './mask.js';
import type { PatternSearch } from './pattern-search.js';
import type { PrivateFolders } from './private-folders.js';
import { chooseFiles, materialise, projectVariables } from './project-copy.js';
import { writeReceipts } from './receipts.js';
import { parseSecretRequest } from './secret-request.js';

/** What the words of `vault run` ask for. */
export type RunOptions = Readonly<{
  secret: readonly string[];
  project: readonly string[];
  file: readonly string[];
  env?: boolean;
  cwdProject?: boolean;
  coretex?: boolean;
  mask: boolean;
}>;

export type Prepared = Pick<ChildJob, 'environment' | 'folder' | 'search'>;

/**
 * SECURITY (promise 9): the vault is locked again, its keys wiped, when this is done and before the program starts. Throws UsageError,
 * and VaultError for whatever is missing, damaged or not allowed.
 */
export async function prepare(
  context: CommandContext,
  command: string,
  options: RunOptions,
  folders: PrivateFolders,
): Promise<Prepared> {
  const requests = options.secret.map(parseSecretRequest);
  let prepared: Prepared | undefined;
  await context.withVault(async (vault) => {
    const run = { context, vault, command, options, folders };
    const handOvers = await openSecrets(vault.secrets, requests, {
      inEnvironment: options.env ?? false,
      warn: (text) => context.output.warn(text),
    });
    try {
      prepared = await withCoretexKeys(run, (keys) => handOverAll(run, handOvers, keys));
    } finally {
      wipeHandOvers(handOvers);
    }
  });
  if (prepared === undefined) throw new VaultError('internal');
  return prepared;
}

type Run = Readonly<{
  context: CommandContext;
  vault: Vault;
  command: string;
  options: RunOptions;
  folders: PrivateFolders;
}>;

type CoretexKeys = Readonly<{ keys: readonly HandOver[]; projects: readonly ProjectSummary[] }>;

/** Keys of the projects that were named, else of all: none more than the program needs. */
async function withCoretexKeys(
  { vault, options }: Run,
  work: (coretex: CoretexKeys) => Promise<Prepared>,
): Promise<Prepared> {
  if (options.coretex !== true) return await work({ keys: [], projects: [] });
  const named = options.project.map((project) => vault.projects.resolve(project));
  const projects = named.length > 0 ? named : vault.projects.list();
  const keys = await openCoretexKeys(vault, projects);
  try {
    return await work({ keys, projects });
  } finally {
    wipeHandOvers(keys);
  }
}

async function handOverAll(
  { context, vault, command, options, folders }: Run,
  handOvers: readonly HandOver[],
  { keys, projects }: CoretexKeys,
): Promise<Prepared> {
  const requests = options.project.map((project) => chooseFiles(vault, project, options.file));
  const others = projects.filter(({ id }) => !requests.some(({ project }) => project.id === id));
  await writeReceipts(context, vault, {
    command,
    handOvers: [...handOvers, ...keys],
    projects: [...requests, ...others.map((project) => ({ project, files: [] }))],
  });
  const copies: { id: string; folder: string }[] = [];
  for (const request of requests) {
    copies.push({ id: request.project.id, folder: await materialise(context, vault, request, folders) });
  }
  return {
    environment: {
      ...passedOn(process.env),
      ...projectVariables(copies),
      ...(await secretVariables(handOvers, options.env ?? false, folders)),
      ...inVariables(keys),
    },
    folder: options.cwdProject === true ? copies[0]?.folder : undefined,
    search: options.mask ? searchForAll(handOvers, keys) : null,
  };
}

/** Null when there is nothing to mask: then the program may have the terminal itself. */
function searchForAll(handOvers: readonly HandOver[], keys: readonly HandOver[]): PatternSearch | null {
  if (handOvers.length + keys.length === 0) return null;
  const spelledKeys = spellingsOfKeys(keys);
  try {
    return searchFor([...handOvers.map(({ value }) => value), ...spelledKeys]);
  } finally {
    for (const spelled of spelledKeys) spelled.fill(0);
  }
}

async function secretVariables(
  handOvers: readonly HandOver[],
  inEnvironment: boolean,
  folders: PrivateFolders,
): Promise<Environment> {
  if (inEnvironment) return inVariables(handOvers);
  return handOvers.length === 0 ? {} : inFiles(handOvers, await folders.inMemory());
}
