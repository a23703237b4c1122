import { join } from 'node:path';
import { z } from 'zod';
import { readProfileFile, removeProfileFile, writeProfileFile } from '../profile/profile.js';

const shape = z.object({
  /** of the card that was compared, 64 hex digits; null once somebody took the mark back */
  fingerprint: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .nullable(),
  /** ISO 8601 */
  time: z.string(),
  /** it proved a one-time code of ours, instead of being compared by eye */
  enrolled: z.boolean().default(false),
});
export type VerifiedMark = z.infer<typeof shape>;

/** Whose fingerprints were compared outside the vault: one small file each in `<profile>/verified`. */
export class VerifiedMarks {
  readonly #folder: string;

  constructor(profileDir: string) {
    this.#folder = join(profileDir, 'verified');
  }

  /** Null without a mark. SECURITY (promise 2): a damaged one is none, so that it is compared again. */
  async read(accountId: string): Promise<VerifiedMark | null> {
    const bytes = await readProfileFile(join(this.#folder, accountId));
    if (bytes === null) return null;
    try {
      return shape.safeParse(JSON.parse(bytes.toString('utf8'))).data ?? null;
    } catch (error) {
      if (error instanceof SyntaxError) return null;
      throw error;
    }
  }

  async mark(accountId: string, fingerprint: string, enrolled = false): Promise<void> {
    const before = await this.read(accountId);
    await this.#write(accountId, { fingerprint, time: now(), enrolled: enrolled || before?.enrolled === true });
  }

  /** Takes a mark back. That a node came with a code of ours stays true. */
  async clear(accountId: string): Promise<void> {
    const before = await this.read(accountId);
    if (before?.enrolled === true) await this.#write(accountId, { fingerprint: null, time: now(), enrolled: true });
    else await removeProfileFile(join(this.#folder, accountId));
  }

  #write(accountId: string, mark: VerifiedMark): Promise<void> {
    return writeProfileFile(join(this.#folder, accountId), Buffer.from(`${JSON.stringify(mark)}\n`));
  }
}

const now = (): string => new Date().toISOString();
