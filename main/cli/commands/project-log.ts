import type { Command } from 'commander';
import { sentenceOf } from '../../../app/model/activity-words.js';
import type { ActivityLine } from '../../../app/model/people.js';
import type { Vault } from '../../vault/vault.js';
import type { CommandContext } from '../context.js';
import { plural, shortTime, table, visible } from '../format.js';
import { parseCount } from '../key-size.js';
import { writeNamedFile } from '../named-files.js';

type LogOptions = Readonly<{ verify?: boolean; proof?: string; force?: boolean; limit?: number }>;

const pageSize = 500;

/** What happened in a project: a part of `vault project`. */
export function defineLogCommand(project: Command, context: CommandContext): void {
  project
    .command('log <project>')
    .description('show the signed membership log in plain words, oldest first')
    .option('--verify', 'read and verify every entry again, from the first')
    .option(
      '--proof <file>',
      'write a file that anybody can check without a key (docs/recover.md); - is standard output',
    )
    .option('--force', 'replace the file of --proof')
    .option('--limit <n>', 'show only the newest entries', parseCount)
    .action((name: string, options: LogOptions) => log(context, name, options));
}

const log = (context: CommandContext, name: string, options: LogOptions): Promise<void> =>
  context.withVault(
    async ({ projects }) => {
      const { id } = projects.resolve(name);
      const verified = options.verify === true ? await projects.verifyLog(id) : null;
      if (options.proof !== undefined)
        await writeProof(context, await projects.proof(id), options.proof, options.force);
      const entries = (await allLines(projects, id, options.limit ?? Infinity)).reverse();
      if (options.proof !== '-') {
        context.output.result(verified === null ? entries : { ...verified, log: entries }, () =>
          table(entries.map((line) => [String(line.sequence), shortTime(line.time), sentenceOf(line)])),
        );
      }
      if (verified !== null) {
        context.output.note(
          `Verified ${plural(verified.entries, 'entry', 'entries')}; the newest is ${verified.head}.`,
        );
      }
    },
    { complete: true },
  );

/** To standard output it is all there is: a proof with the log in plain words behind it would be none. */
async function writeProof(context: CommandContext, proof: Uint8Array, path: string, force = false): Promise<void> {
  if (path === '-') {
    await context.output.raw(proof);
    return;
  }
  await writeNamedFile(path, proof, force);
  context.output.note(`Wrote ${visible(path)}.`);
}

/** Newest first. */
async function allLines(projects: Vault['projects'], id: string, limit: number): Promise<ActivityLine[]> {
  const lines: ActivityLine[] = [];
  while (lines.length < limit) {
    const before = lines.at(-1)?.sequence;
    const page = { limit: Math.min(pageSize, limit - lines.length), ...(before !== undefined && { before }) };
    const more = await projects.log(id, page);
    lines.push(...more);
    if (more.length < page.limit) break;
  }
  return lines;
}
