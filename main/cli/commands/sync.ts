import { Option, type Command } from 'commander';
import { VaultError } from '../../../app/errors.js';
import type { MergeNotice, SyncSettings, SyncSettingsPatch, SyncStatus, WaitingItem } from '../../../app/model/sync.js';
import type { Vault } from '../../vault/vault.js';
import type { CommandContext } from '../context.js';
import { byteCount, plural, shortTime, table, visible } from '../format.js';
import { parseAmount } from '../key-size.js';
import { UsageError } from '../output.js';

type SyncOptions = Readonly<{
  status?: true;
  pause?: true;
  resume?: true;
  limitUp?: number;
  limitDown?: number;
  cacheLimit?: number;
}>;

export function defineSyncCommand(program: Command, context: CommandContext): void {
  program
    .command('sync')
    .description('fetch what is new in the vault’s bucket, and send what waits here')
    .option('--status', 'only say how things stand; asks the store nothing')
    .addOption(new Option('--pause', 'send and fetch nothing until --resume').conflicts('resume'))
    .option('--resume', 'go on after --pause')
    .option(
      '--limit-up <bytes/s>',
      'send at most so many bytes a second; k, M and G may follow; 0 is no limit',
      parseAmount,
    )
    .option('--limit-down <bytes/s>', 'fetch at most so many bytes a second; 0 is no limit', parseAmount)
    .option('--cache-limit <bytes>', 'keep at most so many bytes of files here, pinned projects apart', parseAmount)
    .action((options: SyncOptions) => sync(context, options));
}

async function sync(context: CommandContext, options: SyncOptions): Promise<void> {
  const patch = patchOf(options);
  const changes = Object.keys(patch).length > 0;
  if (options.status === true && changes) throw new UsageError('--status changes nothing: give it alone.');
  await context.withVault(
    async (vault) => {
      requireBucket(vault);
      if (changes) tellSettings(context, await vault.sync.configure(patch));
      else if (options.status === true) await tellStatus(context, vault);
      else await fetchAndSend(context, vault);
    },
    { look: false },
  );
}

function patchOf({ pause, resume, limitUp, limitDown, cacheLimit }: SyncOptions): SyncSettingsPatch {
  return {
    ...((pause === true || resume === true) && { paused: pause === true }),
    ...(limitUp !== undefined && { uploadLimit: limitUp }),
    ...(limitDown !== undefined && { downloadLimit: limitDown }),
    ...(cacheLimit !== undefined && { cacheLimitBytes: cacheLimit }),
  };
}

function requireBucket({ location }: Vault): void {
  if (location.kind === 'directory')
    throw new VaultError(
      'invalid-input',
      'This vault is in a folder of this computer: there is nothing to fetch or to send.',
    );
}

/** Throws `store-unreachable` and the like, and the reason of the first thing that the store refuses. */
async function fetchAndSend(context: CommandContext, vault: Vault): Promise<void> {
  if (vault.sync.settings().paused)
    throw new VaultError('invalid-input', 'Sending and fetching are paused: `vault sync --resume`.');
  const before = await vault.sync.waiting();
  const known = new Set(vault.sync.notices().map(({ id }) => id));
  const problems = await vault.refresh();
  await vault.sync.flush({ signal: context.signal });
  const waiting = await vault.sync.waiting();
  const merged = vault.sync.notices().filter(({ id }) => !known.has(id));
  const still = new Set(waiting.map(({ id }) => id));
  const sent = before.filter(({ id }) => !still.has(id));
  context.output.result({ status: vault.sync.status(), sent, waiting, merged }, () =>
    [sentLine(sent), ...waitingLines(waiting), ...mergedLines(merged)].join('\n'),
  );
  for (const problem of problems) context.output.warn(problem.message);
  const refused = waiting.find(({ state }) => state === 'refused');
  if (refused) throw new VaultError('conflict', `“${visible(refused.name)}” could not be sent: ${refused.message}`);
}

const sentLine = (sent: readonly WaitingItem[]): string =>
  sent.length === 0
    ? 'Everything that is new is here.'
    : `Sent ${plural(sent.length, 'change')}, ${byteCount(sent.reduce((sum, { bytes }) => sum + bytes, 0))}.`;

function waitingLines(waiting: readonly WaitingItem[]): string[] {
  if (waiting.length === 0) return [];
  const rows = waiting.map(({ kind, name, bytes, since, state, message }) => [
    kind,
    name,
    byteCount(bytes),
    shortTime(since),
    message === '' ? state : `${state}: ${message}`,
  ]);
  return [`Waiting: ${plural(waiting.length, 'change')}.`, table(rows)];
}

const mergedLines = (merged: readonly MergeNotice[]): string[] => merged.map(({ text }) => visible(text));

async function tellStatus(context: CommandContext, { sync: state }: Vault): Promise<void> {
  const status = state.status();
  const settings = state.settings();
  const [waiting, notices] = [await state.waiting(), state.notices()];
  context.output.result({ status, settings, waiting, notices }, () =>
    [
      table([...statusRows(status, waiting.length), ...settingRows(settings)]),
      ...waitingLines(waiting),
      ...mergedLines(notices),
    ].join('\n'),
  );
}

const stateWords: Readonly<Record<SyncStatus['state'], string>> = {
  folder: 'in a folder',
  current: 'up to date',
  working: 'working',
  offline: 'the store does not answer',
  paused: 'paused',
  trouble: 'the store refuses',
};

/** @param changes how many secrets, files and projects wait: fewer than the objects that are to be sent */
const statusRows = (
  { state, lastContact, waitingItems, waitingBytes, cachedBytes, message }: SyncStatus,
  changes: number,
): string[][] => [
  ['state', message === '' ? stateWords[state] : `${stateWords[state]}: ${message}`],
  ['last contact', lastContact === null ? 'never' : shortTime(lastContact)],
  ['waiting', waitingItems === 0 ? 'nothing' : `${plural(Math.max(1, changes), 'change')}, ${byteCount(waitingBytes)}`],
  ['files kept here', byteCount(cachedBytes)],
];

const perSecond = (limit: number): string => (limit === 0 ? 'no limit' : `${byteCount(limit)}/s`);

const settingRows = ({ paused, cacheLimitBytes, uploadLimit, downloadLimit, pinned }: SyncSettings): string[][] => [
  ['paused', paused ? 'yes' : 'no'],
  ['kept at most', byteCount(cacheLimitBytes)],
  ['sent at most', perSecond(uploadLimit)],
  ['fetched at most', perSecond(downloadLimit)],
  ['pinned', plural(pinned.length, 'project')],
];

function tellSettings(context: CommandContext, settings: SyncSettings): void {
  context.output.result(settings, () => table(settingRows(settings)));
}
