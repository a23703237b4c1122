import { VaultError } from '../../../app/errors.js';
import type { Enrolment, Person } from '../../../app/model/people.js';
import { generateEnrolmentCode, parseEnrolmentCode } from '../../crypto/enrolment-proof.js';
import { fingerprintHex } from '../../crypto/fingerprint.js';
import { requireStrength } from '../account/master-key-change.js';
import type { KeyRing } from '../account/key-ring.js';
import type { VaultContext } from '../context.js';
import { VerifiedMarks } from '../people/verified-marks.js';
import { accountKey } from '../store-keys.js';
import type { KeyWork, NodeEnvironment, Nodes, People, Secrets } from '../vault.js';
import { throwIfEnded, workSignal } from '../work-signal.js';
import { doubleClaims, judgeClaims, type Claimant, type Judgement } from './claims.js';
import { nodeEnvironment } from './environment.js';
import { daysFrom, invitationDays, Invitations, isDoubtful, isOpen, type Invitation } from './invitations.js';
import { makeNodeAccount } from './node-key.js';

export type NodeRegistryParts = Readonly<{
  context: VaultContext;
  keyRing: KeyRing;
  people: People;
  secrets: Pick<Secrets, 'list' | 'revealAll'>;
}>;

/** Machines with key pairs of their own: made here from a secret, or there and recognised by a one-time code. */
export class NodeRegistry implements Nodes {
  readonly #parts: NodeRegistryParts;
  readonly #marks: VerifiedMarks;
  readonly #invitations: Invitations;
  /** nodes whose proof was compared with every code: a code cannot be younger than a card that was made with it */
  readonly #judged = new Set<string>();

  constructor(parts: NodeRegistryParts) {
    this.#parts = parts;
    this.#marks = new VerifiedMarks(parts.context.profileDir);
    this.#invitations = new Invitations(parts.context.profileDir, parts.keyRing);
  }

  async register(request: Parameters<Nodes['register']>[0], work: KeyWork = {}): Promise<Person> {
    const { context, people } = this.#parts;
    const { store, directory } = context;
    throwIfEnded(context, work.signal);
    await this.#requireFreeName(request.name);
    await requireStrength(request.secret, request.suite);
    const signal = workSignal(context, work.signal);
    const { id, masterKey, stored } = await makeNodeAccount(request, { ...work, signal });
    try {
      work.onProgress?.({ step: 'publish', fraction: 0 });
      if (!(await store.putIfAbsent(accountKey(id, 1), stored))) throw new VaultError('conflict');
      await directory.pin(id, stored);
      // its key was made right here: there is nothing to compare it with
      await this.#marks.mark(id, fingerprintHex(masterKey.publicKeys));
    } finally {
      masterKey.dispose();
    }
    context.events.emit('people-changed');
    return people.resolve(id);
  }

  async invite(name: string): Promise<Enrolment> {
    const trimmed = name.trim();
    throwIfEnded(this.#parts.context);
    if (trimmed === '' || trimmed.length > 200)
      throw new VaultError('invalid-input', 'A node needs a name, of at most 200 characters.');
    await this.#requireFreeName(trimmed);
    const created = new Date().toISOString();
    const invitation: Invitation = {
      code: generateEnrolmentCode(),
      name: trimmed,
      created,
      expires: new Date(daysFrom(created, invitationDays)).toISOString(),
      claims: [],
      accepted: null,
    };
    await this.#invitations.change((invitations) => [...invitations, invitation]);
    this.#parts.context.events.emit('people-changed');
    return this.#enrolmentOf(invitation);
  }

  /** Codes that can still be used, and those whose use verified nobody; the one that ends first at the top. */
  async enrolments(): Promise<Enrolment[]> {
    const nowMs = Date.now();
    const shown = (await this.#invitations.read()).filter((one) => isOpen(one, nowMs) || isDoubtful(one));
    return shown.map((one) => this.#enrolmentOf(one)).sort((one, other) => (one.expires < other.expires ? -1 : 1));
  }

  async withdraw(code: string): Promise<void> {
    const wanted = parseEnrolmentCode(code);
    const isIt = (one: Invitation): boolean => one.code === wanted && (one.claims.length === 0 || isDoubtful(one));
    const found = (await this.#invitations.read()).filter(isIt);
    if (found.length === 0) throw new VaultError('not-found', 'There is no such code, or a node has used it already.');
    for (const account of found.flatMap(({ claims }) => claims)) this.#parts.context.directory.lower(account);
    await this.#invitations.change((invitations) => invitations.filter((one) => !isIt(one)));
    this.#parts.context.events.emit('people-changed');
  }

  environment(): Promise<NodeEnvironment> {
    const { context, keyRing, secrets } = this.#parts;
    throwIfEnded(context);
    return nodeEnvironment({ context, keyRing, secrets });
  }

  /**
   * Compares what new nodes prove with the codes that were given out: whoever comes first with a code counts as verified.
   * Call after the accounts were refreshed. Gives what is wrong: a code that two nodes knew.
   */
  async refresh(): Promise<VaultError[]> {
    const { directory, events } = this.#parts.context;
    const claimants = (await this.#claimants()).filter(({ id }) => !this.#judged.has(id));
    const judgements: Judgement[] = [];
    const judge = (invitations: readonly Invitation[]): readonly Invitation[] => {
      const nowMs = Date.now();
      judgements.push(...invitations.map((invitation) => judgeClaims(invitation, claimants, nowMs)));
      const after = judgements.map(({ invitation }) => invitation);
      return after.some((invitation, position) => invitation !== invitations[position]) ? after : invitations;
    };
    const standing = claimants.length === 0 ? await this.#invitations.read() : await this.#invitations.change(judge);
    for (const { id } of claimants) this.#judged.add(id);
    if (await this.#applied(judgements, claimants)) events.emit('people-changed');
    const alarms = standing.flatMap(doubleClaims);
    for (const [accountId, alarm] of alarms) directory.raise(accountId, alarm);
    return alarms.map(([, alarm]) => alarm);
  }

  async #applied(judgements: readonly Judgement[], claimants: readonly Claimant[]): Promise<boolean> {
    let changed = false;
    for (const { accepted, doubted } of judgements) {
      const card = claimants.find(({ id }) => id === accepted);
      if (card !== undefined) await this.#marks.mark(card.id, fingerprintHex(card.keys), true);
      if (doubted !== null) await this.#marks.clear(doubted);
      changed ||= card !== undefined || doubted !== null;
    }
    return changed;
  }

  /** First cards of nodes that carry a proof. */
  async #claimants(): Promise<Claimant[]> {
    const { directory } = this.#parts.context;
    const claimants: Claimant[] = [];
    for (const { id } of (await this.#parts.people.list()).filter(({ kind }) => kind === 'node')) {
      const { card } = await directory.version(id, 1);
      if (card.enrolment !== undefined) claimants.push({ ...card, enrolment: card.enrolment });
    }
    return claimants;
  }

  #enrolmentOf(invitation: Invitation): Enrolment {
    const { code, name, expires, claims } = invitation;
    const { directory } = this.#parts.context;
    const usedBy = isDoubtful(invitation) ? claims.map((account) => directory.nameOf(account)) : [];
    return { code, name, expires, usedBy };
  }

  async #requireFreeName(name: string): Promise<void> {
    const taken = (await this.#parts.people.list()).some((person) => person.kind === 'node' && person.name === name);
    if (taken) throw new VaultError('already-exists', `There is a node called “${name}” already.`);
  }
}
