import { isVaultError, VaultError } from '../../../app/errors.js';
import { objectHash } from '../../crypto/object-hash.js';
import type { SecretEntry } from '../index/index-entries.js';
import type { OpenedSecret } from '../secrets/secret-records.js';
import { secretKey } from '../store-keys.js';
import {
  damagedFault,
  isContentError,
  lostFault,
  type Examination,
  type Fault,
  type Group,
  type Verdict,
} from './examination.js';
import type { Held } from './held-objects.js';
import { upTo } from './inventory.js';

/** What one version turned out to be. */
type Found = OpenedSecret | 'foreign' | 'waiting' | 'absent' | VaultError;

const isOpened = (found: Found | undefined): found is OpenedSecret =>
  typeof found === 'object' && !(found instanceof VaultError);

/** The versions of one secret: opened and verified when they are sealed to us, else looked at from outside. */
export const secretGroup = (examination: Examination, id: string): Group => {
  const { inventory, context } = examination;
  const known = context.index.secrets.get(id);
  const stored = inventory.secrets.get(id) ?? [];
  const highest = Math.max(stored.at(-1) ?? 0, known?.version ?? 0);
  const secret = new JudgedSecret(examination, { id, known, stored, highest });
  return {
    // what is not there need not be asked for: a much used secret that was deleted for good has a long past without objects
    keys: upTo(highest).map((version) => secretKey(id, version)),
    judge: (objects) => secret.judge(objects),
  };
};

type About = Readonly<{
  id: string;
  known: SecretEntry | undefined;
  /** ascending */
  stored: readonly number[];
  highest: number;
}>;

class JudgedSecret {
  readonly #examination: Examination;
  readonly #about: About;

  constructor(examination: Examination, about: About) {
    this.#examination = examination;
    this.#about = about;
  }

  async judge(objects: Held): Promise<Verdict> {
    const found = new Map<number, Found>();
    for (const version of upTo(this.#about.highest)) found.set(version, await this.#look(objects, version));
    const faults: Fault[] = [];
    const gone = this.#lost(found);
    for (const version of upTo(this.#about.highest)) {
      const defect = this.#defect(objects, found, version);
      if (defect !== null) faults.push(damagedFault(this.#key(version), this.#what(found, version), defect));
      else if (gone.has(version)) faults.push(lostFault(this.#key(version), this.#what(found, version)));
    }
    const unjudged = [...found].filter(
      ([version, one]) => one === 'foreign' && !faults.some(({ key }) => key === this.#key(version)),
    ).length;
    return { faults, unjudged };
  }

  async #look(objects: Held, version: number): Promise<Found> {
    const { waiting, secrets, knownKids } = this.#examination;
    if (waiting.has(this.#key(version))) return 'waiting';
    if ((objects.get(this.#key(version)) ?? null) === null) return 'absent';
    try {
      return await secrets.open(this.#about.id, version);
    } catch (error) {
      if (isContentError(error)) return error;
      if (!isVaultError(error, 'not-a-reader')) throw error;
    }
    try {
      await secrets.checkForeign(this.#about.id, version, knownKids);
      return 'foreign';
    } catch (error) {
      if (isContentError(error)) return error;
      throw error;
    }
  }

  #defect(objects: Held, found: ReadonlyMap<number, Found>, version: number): VaultError | null {
    const one = found.get(version);
    if (one instanceof VaultError) return one;
    const owner = this.#owner(found);
    if (isOpened(one) && one.record.author !== owner) return intruded();
    if (one === 'foreign' && owner === this.#examination.context.accountId) return intruded();
    const next = found.get(version + 1);
    const stored = objects.get(this.#key(version)) ?? null;
    // the version after it names its bytes; where both open, the one that does not follow is the newer
    if (one === 'foreign' && isOpened(next) && stored !== null && next.record.previous !== objectHash(stored)) {
      return new VaultError('damaged', 'Its bytes are not those that the next version names.');
    }
    const below = objects.get(this.#key(version - 1)) ?? null;
    if (!isOpened(one) || below === null || !isOpened(found.get(version - 1))) return null;
    if (one.record.previous === objectHash(below)) return null;
    return new VaultError('damaged', 'It does not follow the version before it.');
  }

  /** Versions that should be there: nothing below a deletion, and nothing that only others could have deleted. */
  #lost(found: ReadonlyMap<number, Found>): ReadonlySet<number> {
    const { known, stored } = this.#about;
    const newest = stored.at(-1) ?? 0;
    const lost = upTo(this.#about.highest).filter((version) => found.get(version) === 'absent');
    const head = found.get(newest);
    const below = (version: number): boolean => version > newest;
    if (known?.state === 'deleted' && !below(known.version + 1))
      return new Set(lost.filter((version) => version === known.version));
    if (known !== undefined && below(known.version)) return new Set(lost);
    if (isOpened(head)) return head.record.state === 'deleted' ? new Set() : new Set(lost);
    const keptHere = known !== undefined && known.version === newest && known.state !== 'deleted' && !known.ended;
    return new Set(keptHere ? lost : lost.filter(below));
  }

  #owner(found: ReadonlyMap<number, Found>): string | undefined {
    return this.#about.known?.author ?? [...found.values()].find(isOpened)?.record.author;
  }

  #key(version: number): string {
    return secretKey(this.#about.id, version);
  }

  #what(found: ReadonlyMap<number, Found>, version: number): string {
    const { id, known, highest } = this.#about;
    const opened = [...found.values()].filter(isOpened).at(-1)?.record;
    const name = known?.name ?? opened?.name ?? '';
    const type = known?.type ?? opened?.type;
    const what =
      name === '' ? `a secret (${id.slice(0, 8)}…)` : type === 'project' ? `the key of “${name}”` : `“${name}”`;
    return highest === 1 ? what : `${what}, version ${String(version)}`;
  }
}

const intruded = (): VaultError =>
  new VaultError('damaged', 'Somebody who may not change this secret wrote it. It counts for nothing.');
