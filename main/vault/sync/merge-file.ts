import { nameOf } from '../files/file-paths.js';
import { isTombstone, type FileBody } from '../files/file-record.js';
import { conflictPath, type Origin } from './conflict-path.js';
import { either, isContested, type Merged } from './three-way.js';

/**
 * Merges what was done to a file or folder here (`ours`) and elsewhere (`theirs`) since both were `base`. Different parts (place,
 * content, trash): both. Contents changed on both sides: theirs stays, ours becomes a file beside it. The path of that may be taken:
 * the caller makes it free.
 * @param origin of our version, for the name of the file beside
 */
export const mergeFile = (
  base: FileBody | null,
  ours: FileBody,
  theirs: FileBody,
  origin: Origin,
): Merged<FileBody> => {
  if (isTombstone(theirs)) return deletedByThem(base, ours);
  if (isTombstone(ours)) return deletedByUs(base, ours, theirs);
  return mergeKept(base, ours, theirs, origin);
};

const hasContentOf = (a: FileBody, b: FileBody): boolean => a.kind === b.kind && a.content?.blob === b.content?.blob;

/**
 * Whether they brought a content of their own. One that a newer key encrypts anew is the same content (rekey-run.ts); should it only look
 * so, theirs is still in the history. Of ours nobody else has a copy, so there only the same blob is the same content.
 */
const isTheirsNew = (base: FileBody, theirs: FileBody): boolean => {
  if (hasContentOf(base, theirs)) return false;
  const rekeyed = (theirs.content?.epoch ?? 0) > (base.content?.epoch ?? 0);
  return !(rekeyed && base.kind === theirs.kind && base.size === theirs.size && base.modified === theirs.modified);
};

const isMoved = (base: FileBody | null, after: FileBody): boolean => base?.path !== after.path;

const deletedByThem = (base: FileBody | null, ours: FileBody): Merged<FileBody> => {
  if (isTombstone(ours)) return { next: null, copy: null, notice: null };
  if (base === null || !hasContentOf(base, ours)) {
    return {
      next: null,
      copy: { ...ours, trashed: false },
      notice: `“${ours.path}” was deleted for good by somebody else while you changed it. Your version is there again as a new file.`,
    };
  }
  // its content went with it, and whoever deleted it had seen that
  const touched = isMoved(base, ours) || (base.trashed && !ours.trashed);
  const notice = touched ? `“${ours.path}”, which you moved, was deleted for good by somebody else.` : null;
  return { next: null, copy: null, notice };
};

const deletedByUs = (base: FileBody | null, ours: FileBody, theirs: FileBody): Merged<FileBody> => {
  const restored = base?.trashed === true && !theirs.trashed;
  const edited = base === null || isMoved(base, theirs) || isTheirsNew(base, theirs);
  if (!restored && !edited) return { next: ours, copy: null, notice: null };
  return {
    next: null,
    copy: null,
    notice: `“${theirs.path}” was changed by somebody else while you deleted it for good. It was kept, with that change.`,
  };
};

const mergeKept = (base: FileBody | null, ours: FileBody, theirs: FileBody, origin: Origin): Merged<FileBody> => {
  const isOursNew = base === null || !hasContentOf(base, ours);
  const isNewThere = base === null || isTheirsNew(base, theirs);
  const contested = isOursNew && isNewThere && !hasContentOf(ours, theirs);
  const brought = isOursNew && !isNewThere;
  const { kind, size, modified, content } = brought ? ours : theirs;
  const path = either(base?.path, ours.path, theirs.path) ?? theirs.path;
  const trashed = mergedTrash(base, ours, theirs);
  const merged: FileBody = { kind, path, trashed, size, modified, content };
  const copy = contested && ours.content !== null ? { ...ours, path: conflictPath(path, origin) } : null;
  return { next: isSame(merged, theirs) ? null : merged, copy, notice: noticeOf(base, ours, { merged, copy }) };
};

/** Trash against edit: the edit. */
const mergedTrash = (base: FileBody | null, ours: FileBody, theirs: FileBody): boolean => {
  const trashed = either(base?.trashed ?? false, ours.trashed, theirs.trashed);
  if (!trashed || base?.trashed === true || (ours.trashed && theirs.trashed)) return trashed;
  if (base === null) return false;
  return ours.trashed
    ? !isMoved(base, theirs) && !isTheirsNew(base, theirs)
    : !isMoved(base, ours) && hasContentOf(base, ours);
};

const isSame = (a: FileBody, b: FileBody): boolean =>
  a.kind === b.kind &&
  a.path === b.path &&
  a.trashed === b.trashed &&
  a.size === b.size &&
  a.modified === b.modified &&
  a.content?.blob === b.content?.blob;

const noticeOf = (
  base: FileBody | null,
  ours: FileBody,
  { merged, copy }: Readonly<{ merged: FileBody; copy: FileBody | null }>,
): string | null => {
  if (copy !== null) {
    return `“${merged.path}” was changed here and by somebody else. Their version stays at its place, yours is beside it: “${nameOf(copy.path)}”.`;
  }
  if (isContested(base?.path, ours.path, merged.path)) {
    return `“${nameOf(ours.path)}” was moved here and by somebody else. It is where they put it: “${merged.path}”.`;
  }
  return null;
};
