import { createHash } from 'node:crypto';
import type { FileIdentity } from '../../main/crypto/file-container.js';

/** One frozen container: hex fields; plaintext and IVs are rebuilt from the name, the container is given when it is short. */
export type ContainerVector = Readonly<{
  name: string;
  projectKey: string;
  projectId: string;
  blobId: string;
  epoch: number;
  segmentBytes: number;
  ivs: string[];
  fileKeys: string;
  plaintextBytes: number;
  plaintextSha256: string;
  containerBytes: number;
  containerSha256: string;
  root: string;
  container?: string;
}>;

export const sha256Hex = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** SHA-256(name ‖ "/plaintext" ‖ u32 i) for i = 0, 1, …, cut to length. */
export function vectorPlaintext({ name, plaintextBytes }: ContainerVector): Buffer {
  const blocks: Buffer[] = [];
  for (let i = 0; i * 32 < plaintextBytes; i++) {
    const counter = Buffer.alloc(4);
    counter.writeUInt32BE(i);
    blocks.push(createHash('sha256').update(`${name}/plaintext`).update(counter).digest());
  }
  return Buffer.concat(blocks).subarray(0, plaintextBytes);
}

export const vectorIdentity = ({ projectId, blobId, epoch }: ContainerVector): FileIdentity => ({
  projectId,
  blobId,
  epoch,
});

export const vectorIvs = (vector: ContainerVector): (() => Buffer) => {
  const ivs = vector.ivs.map((iv) => Buffer.from(iv, 'hex'));
  return () => {
    const iv = ivs.shift();
    if (iv === undefined) throw new Error('more segments than IVs');
    return iv;
  };
};
