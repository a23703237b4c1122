import { join } from 'node:path';
import { z } from 'zod';
import { id } from '../../../app/model/account.js';
import { readProfileFile, removeProfileFile, writeProfileFile } from '../profile/profile.js';
import type { StoreLocation } from '../vault.js';

const journal = z.object({ format: z.literal('coretex-vault/v1/move'), storeId: id, to: z.string() });

const journalPath = (profileDir: string): string => join(profileDir, 'move');

type Move = Readonly<{ storeId: string; to: StoreLocation }>;

/** Which move is under way from this profile: what a half-filled place holds is then known to be ours. */
export const MoveJournal = {
  /** Whether an earlier run had begun the same move. A journal that cannot be read is none. */
  async has(profileDir: string, move: Move): Promise<boolean> {
    const bytes = await readProfileFile(journalPath(profileDir));
    const parsed = journal.safeParse(bytes === null ? null : jsonOrNull(bytes));
    return parsed.success && parsed.data.storeId === move.storeId && parsed.data.to === JSON.stringify(move.to);
  },

  begin(profileDir: string, { storeId, to }: Move): Promise<void> {
    const content = { format: 'coretex-vault/v1/move', storeId, to: JSON.stringify(to) };
    return writeProfileFile(journalPath(profileDir), Buffer.from(`${JSON.stringify(content)}\n`));
  },

  end(profileDir: string): Promise<void> {
    return removeProfileFile(journalPath(profileDir));
  },
} as const;

const jsonOrNull = (bytes: Uint8Array): unknown => {
  try {
    return JSON.parse(Buffer.from(bytes).toString('utf8'));
  } catch {
    return null; // then nothing of the place is taken for ours
  }
};
