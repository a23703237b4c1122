import { parseVersionPart } from '../store-keys.js';

/** What stands at a key of the store (docs/protocol.md section 7). `of` is whose versions it is one of. */
export type Place =
  | Readonly<{ kind: 'marker' }>
  | Readonly<{ kind: 'account' | 'secret' | 'log'; of: string; version: number }>
  | Readonly<{ kind: 'file'; project: string; of: string; version: number }>
  | Readonly<{ kind: 'blob'; of: string }>
  | Readonly<{ kind: 'change' | 'moved'; version: number }>;

const patterns = [
  [/^accounts\/([0-9a-f]{32})\/(\d{10})$/, 'account'],
  [/^secrets\/([0-9a-f]{32})\/(\d{10})$/, 'secret'],
  [/^projects\/([0-9a-f]{32})\/log\/(\d{10})$/, 'log'],
] as const;
const filePattern = /^projects\/([0-9a-f]{32})\/files\/([0-9a-f]{32})\/(\d{10})$/;
const blobPattern = /^blobs\/([0-9a-f]{32})$/;
const sequencePattern = /^(changes|moved)\/(\d{10})$/;

/** Null for a key that no Coretex Vault of this version writes. */
export const placeOfKey = (key: string): Place | null => {
  if (key === 'store') return { kind: 'marker' };
  for (const [pattern, kind] of patterns) {
    const [, of, part] = pattern.exec(key) ?? [];
    const version = parseVersionPart(part ?? '');
    if (of !== undefined && version !== undefined) return { kind, of, version };
  }
  const [, project, file, part] = filePattern.exec(key) ?? [];
  const version = parseVersionPart(part ?? '');
  if (project !== undefined && file !== undefined && version !== undefined) {
    return { kind: 'file', project, of: file, version };
  }
  const blob = blobPattern.exec(key)?.[1];
  if (blob !== undefined) return { kind: 'blob', of: blob };
  return sequenceOf(key);
};

const sequenceOf = (key: string): Place | null => {
  const [, folder, part] = sequencePattern.exec(key) ?? [];
  const version = parseVersionPart(part ?? '');
  if (folder === undefined || version === undefined) return null;
  return { kind: folder === 'moved' ? 'moved' : 'change', version };
};
