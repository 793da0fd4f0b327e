import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { outcomeOf, type Report } from '../../scripts/test/vitestReport.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const clean: Report = { passed: 3, failed: 0, skipped: 0, suites: [], errors: [], times: [] };
const unstarted = (name: string) => ({ name, started: false, error: 'Timeout 60000ms exceeded.' });

describe('the outcome of a run of Vitest', () => {
  it('has nothing to add where every test ran', () => {
    expect(outcomeOf(clean, 0)).toEqual({ passed: 3, failed: 0, lines: [] });
    expect(outcomeOf({ ...clean, failed: 2 }, 1)).toEqual({ passed: 3, failed: 2, lines: [] });
  });

  it('names a suite that could not start, and counts it beside its tests', () => {
    expect(outcomeOf({ ...clean, skipped: 2, suites: [unstarted('test/e2e/backend.e2e.ts, the backend')] }, 1)).toEqual(
      {
        passed: 3,
        failed: 3,
        lines: [
          '1 suite could not start: test/e2e/backend.e2e.ts, the backend: Timeout 60000ms exceeded.',
          '2 tests did not run.',
        ],
      },
    );
  });

  it('lists several suites, one a line, apart from those that could not end', () => {
    const suites = [unstarted('a'), unstarted('b'), { name: 'c', started: true, error: 'The server went on.' }];
    expect(outcomeOf({ ...clean, skipped: 1, suites }, 1)).toEqual({
      passed: 3,
      failed: 4,
      lines: [
        '2 suites could not start:',
        '  a: Timeout 60000ms exceeded.',
        '  b: Timeout 60000ms exceeded.',
        '1 suite could not end: c: The server went on.',
        '1 test did not run.',
      ],
    });
  });

  it('counts a skipped test and an error between the tests', () => {
    expect(outcomeOf({ ...clean, skipped: 1 }, 0)).toEqual({ passed: 3, failed: 1, lines: ['1 test did not run.'] });
    expect(outcomeOf({ ...clean, errors: ['Late.'] }, 1)).toEqual({
      passed: 3,
      failed: 1,
      lines: ['1 error outside of the tests: Late.'],
    });
  });

  it('fails where the run failed without a reason, or left no report', () => {
    expect(outcomeOf(clean, 1)).toEqual({
      passed: 3,
      failed: 1,
      lines: ['Vitest ended with code 1, and no test failed.'],
    });
    expect(outcomeOf(null, 134)).toEqual({
      passed: 0,
      failed: 1,
      lines: ['Vitest ended with code 134 before it could report.'],
    });
  });
});

describe('the report of a run of Vitest', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'vectorscope-report-'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  /** Runs test files that need no import, and reads the report. */
  const report = (files: Readonly<Record<string, string>>): Report => {
    const project = mkdtempSync(join(folder, 'run-'));
    mkdirSync(join(project, 'tests'));
    for (const [name, content] of Object.entries(files))
      writeFileSync(join(project, 'tests', `${name}.test.mjs`), content);
    const file = join(project, 'report.json');
    const args = [
      'run',
      '--root',
      project,
      '--globals',
      // Threads start sooner than processes.
      '--pool=threads',
      `--reporter=${join(root, 'scripts', 'test', 'vitestReporter.mjs')}`,
    ];
    const { stderr } = spawnSync(process.execPath, [join(root, 'node_modules', 'vitest', 'vitest.mjs'), ...args], {
      cwd: root,
      encoding: 'utf8',
      env: { PATH: process.env['PATH'], VECTORSCOPE_REPORT: file },
    });
    expect(stderr).toBe('');
    return JSON.parse(readFileSync(file, 'utf8')) as Report;
  };

  it('holds each suite that failed by itself, tests by their state, and an error that no test waits for', () => {
    const { suites, times, ...counts } = report({
      inner: `
        describe('outer', () => { beforeAll(() => { throw new Error('\\u001b[2mNo palette.\\u001b[22m\\nMore.'); }); it('one', () => {}); it('two', () => {}); });
        describe('other', () => { it('three', () => {}); it.skip('four', () => {}); it('five', () => { throw new Error('Wrong.'); }); });`,
      file: `beforeAll(() => { throw new Error('No editor.'); }); it('one', () => {});`,
      missing: `import './nowhere.mjs';`,
      slow: `
        const wait = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));
        describe('suite', () => { beforeAll(() => wait(60)); it('test', () => wait(20)); });`,
      late: `it('one', () => { void Promise.reject(new Error('Late.')); });`,
      end: `describe('x', () => { afterAll(() => { throw new Error('It went on.'); }); it('one', () => {}); });`,
    });
    expect(counts).toEqual({ passed: 4, failed: 1, skipped: 4, errors: ['Late.'] });
    const timeOf = (name: string) => times.find((test) => test.name === join('tests', name))?.milliseconds;
    expect(timeOf('slow.test.mjs, suite > test')).toBeGreaterThan(15);
    expect(timeOf('slow.test.mjs, its hooks')).toBeGreaterThan(55);
    expect(suites.toSorted((a, b) => a.name.localeCompare(b.name))).toEqual([
      { name: join('tests', 'end.test.mjs') + ', x', started: true, error: 'It went on.' },
      { name: join('tests', 'file.test.mjs'), started: false, error: 'No editor.' },
      { name: join('tests', 'inner.test.mjs') + ', outer', started: false, error: 'No palette.' },
      {
        name: join('tests', 'missing.test.mjs'),
        started: false,
        error: expect.stringContaining('nowhere.mjs') as string,
      },
    ]);
  });
});
