import { VaultError } from '../../../app/errors.js';
import type { Mirror } from '../../store/mirror/mirror.js';

/**
 * For what may not wait: who gives or takes access must know that it came into effect. A store that was never asked may be there.
 * Gives a function that throws `store-unreachable`.
 */
export const requireStoreOf =
  (mirror: Mirror | null): (() => void) =>
  () => {
    const { state, trouble } = mirror?.connection() ?? { state: 'online', trouble: null };
    if (state === 'paused') {
      throw new VaultError(
        'store-unreachable',
        'This needs the store of the vault, and sending to it is paused. Go on with sending, then try again.',
      );
    }
    if (state !== 'offline' || trouble === null) return;
    throw new VaultError(
      'store-unreachable',
      'This needs the store of the vault, which does not answer now: others must know of it at once. Try again when it is back.',
      { cause: trouble },
    );
  };
