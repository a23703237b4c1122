import type { ConnectionCheck } from '../../../app/model/store.js';
import { prospectOf } from '../../state/bucket-values.js';

/** What a bucket is wanted for: a vault of one's own on this computer, or as the new home of the one that is open. */
export type Purpose = 'set-up' | 'move';

/** Whether a tried connection is enough for that. A vault that is there may be an earlier move, so main decides about it. */
export const suffices = (check: ConnectionCheck | null, purpose: Purpose): boolean => {
  if (check === null) return false;
  const prospect = prospectOf(check);
  return purpose === 'move' ? prospect === 'new' || prospect === 'join' : prospect !== 'nothing';
};
