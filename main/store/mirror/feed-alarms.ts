import { VaultError } from '../../../app/errors.js';
import type { ObjectInfo } from '../store.js';
import type { Alarm, FeedPosition } from './catalogue.js';

const advice =
  'It may have been restored from an older copy, or somebody changed it. Ask whoever runs it. What this computer has seen is kept here.';

/** `wholeStore`: a person may go on with what the store shows now (`Mirror.accept`). */
export const rolledBack = ({ message, details }: Alarm): VaultError =>
  new VaultError('rolled-back', message, { details: { ...details, wholeStore: true } });

export const showsLess = ({ sequence }: FeedPosition, found: number): Alarm => ({
  message: `The store shows an older state: its list of changes ends at number ${String(found)}, and this computer has already seen number ${String(sequence)}. ${advice}`,
  details: { seen: sequence, found },
});

export const showsOther = ({ sequence }: FeedPosition): Alarm => ({
  message: `The store shows another past than this computer has seen: its list of changes differs at number ${String(sequence)}. ${advice}`,
  details: { seen: sequence, found: sequence },
});

export const hasGap = (missing: number, next: number): Alarm => ({
  message: `The store lost part of what was written: number ${String(missing)} of its list of changes is missing, and number ${String(next)} is there. ${advice}`,
  details: { seen: next, found: missing - 1 },
});

/** Whether an entry's object looks as it did; what a store does not tell cannot differ. */
export const sameLook = (seen: FeedPosition, { bytes, modifiedMs }: ObjectInfo): boolean =>
  seen.bytes === bytes && (modifiedMs === undefined || seen.modifiedMs === modifiedMs);
