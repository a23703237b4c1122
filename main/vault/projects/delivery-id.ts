import { objectId } from '../../crypto/object-hash.js';
import type { Delivery } from './project-keys.js';

/**
 * The id of the secret that hands a project's key to an account: always the same for the same key and account, so that a
 * delivery is made once, whoever makes it, and a missing one is found by asking for it (docs/protocol.md section 6).
 */
export const deliveryId = ({ project, epoch, commitment, account }: Omit<Delivery, 'name'>): string =>
  objectId(`coretex-vault/v1/key-delivery\0${project}/${epoch}/${commitment}/${account}`);
