import type { Command } from 'commander';
import type { Person } from '../../../app/model/people.js';
import type { Vault } from '../../vault/vault.js';
import type { CommandContext } from '../context.js';
import { table, visible } from '../format.js';
import { resolvePerson } from '../newcomer.js';
import { personLines, personRow } from '../person-lines.js';
import { reachLines } from '../reach-lines.js';

export function definePersonCommands(program: Command, context: CommandContext): void {
  const person = program.command('person').description('the people of this store, and whose fingerprints you compared');
  person
    .command('list')
    .description('list people, yourself first')
    .action(() => list(context));
  person
    .command('show <name>')
    .description('show somebody’s fingerprint, how far it is trusted, and what they can read of yours')
    .action((name: string) =>
      context.withVault(async (vault) => showAccount(context, vault, await resolvePerson(vault.people, name))),
    );
  person
    .command('trust <fingerprint...>')
    .description('mark a fingerprint as compared: all seven words, or all 64 digits, as its owner told you')
    .action((words: string[]) => trust(context, words.join(' ')));
  person
    .command('distrust <name>')
    .description('take that mark back, of a person or node')
    .action((name: string) => distrust(context, name));
}

const list = (context: CommandContext): Promise<void> =>
  context.withVault(async ({ people }) => {
    const found = (await people.list()).filter(({ kind }) => kind === 'person');
    context.output.result(found, () => table(found.map(personRow)));
  });

/** All that is known of a person or node, and exactly what they can read. */
export async function showAccount(context: CommandContext, vault: Vault, person: Person): Promise<void> {
  const reach = await vault.people.reach(person.id);
  context.output.result({ ...person, reach }, () => {
    const lines = reachLines(reach);
    const what = person.isSelf ? 'You can read:' : `${visible(person.name)} can read, as far as you can see:`;
    return [table(personLines(person)), '', ...(lines.length === 0 ? [`${what} nothing.`] : [what, ...lines])].join(
      '\n',
    );
  });
}

/** The fingerprint itself says whose it is: a name could be anybody's. */
const trust = (context: CommandContext, fingerprint: string): Promise<void> =>
  context.withVault(async ({ people }) => {
    const { id, fingerprintHex } = await people.byFingerprint(fingerprint);
    const person = await people.verify(id, fingerprintHex);
    context.output.result(person, () => `That is ${visible(person.name)} (${person.kind}): verified from now on.`);
  });

const distrust = (context: CommandContext, name: string): Promise<void> =>
  context.withVault(async ({ people }) => {
    const person = await people.unverify((await people.resolve(name)).id);
    context.output.result(person, () => `${visible(person.name)} does not count as verified any more.`);
  });
