// Reads the file to which tests in an extension host write, while they run: see test/host/support/results.ts.
import { closeSync, openSync, readSync, unwatchFile, watchFile, writeFileSync } from 'node:fs';

/** @typedef {{ passed: number, failed: number, times: import('./durations.mjs').Timed[] }} Counts */

/**
 * Prints every line as it comes.
 * @param {string} file made empty first
 * @returns {{ end(): Counts }} `end` stops and counts
 */
export function followResults(file) {
  writeFileSync(file, '');
  const descriptor = openSync(file, 'r');
  /** @type {Counts} */
  const counts = { passed: 0, failed: 0, times: [] };
  const buffer = Buffer.alloc(65536);
  let unread = '';
  const read = () => {
    for (let bytes = readSync(descriptor, buffer); bytes > 0; bytes = readSync(descriptor, buffer)) {
      // One byte a character until a line is whole, since a character may be cut by the buffer.
      unread += buffer.toString('latin1', 0, bytes);
    }
    const lines = unread.split('\n');
    unread = lines.pop() ?? '';
    for (const line of lines) show(JSON.parse(Buffer.from(line, 'latin1').toString()), counts);
  };
  watchFile(file, { interval: 200 }, read);
  return {
    end() {
      unwatchFile(file, read);
      read();
      closeSync(descriptor);
      return counts;
    },
  };
}

/**
 * @param {{ print: string } | { title: string, passed: boolean, milliseconds: number, error?: string }} result
 * @param {Counts} counts
 */
function show(result, counts) {
  if ('print' in result) return console.log(`    ${result.print}`);
  counts[result.passed ? 'passed' : 'failed']++;
  counts.times.push({ name: result.title, milliseconds: result.milliseconds });
  console.log(`  ${result.passed ? '✓' : '✗'} ${result.title} (${result.milliseconds} ms)`);
  if (result.error) console.log(result.error.replace(/^/gm, '      '));
}
