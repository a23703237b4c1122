import { damagedFault, isContentError, type Examination, type Group } from './examination.js';
import { movedKey, parseNote } from './moved-note.js';

/** The note of a store that was moved away. */
export const movedGroup = ({ context, inventory, storeId }: Examination): Group => ({
  keys: inventory.has(movedKey) ? [movedKey] : [],
  judge: async (objects) => {
    const stored = objects.get(movedKey) ?? null;
    if (stored === null) return { faults: [], unjudged: 0 };
    try {
      await parseNote(stored, { ...context, storeId });
      return { faults: [], unjudged: 0 };
    } catch (error) {
      if (!isContentError(error)) throw error;
      return { faults: [damagedFault(movedKey, 'the note that this vault was moved', error)], unjudged: 0 };
    }
  },
});
