import { defineConfig } from 'vitest/config';
import { wasmBytes } from '../unit/support/wasmBytes';

/** `npm run bench:panel`, in the editor of the end-to-end tests. */
export default defineConfig({
  plugins: [wasmBytes],
  test: {
    pool: 'forks',
    include: ['test/bench/**/*.e2e.ts'],
    maxWorkers: 1,
    testTimeout: 120_000,
    hookTimeout: 120_000,
    globalSetup: 'test/e2e/support/globalSetup.mjs',
  },
});
