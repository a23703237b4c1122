import { VaultError } from '../../app/errors.js';
import { SecretBytes } from '../crypto/secret-bytes.js';
import { isPreviewMime } from '../ipc/preview-kinds.js';
import type { PreviewSource, Previews } from '../ipc/ports.js';
import { parseRange } from './byte-range.js';

/** Plaintext bytes that are in memory at a time for one reader. */
const chunkBytes = 1_048_576;
const mostPreviews = 256;

export type PreviewShelf = Previews &
  Readonly<{
    answer: (token: string, range: string | null) => Response;
    /** on lock: every address dies at once */
    clear: () => void;
  }>;

/**
 * Previews: addresses that answer with verified plaintext of one file.
 * SECURITY: the plaintext goes from the vault to the page through memory, in pieces, and never to a disk; an address is
 * random, is served as one of a few harmless types, and dies with the lock.
 */
export const openPreviews = (origin: string, path: string): PreviewShelf => {
  const sources = new Map<string, PreviewSource>();
  return {
    publish: (source) => {
      if (!isPreviewMime(source.mime)) throw new TypeError('not a type for previews');
      const token = SecretBytes.random(16).bytes.toString('base64url');
      sources.set(token, source);
      for (const oldest of sources.keys()) if (sources.size > mostPreviews) sources.delete(oldest);
      return `${origin}${path}${token}`;
    },
    answer: (token, range) => {
      const source = sources.get(token);
      return source ? answerWith(source, range, () => sources.has(token)) : new Response(null, { status: 404 });
    },
    clear: () => sources.clear(),
  };
};

const answerWith = (source: PreviewSource, rangeHeader: string | null, alive: () => boolean): Response => {
  const range = parseRange(rangeHeader, source.size);
  if (range === 'unsatisfiable') {
    return new Response(null, { status: 416, headers: { 'content-range': `bytes */${source.size}` } });
  }
  const { start, endExclusive } = range ?? { start: 0, endExclusive: source.size };
  const headers: Record<string, string> = {
    'content-type': source.mime,
    'content-length': String(endExclusive - start),
    'accept-ranges': 'bytes',
    'x-content-type-options': 'nosniff',
    'cross-origin-resource-policy': 'same-origin',
    // SECURITY: no cache, in memory or on disk, keeps plaintext
    'cache-control': 'no-store',
    ...(range ? { 'content-range': `bytes ${start}-${endExclusive - 1}/${source.size}` } : {}),
    ...framePolicy(source.mime),
  };
  return new Response(start === endExclusive ? null : bytesOf(source, start, endExclusive, alive), {
    status: range ? 206 : 200,
    headers,
  });
};

/** SECURITY: an SVG that someone opens as a page runs no script. (The PDF viewer does not work inside a CSP sandbox.) */
const framePolicy = (mime: string): Record<string, string> =>
  mime === 'application/pdf'
    ? { 'content-security-policy': "default-src 'none'; object-src 'self'; frame-ancestors 'self'" }
    : { 'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; sandbox" };

const bytesOf = (source: PreviewSource, start: number, endExclusive: number, alive: () => boolean) => {
  let at = start;
  return new ReadableStream<Uint8Array>(
    {
      pull: async (controller) => {
        if (!alive()) throw new VaultError('locked');
        const piece = { start: at, endExclusive: Math.min(at + chunkBytes, endExclusive) };
        const bytes = await source.vault.files.readRange(source.projectId, source.id, piece, source.version);
        at = piece.endExclusive;
        controller.enqueue(bytes);
        if (at >= endExclusive) controller.close();
      },
    },
    { highWaterMark: 1 },
  );
};
