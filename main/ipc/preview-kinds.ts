import { extname } from 'node:path';
import type { previewKinds } from '../../app/contract/files.js';

export type PreviewKind = (typeof previewKinds)[number];
export type PreviewForm = Readonly<{ kind: PreviewKind; mime: string }>;

/**
 * SECURITY: previews share an origin with the app, so none is ever served as a script, a style sheet or a page:
 * this table is all the types there are, and everything else is plain text or has no preview.
 */
const forms: Readonly<Record<string, PreviewForm>> = {
  '.png': { kind: 'image', mime: 'image/png' },
  '.jpg': { kind: 'image', mime: 'image/jpeg' },
  '.jpeg': { kind: 'image', mime: 'image/jpeg' },
  '.gif': { kind: 'image', mime: 'image/gif' },
  '.webp': { kind: 'image', mime: 'image/webp' },
  '.avif': { kind: 'image', mime: 'image/avif' },
  '.bmp': { kind: 'image', mime: 'image/bmp' },
  '.ico': { kind: 'image', mime: 'image/x-icon' },
  '.svg': { kind: 'image', mime: 'image/svg+xml' },
  '.pdf': { kind: 'pdf', mime: 'application/pdf' },
  '.mp4': { kind: 'media', mime: 'video/mp4' },
  '.m4v': { kind: 'media', mime: 'video/mp4' },
  '.webm': { kind: 'media', mime: 'video/webm' },
  '.ogv': { kind: 'media', mime: 'video/ogg' },
  '.mp3': { kind: 'media', mime: 'audio/mpeg' },
  '.m4a': { kind: 'media', mime: 'audio/mp4' },
  '.aac': { kind: 'media', mime: 'audio/aac' },
  '.ogg': { kind: 'media', mime: 'audio/ogg' },
  '.oga': { kind: 'media', mime: 'audio/ogg' },
  '.opus': { kind: 'media', mime: 'audio/ogg' },
  '.wav': { kind: 'media', mime: 'audio/wav' },
  '.flac': { kind: 'media', mime: 'audio/flac' },
};

/** How a file is previewed, by its name; null when only a look at its bytes can tell. */
export const formOfName = (name: string): PreviewForm | null => {
  const extension = extname(name).toLowerCase();
  return Object.hasOwn(forms, extension) ? (forms[extension] ?? null) : null;
};

/** The types that a preview's address may be served as. */
export const isPreviewMime = (mime: string): boolean => Object.values(forms).some((form) => form.mime === mime);

export const textForm: PreviewForm = { kind: 'text', mime: 'text/plain; charset=utf-8' };
export const noForm: PreviewForm = { kind: 'none', mime: '' };

/**
 * The text that `head` (the first bytes of a file) holds, or null when it is not text: UTF-8 (a character cut at the
 * end is left out) or UTF-16 with a mark, and no control characters but the usual ones.
 */
export const decodeText = (head: Uint8Array): string | null => {
  const text = decodeUtf16(head) ?? decodeUtf8(head);
  return text !== null && !/[\x00-\x08\x0e-\x1a\x1c-\x1f]/.test(text) ? text : null;
};

const decodeUtf8 = (bytes: Uint8Array): string | null => {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: true });
  } catch {
    return null;
  }
};

const decodeUtf16 = (bytes: Uint8Array): string | null => {
  const mark = bytes.length >= 2 ? `${bytes[0] ?? 0},${bytes[1] ?? 0}` : '';
  if (mark === '255,254') return new TextDecoder('utf-16le').decode(bytes);
  if (mark === '254,255') return new TextDecoder('utf-16be').decode(bytes);
  return null;
};
