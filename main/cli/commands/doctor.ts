import { InvalidArgumentError, type Command } from 'commander';
import { VaultError } from '../../../app/errors.js';
import type { CheckReport, Damage, Vault } from '../../vault/vault.js';
import type { CommandContext } from '../context.js';
import { byteCount, plural, visible } from '../format.js';
import { UpkeepLine } from '../progress.js';
import { UsageError } from '../output.js';

type DoctorOptions = Readonly<{ contents?: true; repair?: true; collect?: true; grace?: number }>;

const dayMs = 24 * 60 * 60 * 1000;
const usualGraceDays = 7;

export function defineDoctorCommand(program: Command, context: CommandContext): void {
  program
    .command('doctor')
    .description('check every object of the vault’s store, put back what this computer has, remove what nothing needs')
    .option('--contents', 'read every byte of every file, too: takes as long as fetching them all')
    .option('--repair', 'put back what the store lost or damaged and this computer still has')
    .option('--collect', 'remove contents of interrupted uploads that no file points at')
    .option('--grace <days>', `with --collect: only what is older (default: ${usualGraceDays}, at least 1)`, parseDays)
    .action((options: DoctorOptions) => doctor(context, options));
}

function parseDays(text: string): number {
  const days = Number(text);
  if (!/^\d{1,4}$/.test(text) || days < 1) throw new InvalidArgumentError('A number of days, at least 1.');
  return days;
}

async function doctor(context: CommandContext, options: DoctorOptions): Promise<void> {
  if (options.grace !== undefined && options.collect !== true) throw new UsageError('--grace goes with --collect.');
  await context.withVault((vault) => examine(context, vault, options), { look: false });
}

async function examine(context: CommandContext, vault: Vault, options: DoctorOptions): Promise<void> {
  const { upkeep } = vault;
  const line = new UpkeepLine();
  const work = { signal: context.signal, onProgress: line.show };
  try {
    const report = await upkeep.check({ contents: options.contents === true, ...work });
    line.clear();
    for (const { message } of vault.problems().filter(({ details }) => details['moved'] === true)) context.output.warn(message); // prettier-ignore
    const repaired = options.repair === true ? await upkeep.repair(report, work) : [];
    const graceMs = (options.grace ?? usualGraceDays) * dayMs;
    const removed = options.collect === true ? await upkeep.collect(report, graceMs, work) : null;
    line.clear();
    tell(context, report, { repaired, removed, contents: options.contents === true });
  } finally {
    line.clear();
  }
}

type Done = Readonly<{ repaired: readonly string[]; removed: readonly string[] | null; contents: boolean }>;

/** The report; then the command fails when something is lost or damaged that was not put back. */
function tell({ output }: CommandContext, report: CheckReport, done: Done): void {
  const { repaired, removed } = done;
  const damages = report.damages.map(({ error, ...damage }) => ({
    ...damage,
    message: error.message,
    repaired: repaired.includes(damage.key),
  }));
  output.result({ ...report, damages, removed: removed ?? [] }, () => [...summary(report, done), ...groups(report, repaired)].join('\n')); // prettier-ignore
  const left = damages.filter(({ kind, repaired: isWell }) => kind !== 'unreadable' && !isWell);
  if (left.length === 0) return;
  const could = left.some(({ repairable }) => repairable)
    ? '--repair puts back what this computer still has.'
    : 'This computer has no good copy: try `vault doctor --repair` on another one that uses this vault, or a backup of the store.';
  throw new VaultError('damaged', `${plural(left.length, 'object')} of the store cannot be used. ${could}`, {
    details: { damaged: left.length },
  });
}

function summary({ records, blobs, bytes, unjudged, garbage }: CheckReport, { removed, contents }: Done): string[] {
  const versions = `the contents of ${plural(blobs, 'file version')}`;
  const files = contents ? `every byte of ${versions}` : `that ${versions} are there`;
  const checked = `Checked ${plural(records, 'record')}, and ${files}: ${byteCount(bytes)} in all.`;
  const foreign = `${plural(unjudged, 'object')} of others: there, but only they can open them.`;
  const loose = garbage.reduce((sum, one) => sum + one.bytes, 0);
  const fate =
    removed === null
      ? '`--collect` removes what is older than a week'
      : `removed: ${removed.length}, as old as was asked for`;
  const left = `Contents of interrupted uploads that no file needs: ${garbage.length}, ${byteCount(loose)}; ${fate}.`;
  return [checked, ...(unjudged > 0 ? [foreign] : []), ...(garbage.length > 0 ? [left] : [])];
}

const headings: readonly (readonly [Damage['kind'], string])[] = [
  ['lost', 'Lost: the store does not have it any more'],
  ['damaged', 'Damaged: its bytes are not what was signed. Nothing of it was used'],
  ['unreadable', 'Unknown: left alone'],
];

/** One line for each object, below what is wrong with it. */
function groups({ damages }: CheckReport, repaired: readonly string[]): string[] {
  if (damages.length === 0) return ['Nothing is damaged or lost.'];
  return headings.flatMap(([kind, heading]) => {
    const found = damages.filter((damage) => damage.kind === kind);
    return found.length === 0 ? [] : ['', `${heading}:`, ...found.map((damage) => lineOf(damage, repaired))];
  });
}

function lineOf({ key, what, repairable }: Damage, repaired: readonly string[]): string {
  const end = repaired.includes(key) ? ' (put back)' : repairable ? ' (can be put back)' : '';
  return `  ${visible(what)}  ${visible(key)}${end}`;
}
