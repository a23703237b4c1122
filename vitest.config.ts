import { join } from 'node:path';
import { defineConfig } from 'vitest/config';

/** Every kind of test that needs no window. End-to-end tests have a runner of their own: vitest.e2e.config.ts. */
const kinds = ['unit', 'vectors', 'property', 'store', 'security', 'interop'];

export default defineConfig({
  // The engine starts its worker threads from bundled files; under test build/test-workers.mjs bundles them to this folder.
  define: { __WORKER_FOLDER__: JSON.stringify(join(import.meta.dirname, 'out/test/workers')) },
  test: {
    include: kinds.map((kind) => `test/${kind}/**/*.test.{ts,tsx}`),
    globalSetup: ['build/test-workers.mjs'],
    // Processes rather than threads: native modules, real worker threads and wiped memory behave as they do in the product.
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 60_000,
    restoreMocks: true,
    unstubEnvs: true,
  },
});
