import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/e2e/**/*.e2e.ts'],
    globalSetup: 'test/e2e/support/globalSetup.mjs',
    pool: 'forks',
    // Far longer than it takes, for a machine that is busy.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    expect: { poll: { timeout: 60_000 } },
    // One editor and one browser at a time: two would only slow each other down.
    maxWorkers: 1,
  },
});
