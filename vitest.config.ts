import { defineConfig, type TestProjectConfiguration } from 'vitest/config';

const timed = 'test/unit/**/*.timed.test.ts';
const common = { pool: 'forks', testTimeout: 60_000, hookTimeout: 60_000 } as const;

/** What measures time runs when nothing else does: afterwards, and one file at a time. */
const projects: TestProjectConfiguration[] = [
  { test: { ...common, name: 'unit', include: ['test/unit/**/*.test.{ts,tsx}'], exclude: [timed], maxWorkers: 2, sequence: { groupOrder: 0 } } },
  { test: { ...common, name: 'timed', include: [timed], maxWorkers: 1, sequence: { groupOrder: 1 } } },
];

export default defineConfig({ test: { projects } });
