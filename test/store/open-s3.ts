import { S3Store, type S3Location } from '../../main/store/s3.js';

export type S3Spec = Readonly<{
  location: S3Location;
  keys: Readonly<{ accessKeyId: string; secretAccessKey: string }>;
  folder: string;
  partBytes?: number;
  attempts?: number;
}>;

/** Opens a store in a bucket, here or in another process; `spec` is JSON of an {@link S3Spec}. */
export function openStore(spec: string): Promise<S3Store> {
  const { location, keys, folder, partBytes, attempts } = JSON.parse(spec) as S3Spec;
  return S3Store.open({
    location,
    credentials: () => Promise.resolve(keys),
    folder,
    ...(partBytes !== undefined && { partBytes }),
    ...(attempts !== undefined && { patience: { attempts } }),
  });
}
