import type { SecretBytes } from '../../crypto/secret-bytes.js';
import type { Membership } from './membership.js';

/** Names one handing over of a project's key. `commitment`: the log's, of that epoch. */
export type Delivery = Readonly<{ project: string; name: string; epoch: number; commitment: string; account: string }>;

/** What projects ask of secrets: a project's key of an epoch is a secret of type `project`, sealed to one account each. */
export interface ProjectKeys {
  /** Seals an epoch's key to an account; durable when it resolves, and done only once however often it is asked. */
  deliver(delivery: Delivery, key: SecretBytes): Promise<void>;
  isDelivered(delivery: Omit<Delivery, 'name'>): Promise<boolean>;
  /** Takes back a delivery to ourselves whose epoch never came to be. */
  discard(delivery: Omit<Delivery, 'name'>): Promise<void>;
  /**
   * The key of a project's epoch, opened once per unlock and wiped on lock: the caller does not dispose it.
   * SECURITY (promise 3): only a key that the log's commitment fits is ever given. Throws `not-a-reader`, `damaged`.
   */
  get(projectId: string, epoch: number): Promise<SecretBytes>;
  /** Says what epochs a project has, before the index knows it. */
  learn(membership: Pick<Membership, 'id' | 'epochs'>): void;
  /** Ids of the projects that this account was handed a key of. */
  projects(): ReadonlySet<string>;
}
