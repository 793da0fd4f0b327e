import { describe, expect, it } from 'vitest';
import { outcomeOf, type Report } from '../../../scripts/test/vitestReport.mjs';

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
