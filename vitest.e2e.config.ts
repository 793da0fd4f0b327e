import { defineConfig, type TestProjectConfiguration } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';
import { workers } from './test/e2e/support/workers.mjs';
import { wasmBytes } from './test/unit/support/wasmBytes';

const long = 'test/e2e/**/*.long.e2e.ts';
const common = {
  pool: 'forks',
  // Far longer than it takes, for a machine that is busy.
  testTimeout: 120_000,
  hookTimeout: 120_000,
  expect: { poll: { timeout: 60_000 } },
} as const;

/** The view of models is last: it closes other views of the window that the files share. */
class ModelsLast extends BaseSequencer {
  override sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const isLast = ({ moduleId }: TestSpecification) => Number(moduleId.endsWith('models.e2e.ts'));
    return Promise.resolve(files.toSorted((a, b) => isLast(a) - isLast(b)));
  }
}

/** `npm test` runs the first, `npm run verify -- editors` the second. */
const projects: TestProjectConfiguration[] = [
  {
    plugins: [wasmBytes],
    test: {
      ...common,
      name: 'e2e',
      include: ['test/e2e/**/*.e2e.ts'],
      exclude: [long],
      // The files of a worker share its windows.
      isolate: false,
      maxWorkers: workers,
      sequence: { groupOrder: 0 },
    },
  },
  {
    plugins: [wasmBytes],
    test: { ...common, name: 'long', include: [long], maxWorkers: 1, sequence: { groupOrder: 1 } },
  },
  // `npm run bench -- panel`.
  {
    plugins: [wasmBytes],
    test: { ...common, name: 'panel', include: ['test/bench/*.e2e.ts'], maxWorkers: 1, sequence: { groupOrder: 3 } },
  },
  // `npm run film`.
  {
    plugins: [wasmBytes],
    test: { ...common, name: 'film', include: ['test/film/*.film.ts'], maxWorkers: 1, sequence: { groupOrder: 2 } },
  },
];

export default defineConfig({
  test: { globalSetup: 'test/e2e/support/globalSetup.mjs', sequence: { sequencer: ModelsLast }, projects },
});
