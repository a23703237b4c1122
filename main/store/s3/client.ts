import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import type * as S3 from './sdk.js';
import type { S3Credentials, S3Location } from './location.js';

export type Sdk = typeof S3;

/** Requests at a time: enough to hide the distance to a server, few enough not to be throttled. */
export const maxRequests = 32;
const connectMs = 10_000;
/** A connection that moves no byte for so long is given up. */
const silenceMs = 60_000;

/** The client takes a tenth of a second to load: only whoever opens a bucket waits for it. */
export async function loadSdk(): Promise<Sdk> {
  // What runs it is ours to choose (package.json, docs/decisions/0013-s3-store.md), so the person need not hear of it.
  process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true';
  return import('./sdk.js');
}

/**
 * A client that tries each request once (we know better than it what may be repeated), sends only headers that every server knows,
 * and reads neither environment nor configuration files for keys or address.
 */
export function newClient(sdk: Sdk, location: S3Location, credentials: S3Credentials): S3.S3Client {
  const sockets = { keepAlive: true, maxSockets: maxRequests + 4 };
  const trust = location.certificateAuthority === undefined ? {} : { ca: location.certificateAuthority };
  return new sdk.S3Client({
    endpoint: location.endpoint,
    region: location.region,
    forcePathStyle: location.pathStyle ?? true,
    credentials,
    maxAttempts: 1,
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    followRegionRedirects: false,
    requestHandler: {
      connectionTimeout: connectMs,
      socketTimeout: silenceMs,
      httpAgent: new HttpAgent(sockets),
      // SECURITY (promise 3): certificates are always checked; the way to a private authority is to name it.
      httpsAgent: new HttpsAgent({ ...sockets, ...trust, rejectUnauthorized: true, minVersion: 'TLSv1.2' }),
    },
  });
}
