import { VaultError, isVaultError } from '../../../app/errors.js';
import type { Person, Reach } from '../../../app/model/people.js';
import { accountSummary } from '../../crypto/account-card.js';
import { fingerprintHex } from '../../crypto/fingerprint.js';
import type { PinnedCard } from '../account/account-directory.js';
import type { VaultContext } from '../context.js';
import type { People } from '../vault.js';
import { isFingerprintOf, parseFingerprint } from './fingerprint-text.js';
import { reachOf } from './reach.js';
import { VerifiedMarks } from './verified-marks.js';

type PeopleContext = Pick<VaultContext, 'profileDir' | 'accountId' | 'directory' | 'index' | 'events'>;

/** The accounts of this store as this computer knows them, and how far it trusts each. */
export class PeopleRegistry implements People {
  readonly #context: PeopleContext;
  readonly #marks: VerifiedMarks;

  constructor(context: PeopleContext) {
    this.#context = context;
    this.#marks = new VerifiedMarks(context.profileDir);
  }

  async list(): Promise<Person[]> {
    const accounts = await this.#accounts();
    const people = await Promise.all(accounts.map((versions) => this.#personOf(versions)));
    const named = new Map<string, number>();
    for (const { name } of people) named.set(folded(name), (named.get(folded(name)) ?? 0) + 1);
    return people.map((person) => ({ ...person, sameName: (named.get(folded(person.name)) ?? 0) > 1 })).sort(selfFirst);
  }

  async resolve(nameOrId: string, kind?: Person['kind']): Promise<Person> {
    const people = (await this.list()).filter((person) => kind === undefined || person.kind === kind);
    const found =
      people.filter(({ id }) => id === nameOrId)[0] ??
      onlyOne(people.filter(({ name }) => name === nameOrId)) ??
      onlyOne(people.filter(({ name }) => folded(name) === folded(nameOrId)));
    if (found !== undefined) return found;
    const what = kind === 'node' ? 'a node' : kind === 'person' ? 'anybody' : 'an account';
    throw new VaultError('not-found', `This vault does not have ${what} named “${nameOrId}”.`);
  }

  async byFingerprint(text: string): Promise<Person> {
    const fingerprint = parseFingerprint(text);
    const people = await this.list();
    const found = people.find((person) => isFingerprintOf(fingerprint, person));
    if (found !== undefined) return found;
    for (const versions of await this.#accounts()) {
      const former = versions.slice(0, -1).find(({ card }) => isFingerprintOf(fingerprint, accountSummary(card)));
      if (former === undefined) continue;
      throw new VaultError(
        'not-found',
        `That was the fingerprint of “${former.card.name}” until they changed their passphrase. Ask for the one of now.`,
      );
    }
    throw new VaultError(
      'not-found',
      'No account that this computer knows has that fingerprint. If it was read out correctly, the store shows you another key than theirs: share nothing.',
    );
  }

  async verify(id: string, fingerprint: string): Promise<Person> {
    const { card } = await this.#pinned(id);
    const alarm = this.#context.directory.alarm(id);
    if (alarm !== null) throw alarm;
    // SECURITY (promise 2): what is marked is what the person saw and compared, not whatever is pinned by now.
    if (fingerprint.toLowerCase() !== fingerprintHex(card.keys)) {
      throw new VaultError('changed-card', `That is not the fingerprint of “${card.name}”. Nothing was marked.`);
    }
    await this.#marks.mark(id, fingerprintHex(card.keys));
    return this.#changed(id);
  }

  async unverify(id: string): Promise<Person> {
    await this.#pinned(id);
    await this.#marks.clear(id);
    return this.#changed(id);
  }

  async reach(id: string): Promise<Reach> {
    await this.#pinned(id);
    return reachOf(this.#context, id);
  }

  /** Looks at every account in the store: pins what is new, and gives what is wrong with those of others. */
  async refresh(): Promise<VaultError[]> {
    const { directory, events, accountId } = this.#context;
    const { problems, changed } = await directory.refreshAll();
    if (changed) events.emit('people-changed');
    return problems.filter(({ details }) => details['account'] !== accountId);
  }

  async #changed(id: string): Promise<Person> {
    this.#context.events.emit('people-changed');
    return this.resolve(id);
  }

  async #pinned(id: string): Promise<PinnedCard> {
    const pinned = await this.#context.directory.pinned(id);
    if (pinned === null) throw new VaultError('not-found', 'This computer knows no such account.');
    return pinned;
  }

  /** Every version of every pinned account; one whose pin is damaged is told by the refresh and left out here. */
  async #accounts(): Promise<(readonly PinnedCard[])[]> {
    const { directory } = this.#context;
    const accounts = await Promise.all(
      (await directory.known()).map((id) =>
        directory.versions(id).catch((error: unknown) => {
          if (!isVaultError(error, 'damaged', 'weak-parameters', 'unsupported-version')) throw error;
          return [];
        }),
      ),
    );
    return accounts.filter((versions) => versions.length > 0);
  }

  async #personOf(versions: readonly PinnedCard[]): Promise<Person> {
    const newest = versions.at(-1);
    if (newest === undefined) throw new VaultError('internal');
    const { directory, accountId } = this.#context;
    const summary = accountSummary(newest.card);
    const isSelf = summary.id === accountId;
    const mark = await this.#marks.read(summary.id);
    const verified = versions.find(({ card }) => fingerprintHex(card.keys) === mark?.fingerprint);
    return {
      ...summary,
      isSelf,
      firstSeen: (await directory.firstSeen(summary.id)).toISOString(),
      verified: isSelf || verified !== undefined,
      keyChanged: !isSelf && verified !== undefined && verified !== newest,
      alarm: directory.alarm(summary.id)?.message ?? '',
      sameName: false,
      enrolled: mark?.enrolled ?? false,
    };
  }
}

/** Names that people would take for the same. */
const folded = (name: string): string => name.normalize('NFKC').toLowerCase().trim().replace(/\s+/g, ' ');

const selfFirst = (one: Person, other: Person): number =>
  Number(other.isSelf) - Number(one.isSelf) || one.name.localeCompare(other.name) || (one.id < other.id ? -1 : 1);

const onlyOne = (found: readonly Person[]): Person | undefined => {
  if (found.length > 1) {
    throw new VaultError(
      'ambiguous-name',
      `${found.length} accounts are called “${found[0]?.name ?? ''}”. Use an id; the fingerprints tell them apart.`,
      { details: { count: found.length } },
    );
  }
  return found[0];
};
