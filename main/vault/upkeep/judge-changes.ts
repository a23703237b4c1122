import { z } from 'zod';
import { VaultError } from '../../../app/errors.js';
import { objectHash } from '../../crypto/object-hash.js';
import { versionPart } from '../store-keys.js';
import { damagedFault, isContentError, type Examination, type Fault, type Group } from './examination.js';

export const changeType = 'coretex-vault/v1/change';
const change = z.object({ sequence: z.number().int().positive(), previous: z.string().nullable() });
const changeKey = (sequence: number): string => `changes/${versionPart(sequence)}`;

/**
 * Entries of the change feed that follow each other: signed by an account, and each naming the bytes of the one before.
 * @param sequences ascending; of the first only the signature is judged
 */
export const changesGroup = ({ context }: Examination, sequences: readonly number[]): Group => ({
  keys: sequences.map(changeKey),
  judge: async (objects) => {
    const faults: Fault[] = [];
    let before: string | undefined;
    for (const sequence of sequences) {
      const stored = objects.get(changeKey(sequence)) ?? null;
      if (stored === null) continue; // a feed is a hint: what is there is in the records
      try {
        const text = Buffer.from(stored).toString('latin1');
        const said = change.safeParse(await context.author.verify(changeType, text));
        if (!said.success || said.data.sequence !== sequence) throw new VaultError('damaged');
        if (before !== undefined && said.data.previous !== before) {
          throw new VaultError('damaged', 'It does not follow the entry before it.');
        }
      } catch (error) {
        if (!isContentError(error)) throw error;
        faults.push(damagedFault(changeKey(sequence), `entry ${String(sequence)} of the change feed`, error));
      }
      before = objectHash(stored);
    }
    return { faults, unjudged: 0 };
  },
});
