import type { Command } from 'commander';
import { placeOf } from '../../vault/store-location.js';
import { lendKeys, withKeysOptions, type KeysOptions, type LentAccess } from '../access-keys.js';
import type { CommandContext } from '../context.js';
import { byteCount, plural, visible } from '../format.js';
import { UsageError } from '../output.js';
import { readPlace, withBucketOptions, type Place, type PlaceOptions } from '../place.js';
import { UpkeepLine } from '../progress.js';

type MoveOptions = Omit<PlaceOptions, 'store'> & KeysOptions & Readonly<{ to?: string; follow?: true }>;

export function defineMoveCommand(program: Command, context: CommandContext): void {
  withKeysOptions(withBucketOptions(program.command('move').option('--to <place>', 'an empty folder, or s3://bucket/folder')))
    .description('copy the vault’s store elsewhere and use it there; teammates follow with --follow')
    .option('--follow', 'somebody moved the vault: use it at its new place (or at --to)')
    .action((options: MoveOptions) => (options.follow === true ? follow(context, options) : move(context, options))); // prettier-ignore
}

type Target = Readonly<{ place: Place; access: LentAccess }>;

async function target(context: CommandContext, options: MoveOptions): Promise<Target | null> {
  if (options.to === undefined) return null;
  const place = await readPlace({ ...options, store: options.to });
  return { place, access: await lendKeys(context, place.location, options) };
}

async function move(context: CommandContext, options: MoveOptions): Promise<void> {
  const to = await target(context, options);
  if (to === null) throw new UsageError('Where to? --to FOLDER, or --to s3://bucket/folder.');
  const line = new UpkeepLine();
  await context.withVault(async ({ upkeep }) => {
    try {
      const moved = await upkeep.move(to.place.location, { signal: context.signal, onProgress: line.show });
      await to.access.keep();
      line.clear();
      const where = placeOf(to.place.location);
      context.output.result({ ...moved, to: where }, () => `Moved ${plural(moved.objects, 'object')}, ${byteCount(moved.bytes)}, to ${visible(where)}.`); // prettier-ignore
      context.output.note('The old place keeps its copy and a note. Teammates run `vault move --follow`; remove the old copy when all of them have.'); // prettier-ignore
    } finally {
      line.clear();
    }
  });
}

async function follow(context: CommandContext, options: MoveOptions): Promise<void> {
  const to = await target(context, options);
  await context.withVault(
    async ({ upkeep }) => {
      const place = await upkeep.follow(to?.place.location ?? null);
      await to?.access.keep();
      context.output.result({ to: placeOf(place) }, () => `This computer uses the vault at ${visible(placeOf(place))} from now on.`); // prettier-ignore
    },
    { look: to === null },
  );
}
