// Finds in an editor's logs what our extension threw there.
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Lines of a trace that lie in our code. */
const ours = /\.vectorscope[^/\\]*[/\\]dist[/\\]|[/\\]dist[/\\]extension\.cjs/;
/** Failures that have a sentence of their own are told to the user; an unforeseen one is logged under this name. */
const unforeseen = /\[error\] internal:/;
const startOfEntry = /^\d{4}-\d\d-\d\d \d\d:\d\d/;

/**
 * @param {string} userDir the editor's folder
 * @returns {Promise<string[]>} the entries, each with the name of its file
 */
export async function exceptionsIn(userDir) {
  const logs = join(userDir, 'user', 'logs');
  const files = (await readdir(logs, { recursive: true })).filter((file) => file.endsWith('.log'));
  const found = await Promise.all(
    files.map(async (file) =>
      exceptionsOf(await readFile(join(logs, file), 'utf8')).map((entry) => `${file}: ${entry}`),
    ),
  );
  return found.flat();
}

/**
 * @param {string} log
 * @returns {string[]}
 */
export function exceptionsOf(log) {
  /** @type {string[]} */
  const entries = [];
  for (const line of log.split('\n')) {
    if (startOfEntry.test(line) || entries.length === 0) entries.push(line);
    else entries[entries.length - 1] += `\n${line}`;
  }
  return entries.filter((entry) => entry.includes('[error]') && (isOurs(entry) || unforeseen.test(entry)));
}

/**
 * Whether a trace goes through our code.
 * @param {string} trace
 */
export const isOurs = (trace) => ours.test(trace);
