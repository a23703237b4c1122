import { VaultError } from '../../../app/errors.js';
import { markerKey } from '../store-keys.js';
import { readMarker } from '../store-marker.js';
import { damagedFault, isContentError, lostFault, type Examination, type Group, type Verdict } from './examination.js';

const what = 'the marker of the vault';

/** The marker, which says which vault this is. */
export const markerGroup = ({ held, storeId }: Examination): Group => ({
  keys: [markerKey],
  judge: async (): Promise<Verdict> => {
    try {
      const found = await readMarker(held);
      if (found === storeId) return { faults: [], unjudged: 0 };
      if (found === null) return { faults: [lostFault(markerKey, what)], unjudged: 0 };
      throw new VaultError('damaged', 'It is the marker of another vault.');
    } catch (error) {
      if (!isContentError(error)) throw error;
      return { faults: [damagedFault(markerKey, what, error)], unjudged: 0 };
    }
  },
});
