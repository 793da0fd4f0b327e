// Gives made files their places, while other programs read what is there: each appears whole and at once, and none is
// missing in between.
import { mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { unfinishedFolder } from '../unfinished.mjs';
import { builtIn, noteOf } from './freshness.mjs';

/**
 * @typedef {{ readonly path: string, readonly contents: Uint8Array }} Output a path below dist, with slashes
 * @typedef {import('./freshness.mjs').Stamp} Stamp
 */

/** Programs that run import some of their files late, so those that are replaced stay for a day. */
const longestRun = 24 * 60 * 60_000;

/**
 * Puts files at their places, in their order. One that is there already is left alone.
 * @param {string} dist
 * @param {readonly Output[]} outputs
 * @returns {Promise<Readonly<Record<string, Stamp>>>} by which they are known again
 */
export async function placeFiles(dist, outputs) {
  const aside = await unfinishedFolder(join(dist, 'files'));
  try {
    const written = await Promise.all(
      outputs.map(async ({ path, contents }, i) => {
        const there = await stampIfSame(join(dist, path), contents);
        if (there) return { path, stamp: there };
        const from = join(aside.path, String(i));
        await writeFile(from, contents);
        return { path, from, stamp: stampOf(await stat(from)) };
      }),
    );
    for (const { path, from } of written) {
      if (!from) continue;
      await mkdir(dirname(join(dist, path)), { recursive: true });
      await rename(from, join(dist, path));
    }
    return Object.fromEntries(written.map(({ path, stamp }) => [path, stamp]));
  } finally {
    await aside.remove();
  }
}

/**
 * Puts the files of a part at their places, and notes what they were made from. A build beside this one does no harm:
 * its files have other stamps, so the part counts as out of date where the two are mixed.
 * @param {string} dist
 * @param {string} name of the part
 * @param {string} fingerprint of its sources, from before they were read
 * @param {readonly Output[]} outputs
 */
export async function placePart(dist, name, fingerprint, outputs) {
  const before = Object.keys(builtIn(dist, name)?.files ?? {});
  const files = await placeFiles(dist, outputs);
  await placeFiles(dist, [{ path: noteOf(name), contents: Buffer.from(JSON.stringify({ fingerprint, files })) }]);
  await retire(
    dist,
    before.filter((file) => !(file in files)),
    Object.keys(files),
  );
}

/**
 * @param {string} dist
 * @param {readonly string[]} replaced files that nothing new imports
 * @param {readonly string[]} current
 */
async function retire(dist, replaced, current) {
  const now = new Date();
  // One that somebody removed needs no more time.
  for (const file of replaced) await utimes(join(dist, file), now, now).catch(() => {});
  for (const folder of new Set(current.map(dirname))) {
    // Beside the folders of the parts lies what is no part.
    if (folder === '.') continue;
    for (const entry of await readdir(join(dist, folder), { withFileTypes: true })) {
      const file = `${folder}/${entry.name}`;
      if (!entry.isFile() || current.includes(file)) continue;
      const { mtimeMs } = await stat(join(dist, file));
      if (now.getTime() - mtimeMs > longestRun) await rm(join(dist, file), { force: true });
    }
  }
}

/**
 * @param {string} path
 * @param {Uint8Array} contents
 * @returns {Promise<Stamp | undefined>} undefined where the file holds something else
 */
async function stampIfSame(path, contents) {
  const found = await stat(path).catch(() => undefined);
  if (found?.size !== contents.length) return undefined;
  const held = await readFile(path).catch(() => undefined);
  return held?.equals(contents) ? stampOf(found) : undefined;
}

/**
 * @param {import('node:fs').Stats} stats
 * @returns {Stamp}
 */
const stampOf = ({ size, mtimeMs }) => [size, mtimeMs];
