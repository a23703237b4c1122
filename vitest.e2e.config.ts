import { defineConfig } from 'vitest/config';

/** Run by build/e2e.mjs, which gives the tests a user, a display and a keyring. One window at a time: they share these. */
export default defineConfig({
  cacheDir: '.cache/vite-e2e',
  test: {
    include: ['test/e2e/**/*.e2e.ts'],
    pool: 'forks',
    maxWorkers: 1,
    fileParallelism: false,
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
