import { Option, type Command } from 'commander';
import { VaultError } from '../../../app/errors.js';
import {
  fieldSpec,
  isConcealed,
  personalSecretTypes,
  secretTypes,
  type SecretPatch,
  type SecretSummary,
  type SecretType,
} from '../../../app/model/secret.js';
import type { Vault } from '../../vault/vault.js';
import type { CommandContext } from '../context.js';
import { inlineWarning, readFieldArguments, type FieldArgument } from '../field-arguments.js';
import { plural, shortTime, table, visible, visibleLines } from '../format.js';
import { parseCount } from '../key-size.js';
import { UsageError } from '../output.js';
import { defineSecretSharing, readerLines } from './secret-sharing.js';

const fieldsHelp = `
A field is name=value, name=@FILE (its text up to one final newline), name=@- (standard input), or name=@@value for a value
that begins with @. Keep passwords out of the argument list: other programs can read it.`;

/** Words that commander collects from an option that may be repeated. */
const collect = (value: string, before: string[] = []): string[] => [...before, value];

export function defineSecretCommands(program: Command, context: CommandContext): void {
  const secret = program.command('secret').description('passwords, keys, tokens and notes');
  secret
    .command('add <type> <name> [fields...]')
    .description(`add a secret; types: ${personalSecretTypes.join(', ')}`)
    .option('--tag <tag>', 'a tag; may be repeated', collect)
    .option('--favourite', 'put it among the favourites')
    .addHelpText('after', fieldsHelp)
    .action((type: string, name: string, words: string[], options: AddOptions) =>
      add(context, { type, name, words, options }),
    );
  secret
    .command('list')
    .description('list secrets, newest first')
    .option('--trash', 'what is in the trash instead')
    .addOption(new Option('--type <type>', 'only this type').choices(personalSecretTypes))
    .action((options: ListOptions) => list(context, options));
  secret
    .command('search <text>')
    .description('look through names, tags and fields that are not concealed; best first')
    .action((text: string) => search(context, text));
  secret
    .command('get <name>')
    .description('show a secret (by name or id), or print one field of it')
    .option('-f, --field <field>', 'print the bare value of this field')
    .option('-n, --no-newline', 'with --field: print no newline after the value')
    .option('--reveal', 'show concealed values on a terminal too')
    .option('--version <n>', 'an earlier version', parseCount)
    .action((name: string, options: GetOptions) => get(context, name, options));
  secret
    .command('edit <name> [fields...]')
    .description('change fields, name, tags or favourite; what is not named stays')
    .option('--name <new>', 'its new name')
    .option('--tag <tag>', 'replace the tags; may be repeated', collect)
    .option('--no-tags', 'take all tags off')
    .option('--favourite', 'put it among the favourites')
    .option('--no-favourite', 'take it off them')
    .option('--remove-field <field>', 'take a field off; may be repeated', collect)
    .addHelpText('after', fieldsHelp)
    .action((name: string, words: string[], options: EditOptions) => edit(context, name, words, options));
  secret
    .command('remove <name>')
    .description('move a secret to the trash')
    .option('--for-good', 'delete it and its history; this cannot be undone')
    .action((name: string, options: { forGood?: boolean }) => remove(context, name, options.forGood ?? false));
  secret
    .command('restore <name>')
    .description('take a secret out of the trash, or bring an earlier version back')
    .option('--version <n>', 'make this earlier version the newest', parseCount)
    .action((name: string, options: { version?: number }) => restore(context, name, options.version));
  secret
    .command('history <name>')
    .description('the versions of a secret, newest first, and what each changed')
    .action((name: string) => history(context, name));
  secret
    .command('totp <name>')
    .description('print the one-time code of now')
    .option('-f, --field <field>', 'the field that holds its key (default: the first one that does)')
    .action((name: string, options: { field?: string }) => totp(context, name, options.field));
  defineSecretSharing(secret, context);
}

type AddOptions = Readonly<{ tag?: string[]; favourite?: boolean }>;

async function add(
  context: CommandContext,
  request: Readonly<{ type: string; name: string; words: readonly string[]; options: AddOptions }>,
): Promise<void> {
  const type = personalType(request.type);
  const fields = await readFieldArguments(request.words);
  warnOfInline(context, type, fields);
  await context.withVault(async (vault) => {
    const summary = await vault.secrets.add({
      type,
      name: request.name,
      tags: request.options.tag ?? [],
      favourite: request.options.favourite ?? false,
      fields: Object.fromEntries(fields.map(({ name, value }) => [name, value])),
    });
    context.output.result(summary, () => `Added ${visible(summary.name)} (${summary.id}).`);
  });
}

type PersonalType = Exclude<SecretType, 'project'>;
const isPersonalType = (text: string): text is PersonalType =>
  text !== 'project' && secretTypes.some((type) => type === text);

function personalType(text: string): PersonalType {
  if (isPersonalType(text)) return text;
  throw new UsageError(`There is no secret type ${text}. The types are ${personalSecretTypes.join(', ')}.`);
}

function warnOfInline(context: CommandContext, type: SecretType, fields: readonly FieldArgument[]): void {
  const exposed = fields.filter(
    ({ name, inline, value }) => inline && value !== '' && isConcealed(fieldSpec(type, name).kind),
  );
  if (exposed.length > 0) context.output.warn(inlineWarning(exposed.map(({ name }) => name)));
}

type ListOptions = Readonly<{ trash?: boolean; type?: SecretType }>;

const list = (context: CommandContext, { trash = false, type }: ListOptions): Promise<void> =>
  context.withVault(
    (vault) => {
      const shown = vault.secrets
        .list()
        .filter((secret) => secret.trashed === trash && (type ?? secret.type) === secret.type);
      context.output.result(shown, () => secretTable(shown));
      if (shown.length === 0) context.output.note(trash ? 'The trash is empty.' : 'There are no secrets yet.');
      return Promise.resolve();
    },
    { complete: true },
  );

const search = (context: CommandContext, text: string): Promise<void> =>
  context.withVault(
    (vault) => {
      const byId = new Map(vault.secrets.list().map((secret) => [secret.id, secret]));
      const found = vault.secrets
        .search(text)
        .flatMap((id) => byId.get(id) ?? [])
        .filter((secret) => !secret.trashed);
      context.output.result(found, () => secretTable(found));
      if (found.length === 0) context.output.note('Nothing was found.');
      return Promise.resolve();
    },
    { complete: true },
  );

const secretTable = (secrets: readonly SecretSummary[]): string =>
  table(
    secrets.map(({ name, type, subtitle, modified, tags, favourite, id, mine, ownerName, readers, ended }) => [
      `${favourite ? '★ ' : ''}${name}`,
      type,
      subtitle,
      ended ? 'sharing ended' : mine ? (readers > 1 ? `shared with ${readers - 1}` : '') : `from ${ownerName}`,
      shortTime(modified),
      tags.map((tag) => `#${tag}`).join(' '),
      id,
    ]),
  );

type GetOptions = Readonly<{ field?: string; newline: boolean; reveal?: boolean; version?: number }>;

const get = (context: CommandContext, nameOrId: string, options: GetOptions): Promise<void> =>
  context.withVault(async ({ secrets }) => {
    const { id } = resolveAnywhere(secrets, nameOrId);
    if (options.field !== undefined) {
      const value = await secrets.reveal(id, options.field, options.version);
      if (context.output.json) context.output.result({ id, field: options.field, value }, () => '');
      else await context.output.raw(options.newline ? `${value}\n` : value);
      return;
    }
    const detail = await secrets.get(id, options.version);
    const values = await secrets.revealAll(id, options.version);
    context.output.result({ ...detail, fields: values }, () => {
      // A person may have somebody behind them; a program asked for the values.
      const reveal = options.reveal === true || !process.stdout.isTTY;
      const fields = detail.fields.map(({ name, value }) =>
        fieldLines(name, value ?? (reveal ? values[name] : undefined)),
      );
      const { name, type, tags, modified, version } = detail;
      const facts = [
        ['name', name],
        ['type', type],
        ['tags', tags.join(', ')],
        ['version', `${version}, ${shortTime(modified)}`],
      ];
      return [table([...facts, ['id', id]]), ...readerLines(detail), '', ...fields].join('\n');
    });
  });

function fieldLines(name: string, value: string | undefined): string {
  if (value === undefined) return `${name}: ••••••••  (--reveal shows it)`;
  return value.includes('\n') ? `${name}:\n${visibleLines(value)}` : `${name}: ${visible(value)}`;
}

type EditOptions = Readonly<{
  name?: string;
  tag?: string[];
  tags: boolean;
  favourite?: boolean;
  removeField?: string[];
}>;

async function edit(
  context: CommandContext,
  nameOrId: string,
  words: readonly string[],
  options: EditOptions,
): Promise<void> {
  const fields = await readFieldArguments(words);
  const removed = (options.removeField ?? []).map((name) => [name, null] as const);
  const tags = options.tags ? options.tag : [];
  const patch: SecretPatch = {
    ...(options.name !== undefined && { name: options.name }),
    ...(tags !== undefined && { tags }),
    ...(options.favourite !== undefined && { favourite: options.favourite }),
    ...(fields.length + removed.length > 0 && {
      fields: Object.fromEntries([...fields.map(({ name, value }) => [name, value] as const), ...removed]),
    }),
  };
  if (Object.keys(patch).length === 0) throw new UsageError('Nothing to change: name a field or an option.');
  await context.withVault(async ({ secrets }) => {
    const { id, type } = secrets.resolve(nameOrId);
    warnOfInline(context, type, fields);
    const summary = await secrets.edit(id, patch);
    context.output.result(summary, () => `Changed ${visible(summary.name)}, now version ${summary.version}.`);
  });
}

const remove = (context: CommandContext, nameOrId: string, forGood: boolean): Promise<void> =>
  context.withVault(async ({ secrets }) => {
    const { id, name, trashed } = forGood ? resolveAnywhere(secrets, nameOrId) : secrets.resolve(nameOrId);
    if (!trashed) await secrets.trash([id]);
    if (forGood) await secrets.purge([id]);
    const done = forGood ? 'Deleted for good' : 'Moved to the trash';
    context.output.result({ id, name, removed: forGood ? 'for-good' : 'trash' }, () => `${done}: ${visible(name)}.`);
  });

const restore = (context: CommandContext, nameOrId: string, version: number | undefined): Promise<void> =>
  context.withVault(async ({ secrets }) => {
    if (version !== undefined) {
      const summary = await secrets.restoreVersion(resolveAnywhere(secrets, nameOrId).id, version);
      context.output.result(
        summary,
        () => `${visible(summary.name)} is as in version ${version} again, now version ${summary.version}.`,
      );
      return;
    }
    const { id, name } = resolveTrashed(secrets, nameOrId);
    await secrets.restore([id]);
    context.output.result(secrets.resolve(id), () => `Restored ${visible(name)}.`);
  });

const history = (context: CommandContext, nameOrId: string): Promise<void> =>
  context.withVault(async ({ secrets }) => {
    const versions = await secrets.history(resolveAnywhere(secrets, nameOrId).id);
    context.output.result(versions, () =>
      table(versions.map((each) => [String(each.version), shortTime(each.time), each.name, each.changed.join(', ')])),
    );
  });

const totp = (context: CommandContext, nameOrId: string, field: string | undefined): Promise<void> =>
  context.withVault(async ({ secrets }) => {
    const { id, name } = secrets.resolve(nameOrId);
    const detail = await secrets.get(id);
    const chosen = field ?? detail.fields.find(({ kind, length }) => kind === 'totp' && length > 0)?.name;
    if (chosen === undefined) throw new VaultError('not-found', `${name} has no field for one-time codes.`);
    const code = await secrets.totp(id, chosen);
    context.output.result(code, () => code.code);
    context.output.note(`valid for ${plural(Math.ceil(code.remainingMs / 1000), 'more second')}`);
  });

/** By id, by name among those that are kept, else by name in the trash. */
function resolveAnywhere(secrets: Vault['secrets'], nameOrId: string): SecretSummary {
  try {
    return secrets.resolve(nameOrId);
  } catch (error) {
    if (!(error instanceof VaultError) || error.code !== 'not-found') throw error;
    return resolveTrashed(secrets, nameOrId);
  }
}

function resolveTrashed(secrets: Vault['secrets'], nameOrId: string): SecretSummary {
  const [only, another] = secrets
    .list()
    .filter(({ id, name, trashed }) => trashed && (id === nameOrId || name === nameOrId));
  if (another !== undefined) throw new VaultError('ambiguous-name');
  if (only === undefined) throw new VaultError('not-found', `There is nothing named “${nameOrId}” in the trash.`);
  return only;
}
