import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { keepDurations, slowestLines, type Part } from '../../../scripts/test/durations.mjs';

const part = (name: string, ...milliseconds: readonly number[]): Part => ({
  name,
  milliseconds: 2000.4,
  passed: milliseconds.length,
  failed: 0,
  times: milliseconds.map((one) => ({ name: `test ${one}`, milliseconds: one })),
});

it('lists the twenty slowest tests of all parts, the slowest first', () => {
  const lines = slowestLines([
    part('unit', 12_340, 5),
    part('hosts', ...Array.from({ length: 30 }, (_, i) => 100 * i)),
  ]);
  expect(lines).toHaveLength(20);
  expect(lines.slice(0, 2)).toEqual(['  12.3 s  unit: test 12340', '   2.9 s  hosts: test 2900']);
});

it('keeps the durations of all parts and all tests', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'vectorscope-durations-'));
  try {
    const file = join(folder, 'test', 'durations.json');
    await keepDurations(file, 3000.6, [part('lint'), part('unit', 5, 12.4)]);
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual({
      milliseconds: 3001,
      parts: [
        { name: 'lint', milliseconds: 2000, passed: 0, failed: 0 },
        { name: 'unit', milliseconds: 2000, passed: 2, failed: 0 },
      ],
      tests: [
        { part: 'unit', name: 'test 12.4', milliseconds: 12 },
        { part: 'unit', name: 'test 5', milliseconds: 5 },
      ],
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
});
