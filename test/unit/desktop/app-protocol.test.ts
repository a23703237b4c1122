import fc from 'fast-check';
import { resolve, sep } from 'node:path';
import { expect, it, vi } from 'vitest';
import { contentSecurityPolicy, fileFor } from '../../../main/desktop/app-protocol.js';

vi.mock('electron', () => ({ protocol: {} }));

const root = resolve('/app/out/renderer');

it('serves names below the folder', () => {
  expect(fileFor(root, '/index.html')).toBe(resolve(root, 'index.html'));
  expect(fileFor(root, '/assets/main-3f_a.B.js')).toBe(resolve(root, 'assets/main-3f_a.B.js'));
});

it.each([
  '/',
  '/../main/index.cjs',
  '/%2e%2e/main',
  '/..%2fmain',
  '/a/../../b',
  '/a//b',
  '/.env',
  '/a\\..\\b',
  '/a\0b',
  'index.html',
  '/a/./b',
])('refuses %s', (path) => expect(fileFor(root, path)).toBeNull());

it('promise: no path leads out of the folder', () => {
  const part = fc.oneof(fc.constantFrom('..', '.', '', '%2e%2e', '...', 'a', 'a.js', '..\\', '~'), fc.string());
  fc.assert(
    fc.property(fc.array(part), (parts) => {
      const file = fileFor(root, `/${parts.join('/')}`);
      expect(file === null || file.startsWith(root + sep)).toBe(true);
    }),
  );
});

it('the policy of the page is the one that is written down', () => {
  expect(contentSecurityPolicy).toBe(
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; media-src 'self'; " +
      "font-src 'self'; connect-src 'self'; frame-src 'self'; object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'",
  );
});
