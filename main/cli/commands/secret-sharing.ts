import type { Command } from 'commander';
import type { Person } from '../../../app/model/people.js';
import type { SecretDetail } from '../../../app/model/secret.js';
import type { Vault } from '../../vault/vault.js';
import type { CommandContext } from '../context.js';
import { table, visible } from '../format.js';
import { resolveNewcomer } from '../newcomer.js';

/** Who else may read a single secret: a part of `vault secret`. */
export function defineSecretSharing(secret: Command, context: CommandContext): void {
  secret
    .command('share <name> <accounts...>')
    .description('let people or nodes read this secret, and every later version of it')
    .action((name: string, accounts: string[]) => share(context, name, accounts));
  secret
    .command('unshare <name> <accounts...>')
    .description('seal the next version without them; change the secret at its source, for they may have kept it')
    .action((name: string, accounts: string[]) => unshare(context, name, accounts));
}

const share = (context: CommandContext, nameOrId: string, accounts: readonly string[]): Promise<void> =>
  context.withVault(async ({ secrets, people }) => {
    const secret = secrets.resolve(nameOrId);
    const readers = await resolveAll(people, accounts);
    const detail = await secrets.share(
      secret.id,
      readers.map(({ id }) => id),
    );
    context.output.result(sharingOf(detail), () => `${namesOf(readers)} can read ${visible(secret.name)} now.`);
    for (const { name, verified, isSelf, fingerprintWords } of readers) {
      if (verified || isSelf) continue;
      context.output.note(
        `The fingerprint of ${visible(name)} was not compared yet. Ask them for it: ${fingerprintWords.join(' ')}`,
      );
    }
  });

const unshare = (context: CommandContext, nameOrId: string, accounts: readonly string[]): Promise<void> =>
  context.withVault(async ({ secrets, people }) => {
    const secret = secrets.resolve(nameOrId);
    const leavers = await Promise.all(accounts.map((account) => people.resolve(account)));
    const detail = await secrets.unshare(
      secret.id,
      leavers.map(({ id }) => id),
    );
    context.output.result(
      sharingOf(detail),
      () => `${namesOf(leavers)} cannot read what ${visible(secret.name)} says from now on.`,
    );
    if (detail.exposedTo.length > 0) {
      context.output.note(
        `${namesOf(detail.exposedTo)} may have kept what it says now. Change it at its source, and then here.`,
      );
    }
  });

/** All of them before anything is written: one unknown name among several changes nothing. */
const resolveAll = (people: Vault['people'], accounts: readonly string[]): Promise<Person[]> =>
  Promise.all(accounts.map((account) => resolveNewcomer(people, account)));

/** What sharing changes is who reads a secret: none of its fields belongs in the answer. */
function sharingOf(detail: SecretDetail): Omit<SecretDetail, 'fields'> {
  const sharing: Partial<SecretDetail> & Omit<SecretDetail, 'fields'> = { ...detail };
  delete sharing.fields;
  return sharing;
}

const namesOf = (accounts: readonly { name: string }[]): string => accounts.map(({ name }) => visible(name)).join(', ');

/** The lines of `secret get` on whose a secret is and who reads it; none for what is one's own alone. */
export const readerLines = ({ mine, ownerName, ended, sharedWith, exposedTo }: SecretDetail): string[] => {
  const facts: [string, string][] = [];
  if (!mine) facts.push(['owner', ownerName]);
  if (sharedWith.length > 1) facts.push(['readers', sharedWith.map(accountText).join(', ')]);
  if (exposedTo.length > 0) facts.push(['known to', `${exposedTo.map(accountText).join(', ')} (no longer readers)`]);
  if (ended) facts.push(['ended', 'no longer shared with you; this is the last version that was']);
  return facts.length === 0 ? [] : [table(facts)];
};

const accountText = ({ name, kind }: SecretDetail['sharedWith'][number]): string =>
  kind === 'node' ? `${name} (node)` : name;
