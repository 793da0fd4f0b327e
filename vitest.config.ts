import { readdirSync, readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { defineConfig, type TestProjectConfiguration } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';
import { wasmBytes } from './test/unit/support/wasmBytes';

const folder = 'test/unit';
/** Proofs over a whole range are left to `npm run verify -- samples`. */
const samplesAll = process.env['VECTORSCOPE_SAMPLES'] === 'all';
const tests = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  .filter((file) => /\.test\.tsx?$/.test(file) && (samplesAll || !file.endsWith('.long.test.ts')))
  // A pattern has slashes on every system.
  .map((file) => `${folder}/${file.replaceAll('\\', '/')}`);
/** What puts something in a module's place needs modules of its own, but no process: see `anew.ts`. */
const replacing = tests.filter((file) => /\bvi\.(mock|stubGlobal)\(/.test(readFileSync(file, 'utf8')));
/** The others share their modules, and with them the models that are loaded. */
const sharing = tests.filter((file) => !replacing.includes(file));

/** Only there so that a hang ends: nothing takes a tenth of it on a slow machine. */
const longest = 300_000;
const common = { pool: 'forks', testTimeout: longest, hookTimeout: longest } as const;

/** Beside other tests a machine of two cores has one for these. */
const workers = Math.min(
  8,
  Math.max(1, Math.floor(availableParallelism() / (process.env['VECTORSCOPE_LANES'] ? 4 : 1))),
);

/**
 * What takes long begins first, so that no core is idle at the end. A project's files stay together, since they share
 * workers.
 */
class SlowFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const names = [...new Set(sorted.map(({ project }) => project.name))];
    const isSlow = ({ moduleId }: TestSpecification) => moduleId.endsWith('.slow.test.ts');
    return names.flatMap((name) =>
      sorted.filter(({ project }) => project.name === name).toSorted((a, b) => Number(isSlow(b)) - Number(isSlow(a))),
    );
  }
}

const projects: TestProjectConfiguration[] = [
  {
    test: {
      ...common,
      name: 'sharing',
      include: sharing,
      isolate: false,
      setupFiles: 'test/unit/support/oneThread.ts',
      maxWorkers: workers,
    },
  },
  {
    test: {
      ...common,
      name: 'replacing',
      include: replacing,
      isolate: false,
      setupFiles: 'test/unit/support/anew.ts',
      maxWorkers: workers,
    },
  },
  // The page without an editor, in a browser. The files of a worker share one page.
  {
    test: {
      ...common,
      name: 'page',
      include: ['test/page/*.test.ts'],
      exclude: samplesAll ? [] : ['**/*.long.test.ts'],
      globalSetup: 'test/page/support/globalSetup.mjs',
      expect: { poll: { timeout: 60_000 } },
      isolate: false,
      maxWorkers: workers,
      sequence: { groupOrder: 1 },
    },
  },
];

export default defineConfig({
  test: {
    projects: projects.map((project) => ({ plugins: [wasmBytes], ...(project as object) })),
    globalSetup: 'test/unit/support/build.ts',
    sequence: { sequencer: SlowFirst },
  },
});
