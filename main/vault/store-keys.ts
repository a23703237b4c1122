/** Where each kind of object lives in the store (docs/protocol.md section 7). */

export const versionDigits = 10;

/** A version, sequence or epoch as it stands in a key: ten decimal digits, so that key order is number order. */
export const versionPart = (version: number): string => String(version).padStart(versionDigits, '0');

export const parseVersionPart = (part: string): number | undefined =>
  /^\d{10}$/.test(part) && Number(part) > 0 ? Number(part) : undefined;

export const markerKey = 'store';
export const accountKey = (accountId: string, version: number): string =>
  `accounts/${accountId}/${versionPart(version)}`;
export const secretKey = (secretId: string, version: number): string => `secrets/${secretId}/${versionPart(version)}`;
export const logKey = (projectId: string, sequence: number): string =>
  `projects/${projectId}/log/${versionPart(sequence)}`;
export const fileKey = (projectId: string, fileId: string, version: number): string =>
  `projects/${projectId}/files/${fileId}/${versionPart(version)}`;
export const blobKey = (blobId: string): string => `blobs/${blobId}`;
