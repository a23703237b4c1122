/**
 * Bundles the renderer with the fake bridge and serves it under the policy that the app has, so that what the policy would
 * block is blocked here too.
 */
import { createServer } from 'node:http';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import react from '@vitejs/plugin-react';
import { build } from 'vite';

const policy =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; media-src 'self'; font-src 'self'; connect-src 'self'; frame-src 'self'";

const types = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css', '.svg': 'image/svg+xml' };

const dots = Array.from({ length: 160 }, (_, index) => {
  const angle = index * 2.4;
  const radius = 8 * Math.sqrt(index);
  const [x, y] = [160 + radius * Math.cos(angle), 110 + radius * 0.9 * Math.sin(angle)];
  return `<circle cx="${x.toFixed(1)}" cy="${y.toFixed(1)}" r="3" fill="hsl(${170 + (index % 5) * 18} 45% 45%)"/>`;
});

/** Files that previews load. */
const extras = {
  '/favicon.ico': '',
  '/embedding.svg': `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 320 220" width="640" height="440"><rect width="320" height="220" fill="#fff"/>${dots.join('')}</svg>`,
  '/model-card.html':
    '<!doctype html><html lang="en"><title>Model card</title><h1>Model card</h1><p>A page in place of a PDF.</p>',
};

/** @returns {Promise<{ url: string, close: () => Promise<void> }>} */
export const servePreview = async () => {
  const outDir = await mkdtemp(path.join(tmpdir(), 'coretex-preview-'));
  await build({
    configFile: false,
    root: import.meta.dirname,
    base: '/',
    logLevel: 'warn',
    plugins: [react()],
    build: { outDir, emptyOutDir: true, target: 'chrome130', modulePreload: false, minify: false },
  });
  const server = createServer((request, response) => {
    const name = new URL(request.url ?? '/', 'http://localhost').pathname;
    const file = name === '/' ? '/index.html' : name;
    const extra = Object.entries(extras).find(([known]) => known === file)?.[1];
    const type = Object.entries(types).find(([ending]) => file.endsWith(ending))?.[1] ?? 'application/octet-stream';
    response.setHeader('content-security-policy', policy);
    response.setHeader('content-type', type);
    if (extra !== undefined) {
      response.end(extra);
      return;
    }
    readFile(path.join(outDir, path.normalize(file))).then(
      (content) => response.end(content),
      () => response.writeHead(404).end(),
    );
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(undefined)));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The preview server has no port.');
  return {
    url: `http://127.0.0.1:${address.port}/`,
    close: async () => {
      await new Promise((resolve) => server.close(resolve));
      await rm(outDir, { recursive: true, force: true });
    },
  };
};
