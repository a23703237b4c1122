import type { KeySize, Suite } from '../../../app/model/account.js';
import { createCard } from '../../crypto/account-card.js';
import { enrolmentProof } from '../../crypto/enrolment-proof.js';
import type { MasterKey } from '../../crypto/master-key.js';
import { randomId } from '../../crypto/random-id.js';
import type { SecretBytes } from '../../crypto/secret-bytes.js';
import { deriveMasterKey } from '../../engine/derive-master-key.js';
import { newParameters } from '../account/master-key-change.js';
import type { KeyWork } from '../vault.js';

export type NewNode = Readonly<{
  name: string;
  suite: Suite;
  bits: KeySize;
  secret: SecretBytes;
  /** a one-time code to prove that the node was invited */
  code?: string | undefined;
}>;

export type NodeAccount = Readonly<{ id: string; masterKey: MasterKey; stored: Uint8Array }>;

/**
 * The keys that a node secret gives, and the first card of the node, not stored yet. The caller disposes the secret and the key.
 * In the coretex suite the key is what coretexpylib derives from the same bytes. Throws `invalid-input`, `cancelled`.
 */
export const makeNodeAccount = async (node: NewNode, work: KeyWork): Promise<NodeAccount> => {
  const parameters = await newParameters(node.suite, node.bits);
  const masterKey = await deriveMasterKey(node.secret, parameters, work);
  try {
    const { name, code } = node;
    const id = randomId();
    const enrolment =
      code === undefined ? {} : { enrolment: enrolmentProof(code, { id, name, keys: masterKey.publicKeys }) };
    const kdf = parameters.suite === 'vault' ? parameters.kdf : null;
    return { id, masterKey, stored: await createCard({ id, kind: 'node', name, masterKey, kdf, ...enrolment }) };
  } catch (error) {
    masterKey.dispose();
    throw error;
  }
};
