import { join } from 'node:path';
import { z } from 'zod';
import { isVaultError } from '../../../app/errors.js';
import { id } from '../../../app/model/account.js';
import { sealForReaders } from '../../crypto/sealed-record.js';
import type { KeyRing } from '../account/key-ring.js';
import { readProfileFile, writeProfileFile } from '../profile/profile.js';
import { withProfileLock } from '../profile/profile-lock.js';

const invitation = z.object({
  code: z.string(),
  name: z.string(),
  /** ISO 8601 */
  created: z.string(),
  expires: z.string(),
  /** nodes whose cards carry this code's proof, as they were first seen; more than one is an alarm */
  claims: z.array(id),
  /** the one that was taken at its word, if any */
  accepted: id.nullable(),
});
export type Invitation = z.infer<typeof invitation>;

const dayMs = 24 * 60 * 60 * 1000;
export const invitationDays = 7;
/** How long a code that nobody used is still recognised as ours after its end. */
const rememberedDays = 90;

export const daysFrom = (time: string, days: number): number => Date.parse(time) + days * dayMs;
export const isOpen = ({ claims, expires }: Invitation, nowMs: number): boolean =>
  claims.length === 0 && Date.parse(expires) > nowMs;

/** Somebody came with the code, and it did not verify them, or not them alone: worth a look by whoever gave it out. */
export const isDoubtful = ({ claims, accepted }: Invitation): boolean =>
  claims.length > 1 || (claims.length === 1 && accepted === null);

/**
 * The one-time codes that this account gave out, sealed to its own key in `<profile>/enrolments`. Codes that were used stay
 * there, so that a second use is seen.
 */
export class Invitations {
  readonly #profileDir: string;
  readonly #path: string;
  readonly #keyRing: KeyRing;

  constructor(profileDir: string, keyRing: KeyRing) {
    this.#profileDir = profileDir;
    this.#path = join(profileDir, 'enrolments');
    this.#keyRing = keyRing;
  }

  /** All of them. A file that is damaged or not ours counts as none: its codes prove nothing any more, and new ones are cheap. */
  async read(): Promise<Invitation[]> {
    const sealed = await readProfileFile(this.#path);
    if (sealed === null) return [];
    try {
      const { plaintext } = await this.#keyRing.open(sealed);
      const parsed = z.array(invitation).safeParse(JSON.parse(Buffer.from(plaintext).toString('utf8')));
      plaintext.fill(0);
      return parsed.data ?? [];
    } catch (error) {
      if (isVaultError(error, 'damaged', 'not-a-reader') || error instanceof SyntaxError) return [];
      throw error;
    }
  }

  /** Changes the list in one step, also between processes; writes only when `change` gives another list. Gives what stands then. */
  change(change: (invitations: readonly Invitation[]) => readonly Invitation[]): Promise<readonly Invitation[]> {
    return withProfileLock(this.#profileDir, async () => {
      const before = await this.read();
      const after = change(before);
      if (after !== before) await this.#write(after);
      return after;
    });
  }

  async #write(invitations: readonly Invitation[]): Promise<void> {
    const nowMs = Date.now();
    const kept = invitations.filter(
      ({ claims, expires }) => claims.length > 0 || daysFrom(expires, rememberedDays) > nowMs,
    );
    const json = Buffer.from(JSON.stringify(kept));
    try {
      await writeProfileFile(this.#path, await sealForReaders(json, [this.#keyRing.current.reader()]));
    } finally {
      json.fill(0);
    }
  }
}
