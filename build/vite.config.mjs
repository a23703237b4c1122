/** The window's page: plain files on app://vault/, so that its policy can forbid everything inline. */
import { join } from 'node:path';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import { outFolder, root } from './checkout.mjs';

export default defineConfig({
  root: join(root, 'renderer'),
  base: './',
  cacheDir: join(root, '.cache/vite'),
  plugins: [react()],
  build: {
    target: 'chrome130',
    outDir: join(outFolder, 'renderer'),
    emptyOutDir: true,
    // SECURITY: nothing inline: the page's policy allows scripts, styles and images from its own origin only.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    sourcemap: true,
    chunkSizeWarningLimit: 2000,
  },
});
