import type { SecretBytes } from '../../crypto/secret-bytes.js';

/** What projects ask of secrets: a project's key of an epoch is a secret of type `project`, sealed to each member. */
export interface ProjectKeys {
  /** Seals the key of a project's epoch to this account; durable when it resolves. */
  add(project: Readonly<{ id: string; name: string; epoch: number }>, key: SecretBytes): Promise<void>;
  /** The key of a project's epoch, opened once per unlock and wiped on lock: the caller does not dispose it. Throws `not-a-reader`. */
  get(projectId: string, epoch: number): Promise<SecretBytes>;
  /** Project ids that this account holds a key of, with the highest epoch. */
  epochs(): ReadonlyMap<string, number>;
}
