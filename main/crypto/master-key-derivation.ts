/** The whole way from a passphrase to both private keys of a master key: docs/protocol.md sections 1 and 2. */
import { hkdfSync } from 'node:crypto';
import type { MasterKeyParameters } from './keys.js';
import { checkPassphrase, stretchPassphrase } from './passphrase-stretch.js';
import { deriveRsaKey } from './rsa-derivation.js';
import { ctrStream, sha256ChainStream, type SeedStream } from './seed-stream.js';
import { allocateSecret } from './secret-bytes.js';

export type DerivationStep = 'stretch' | 'derive';

/** Hears of progress (fractions are estimates); may throw to stop, and then everything is wiped. */
export type StepWatch = (step: DerivationStep, fraction: number) => void;

/** Private keys as PKCS#8 DER. In the coretex suite `sign` is the same key as `wrap`. */
export type PrivateKeyParts = Readonly<{ wrap: Buffer; sign: Buffer }>;

/**
 * Takes as long as key derivation takes, without a pause, and leaves BigInts behind that nobody can wipe.
 * SECURITY (promise 9): call it on a worker thread only; `deriveMasterKey` of main/engine does. The caller wipes the result.
 */
export function derivePrivateKeys(
  passphrase: Uint8Array,
  parameters: MasterKeyParameters,
  watch?: StepWatch,
): PrivateKeyParts {
  checkPassphrase(passphrase);
  watch?.('stretch', 0);
  if (parameters.suite === 'coretex') {
    const wrap = deriveFrom(sha256ChainStream(passphrase), parameters.bits, watch);
    return { wrap, sign: copyOf(wrap) };
  }
  const stretched = stretchPassphrase(passphrase, parameters.kdf);
  const rsaSeed = expand(stretched, 'coretex-vault/v1/rsa');
  const signSeed = expand(stretched, 'coretex-vault/v1/ed25519');
  stretched.fill(0);
  try {
    const wrap = deriveFrom(ctrStream(rsaSeed), parameters.bits, watch);
    return { wrap, sign: ed25519Pkcs8(signSeed) };
  } finally {
    rsaSeed.fill(0);
    signSeed.fill(0);
  }
}

function deriveFrom(stream: SeedStream, bits: number, watch?: StepWatch): Buffer {
  watch?.('stretch', 1);
  try {
    const key = deriveRsaKey(stream, bits, (fraction) => watch?.('derive', fraction));
    watch?.('derive', 1);
    return key;
  } finally {
    stream.wipe();
  }
}

const expand = (stretched: Buffer, info: string): Buffer => Buffer.from(hkdfSync('sha256', stretched, '', info, 32));

/** RFC 8410 section 7: the fixed head of an Ed25519 PKCS#8 key, then its seed. */
const ed25519Pkcs8 = (seed: Buffer): Buffer => {
  const head = Buffer.from('302e020100300506032b657004220420', 'hex');
  const der = allocateSecret(head.length + seed.length);
  der.set(head);
  der.set(seed, head.length);
  return der;
};

const copyOf = (bytes: Buffer): Buffer => {
  const copy = allocateSecret(bytes.length);
  copy.set(bytes);
  return copy;
};
