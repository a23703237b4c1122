import { basename } from 'node:path';
import type { CommandContext } from '../context.js';
import { visible } from '../format.js';
import type { Vault } from '../../vault/vault.js';
import type { HandOver } from './hand-over.js';
import type { ProjectRequest } from './project-copy.js';

/** What is about to be handed over, and to which program. */
export type Reading = Readonly<{
  command: string;
  handOvers: readonly HandOver[];
  projects: readonly Pick<ProjectRequest, 'project' | 'files'>[];
}>;

/**
 * Writes a signed receipt into the log of every project. It comes before the first byte is handed over, so that no kill -9 gets
 * around it, and a log that cannot be reached stops the run. The program's name alone is told: its arguments may be secret.
 */
export async function writeReceipts(context: CommandContext, vault: Vault, reading: Reading): Promise<void> {
  const { command, handOvers, projects } = reading;
  const secrets = [...new Set(handOvers.map(({ secret }) => secret))];
  if (projects.length === 0 && secrets.length > 0) {
    context.output.note('No --project was given, so there is no log to write a receipt of this into.');
  }
  for (const { project, files } of projects) {
    const receipt = { command: basename(command), secrets, files: files.map(({ path }) => path) };
    if (await vault.projects.addReceipt(project.id, receipt)) continue;
    context.output.warn(`The log of “${visible(project.name)}” took no receipt of this.`);
  }
}
