import type { KeySize, Suite } from '../../../app/model/account.js';
import type { MasterKeyParameters } from '../../crypto/keys.js';
import type { CommandContext } from '../context.js';
import { UsageError } from '../output.js';
import { keyProgress } from '../progress.js';

export type DeriveOptions = Readonly<{
  suite: Suite;
  bits?: KeySize;
  salt?: string;
  memoryKib: number;
  iterations: number;
  format: 'pem' | 'jwk' | 'fingerprint';
}>;

/** Prints public facts only: PEM (PKCS#1), a JWK (RFC 7517), or the JWK's thumbprint (RFC 7638). */
export async function deriveKey(context: CommandContext, options: DeriveOptions): Promise<void> {
  const { derivePublicKey, saltFromHex } = await import('../../vault/key-tools.js');
  const parameters = parametersOf(options, saltFromHex);
  using passphrase = await context.passphrase();
  const { keys, pem, fingerprint } = await derivePublicKey(passphrase, parameters, {
    signal: context.signal,
    ...keyProgress(),
  });
  if (options.format === 'jwk') {
    context.output.write(`${JSON.stringify(keys.wrap)}\n`);
    return;
  }
  const everything = {
    suite: parameters.suite,
    bits: parameters.bits,
    pem,
    jwk: keys.wrap,
    signJwk: keys.sign,
    fingerprint,
  };
  context.output.result(everything, () => (options.format === 'pem' ? pem.trimEnd() : fingerprint));
}

function parametersOf(options: DeriveOptions, saltFromHex: (hex: string) => string): MasterKeyParameters {
  if (options.suite === 'coretex') {
    if (options.salt !== undefined) throw new UsageError('The coretex suite has no salt.');
    return { suite: 'coretex', bits: options.bits ?? 2048 };
  }
  if (options.salt === undefined) {
    throw new UsageError('The vault suite needs --salt: it stands on the recovery sheet and on the account card.');
  }
  const { memoryKib, iterations } = options;
  const salt = saltFromHex(options.salt);
  return {
    suite: 'vault',
    bits: options.bits ?? 3072,
    kdf: { alg: 'argon2id', memoryKib, iterations, parallelism: 1, salt },
  };
}
