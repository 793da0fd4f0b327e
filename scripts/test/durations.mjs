// How long the tests took: what `npm test` prints at its end, and keeps in a file.
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';

/**
 * @typedef {{ name: string, milliseconds: number }} Timed a test, or the hooks of its file
 * @typedef {{ name: string, milliseconds: number, passed: number, failed: number, times: readonly Timed[] }} Part
 */

const count = 20;

/**
 * The slowest tests of all parts, the slowest first.
 * @param {readonly Part[]} parts
 */
export const slowest = (parts, most = count) =>
  parts
    .flatMap(({ name: part, times }) => times.map((test) => ({ part, ...test })))
    .toSorted((a, b) => b.milliseconds - a.milliseconds)
    .slice(0, most);

/** @param {readonly Part[]} parts */
export const slowestLines = (parts) =>
  slowest(parts).map(({ part, name, milliseconds }) => `${seconds(milliseconds)}  ${part}: ${name}`);

/** @param {number} milliseconds */
export const seconds = (milliseconds) => `${(milliseconds / 1000).toFixed(1).padStart(6)} s`;

/**
 * @param {string} file
 * @param {number} milliseconds that all of it took
 * @param {readonly Part[]} parts
 */
export async function keepDurations(file, milliseconds, parts) {
  const kept = {
    milliseconds: Math.round(milliseconds),
    parts: parts.map(({ name, milliseconds, passed, failed }) => ({
      name,
      milliseconds: Math.round(milliseconds),
      passed,
      failed,
    })),
    tests: slowest(parts, Infinity).map((test) => ({ ...test, milliseconds: Math.round(test.milliseconds) })),
  };
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, `${JSON.stringify(kept, null, 1)}\n`);
}
