import { readFile } from 'node:fs/promises';
import { extname, join, resolve, sep } from 'node:path';
import { type CustomScheme, type Session, protocol } from 'electron';
import type { PreviewShelf } from './previews.js';

export const appOrigin = 'app://vault';
export const appPage = `${appOrigin}/`;
/** A page without anything, of another site than the app's. */
export const emptyPage = 'app://empty/';
export const previewPath = '/preview/';

/**
 * SECURITY: the page may load its own files and nothing else; no inline script or style, no eval, no plugin elements,
 * no form target, nobody else's frame.
 */
export const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data: blob:",
  "media-src 'self'",
  "font-src 'self'",
  "connect-src 'self'",
  "frame-src 'self'",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'self'",
].join('; ');

const scheme: CustomScheme = {
  scheme: 'app',
  privileges: { standard: true, secure: true, supportFetchAPI: true, stream: true, codeCache: false },
};

/** Must run before Electron is ready. */
export const declareAppScheme = (): void => protocol.registerSchemesAsPrivileged([scheme]);

const mimeTypes: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.wasm': 'application/wasm',
};

/** Answers app://vault/ from the built renderer and app://vault/preview/<token> from the open vault. */
export const serveApp = (session: Session, rendererDir: string, previews: PreviewShelf): void => {
  session.protocol.handle('app', async (request) => {
    const url = new URL(request.url);
    if (request.url === emptyPage) return nothing();
    if (url.host !== 'vault' || request.method !== 'GET') return notFound();
    if (url.pathname.startsWith(previewPath)) {
      return previews.answer(url.pathname.slice(previewPath.length), request.headers.get('range'));
    }
    return serveFile(rendererDir, url.pathname);
  });
};

const serveFile = async (rendererDir: string, pathname: string): Promise<Response> => {
  const file = fileFor(rendererDir, pathname === '/' ? '/index.html' : pathname);
  const mime = file && mimeTypes[extname(file)];
  if (!file || !mime) return notFound();
  try {
    return new Response(new Uint8Array(await readFile(file)), {
      headers: {
        'content-type': mime,
        'content-security-policy': contentSecurityPolicy,
        'x-content-type-options': 'nosniff',
        'cross-origin-opener-policy': 'same-origin',
        'cross-origin-resource-policy': 'same-origin',
        'referrer-policy': 'no-referrer',
        'cache-control': 'no-store',
      },
    });
  } catch {
    return notFound();
  }
};

/**
 * SECURITY: plain names only and nothing is decoded, so no spelling of `..` or of a separator leads out of the folder;
 * the comparison of the resolved path holds even if that were wrong.
 */
export const fileFor = (rendererDir: string, pathname: string): string | null => {
  if (!/^(\/[A-Za-z0-9_-][A-Za-z0-9_.-]*)+$/.test(pathname)) return null;
  const root = resolve(rendererDir);
  const file = resolve(join(root, pathname));
  return file.startsWith(root + sep) ? file : null;
};

const nothing = (): Response =>
  new Response('', { headers: { 'content-type': 'text/html', 'content-security-policy': "default-src 'none'" } });

const notFound = (): Response => new Response('Not found', { status: 404, headers: { 'content-type': 'text/plain' } });
