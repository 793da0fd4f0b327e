import { availableParallelism } from 'node:os';
import { defineConfig, type TestProjectConfiguration } from 'vitest/config';

const timed = 'test/unit/**/*.timed.test.ts';
const common = { pool: 'forks', testTimeout: 120_000, hookTimeout: 120_000 } as const;

/** Beside other tests a machine of two cores has one for these. */
const workers = Math.min(8, Math.max(1, Math.floor(availableParallelism() / (process.env['VECTORSCOPE_LANES'] ? 4 : 1))));

/** What measures time runs when nothing else does: afterwards, and one file at a time. */
const projects: TestProjectConfiguration[] = [
  { test: { ...common, name: 'unit', include: ['test/unit/**/*.test.{ts,tsx}'], exclude: [timed], maxWorkers: workers, sequence: { groupOrder: 0 } } },
  { test: { ...common, name: 'timed', include: [timed], maxWorkers: 1, sequence: { groupOrder: 1 } } },
];

export default defineConfig({ test: { projects } });
