import { type ErrorCode, isVaultError, VaultError } from '../../../app/errors.js';
import { errnoOf, type Intent } from '../failure.js';

/** What an S3 server's answer, or its silence, means to us. */
export type Trouble =
  | 'absent' | 'no-bucket' | 'no-upload' | 'beyond-end' | 'lost-race' | 'wrong-keys' | 'wrong-clock' | 'wrong-region' | 'refused' | 'full' | 'too-large'
  | 'no-conditions' | 'busy' | 'server-error' | 'network' | 'no-host' | 'untrusted' | 'cancelled' | 'strange'; // prettier-ignore

/** By the error's name; Ceph sends no messages, so nothing else can be relied on. */
const byName: Readonly<Record<string, Trouble>> = {
  NoSuchKey: 'absent', NotFound: 'absent', NoSuchBucket: 'no-bucket', NoSuchUpload: 'no-upload', InvalidRange: 'beyond-end',
  PreconditionFailed: 'lost-race', ConditionalRequestConflict: 'lost-race', OperationAborted: 'lost-race',
  InvalidAccessKeyId: 'wrong-keys', SignatureDoesNotMatch: 'wrong-keys', InvalidToken: 'wrong-keys', ExpiredToken: 'wrong-keys',
  InvalidSecurity: 'wrong-keys', TokenRefreshRequired: 'wrong-keys', UserSuspended: 'wrong-keys', CredentialsProviderError: 'wrong-keys',
  RequestTimeTooSkewed: 'wrong-clock', RequestExpired: 'wrong-clock',
  AuthorizationHeaderMalformed: 'wrong-region', PermanentRedirect: 'wrong-region', IllegalLocationConstraintException: 'wrong-region',
  AccessDenied: 'refused', AllAccessDisabled: 'refused', MethodNotAllowed: 'refused',
  QuotaExceeded: 'full', XMinioStorageFull: 'full', StorageFull: 'full', InsufficientCapacity: 'full', EntityTooLarge: 'too-large',
  NotImplemented: 'no-conditions',
  SlowDown: 'busy', ServiceUnavailable: 'busy', TooManyRequests: 'busy', Throttling: 'busy', ThrottlingException: 'busy', RequestTimeout: 'busy',
  InternalError: 'server-error', TimeoutError: 'network', AbortError: 'cancelled',
}; // prettier-ignore

/** For answers without a name, as those to HEAD. */
const byStatus: Readonly<Record<number, Trouble>> = {
  301: 'wrong-region', 401: 'wrong-keys', 403: 'refused', 404: 'absent', 405: 'refused', 409: 'lost-race', 412: 'lost-race', 413: 'too-large',
  416: 'beyond-end', 429: 'busy', 501: 'no-conditions', 503: 'busy', 507: 'full',
}; // prettier-ignore

const networkErrnos = new Set([
  'ECONNREFUSED', 'ECONNRESET', 'ECONNABORTED', 'EPIPE', 'ETIMEDOUT', 'EHOSTUNREACH', 'EHOSTDOWN', 'ENETUNREACH', 'ENETDOWN', 'EAI_AGAIN',
  'ERR_STREAM_PREMATURE_CLOSE', 'UND_ERR_SOCKET',
]); // prettier-ignore
const tlsErrno = /CERT|SIGNATURE|ISSUER|^EPROTO$|^ERR_TLS|^ERR_SSL|CRL|^HOSTNAME_MISMATCH$/;

type Answer = Readonly<{ httpStatusCode?: number; clockSkewCorrected?: boolean }>;

const answerOf = (error: unknown): Answer =>
  error instanceof Error && '$metadata' in error && typeof error.$metadata === 'object' ? (error.$metadata ?? {}) : {};

/** What went wrong in one request of the S3 client. */
export function troubleOf(error: unknown): Trouble {
  if (!(error instanceof Error)) return 'strange';
  const errno = errnoOf(error);
  if (networkErrnos.has(errno) || error.message === 'aborted') return 'network';
  if (errno === 'ENOTFOUND') return 'no-host';
  if (tlsErrno.test(errno)) return 'untrusted';
  const named = byName[error.name];
  if (named !== undefined) return named;
  const status = answerOf(error).httpStatusCode ?? 0;
  return byStatus[status] ?? (status >= 500 ? 'server-error' : 'strange');
}

/** Whether the same request may well succeed a little later. The client has set its clock by the server's once it was told. */
export function isPassing(error: unknown): boolean {
  const trouble = troubleOf(error);
  if (trouble === 'wrong-clock') return answerOf(error).clockSkewCorrected === true;
  return ['busy', 'server-error', 'network'].includes(trouble);
}

const sentences: Readonly<Record<Trouble, readonly [ErrorCode, string]>> = {
  absent: ['not-found', 'The bucket holds no such object.'],
  'no-bucket': ['store-missing', 'The server has no bucket of that name. Check its name, or have it made.'],
  'no-upload': ['store-unreachable', 'The server has forgotten an upload that was under way. Try again.'],
  'beyond-end': ['invalid-input', 'The object is shorter than that.'],
  'lost-race': ['conflict', 'Somebody else is storing the same object. Try again.'],
  'wrong-keys': [
    'store-unreachable',
    'The server does not accept the access keys. Check both, or ask whoever runs it for new ones.',
  ],
  'wrong-clock': [
    'store-unreachable',
    'The clock of this computer and that of the server differ by more than the server allows. Set the clock.',
  ],
  'wrong-region': ['store-unreachable', 'The bucket is in another region. Correct the region or the address.'],
  refused: ['store-readonly', 'The access keys may not write to the bucket. Ask whoever runs it for permission.'],
  full: ['store-full', 'The bucket’s quota is used up. Nothing was lost; have it raised, or delete something.'],
  'too-large': ['store-full', 'The server does not take objects this large. Ask whoever runs it.'],
  'no-conditions': [
    'store-unreachable',
    'This server cannot create an object only if it is absent (If-None-Match), so two people could overwrite each other. Use another server, or a newer version of it.',
  ],
  busy: ['store-unreachable', 'The server is overloaded. Try again in a few minutes.'],
  'server-error': ['store-unreachable', 'The server reports an error of its own. Try again, or ask whoever runs it.'],
  network: ['store-unreachable', 'The server does not answer. Check the network and the address.'],
  'no-host': ['store-unreachable', 'There is no server at that address. Check the network and the address.'],
  untrusted: [
    'store-unreachable',
    'The connection to the server is not secure: its certificate is not one this computer trusts. Check the address, or add its certificate authority.',
  ],
  cancelled: ['cancelled', 'Cancelled.'],
  strange: ['store-unreachable', 'What answers at that address is not an S3 server. Check the address.'],
};

/**
 * Turns an error of the S3 client into the store's own; a `VaultError` passes through. `details.reason` is the {@link Trouble}.
 * The cause is kept for the log; the client puts no keys into its errors.
 */
export function s3Failure(error: unknown, intent: Intent): VaultError {
  if (isVaultError(error)) return error;
  return failureOf(troubleOf(error), intent, error);
}

/** The store's error for a trouble, as {@link s3Failure}. */
export function failureOf(reason: Trouble, intent: Intent, cause?: unknown): VaultError {
  const [code, sentence] = sentences[reason];
  if (reason === 'refused' && intent === 'read') {
    const toRead = 'The access keys may not read the bucket. Ask whoever runs it for permission.';
    return new VaultError('store-unreachable', toRead, { details: { reason }, cause });
  }
  return new VaultError(code, sentence, { details: { reason }, cause });
}
