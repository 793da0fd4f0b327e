// Tells which parts of dist are out of date, in a few milliseconds and without the tools that make them.
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

/**
 * @typedef {'kernels' | 'runtime' | 'engine' | 'commandLine' | 'extension' | 'web' | 'webview' | 'site'} PartName
 * @typedef {readonly [bytes: number, changed: number]} Stamp a file's length, and when it was last changed,
 * milliseconds
 * @typedef {{ readonly fingerprint: string, readonly files: Readonly<Record<string, Stamp>> }} Built what a part was
 * made from, and its files by their paths in dist
 */

/** npm notes here what is really installed; the other lock file may be ahead of it. */
const bundled = [
  'src',
  'scripts/build',
  'scripts/kernels.mjs',
  'package.json',
  'tsconfig.base.json',
  'node_modules/.package-lock.json',
  'package-lock.json',
];
/** They take seconds to compile, so they depend on nothing but what they are made of. */
const compiled = ['src/kernels', 'scripts/kernels.mjs', 'node_modules/assemblyscript/package.json'];

/**
 * Files and folders, from the root.
 * @type {Readonly<Record<PartName, readonly string[]>>}
 */
const sources = {
  kernels: compiled,
  runtime: bundled,
  engine: bundled,
  commandLine: bundled,
  extension: bundled,
  web: bundled,
  webview: bundled,
  site: [...bundled, 'media/icon.svg', 'media/themes.css', 'l10n/bundle.l10n.de.json'],
};

/**
 * @template {PartName} Name
 * @param {string} root
 * @param {readonly Name[]} names
 * @param {boolean} [forDebugging] whether the bundles are to be those for debugging; the kernels are always the same
 * @returns {readonly { readonly name: Name, readonly fingerprint: string }[]} the parts that are not there as their
 * sources make them now
 */
export function staleParts(root, names, forDebugging = false) {
  /** @type {Map<readonly string[], string>} */
  const known = new Map();
  const now = (/** @type {readonly string[]} */ inputs) => {
    const fingerprint = known.get(inputs) ?? fingerprintOf(root, inputs);
    known.set(inputs, fingerprint);
    return fingerprint;
  };
  return names
    .map((name) => ({
      name,
      fingerprint: now(sources[name]) + (forDebugging && name !== 'kernels' ? ' for debugging' : ''),
    }))
    .filter(({ name, fingerprint }) => !isThere(join(root, 'dist'), name, fingerprint));
}

/**
 * @param {string} root
 * @param {readonly string[]} inputs files and folders, from the root; one that is missing counts as such
 * @returns {string} a hash of the names and the contents of all files in them
 */
export function fingerprintOf(root, inputs) {
  const hash = createHash('sha256');
  for (const file of inputs.flatMap((input) => filesOf(root, input))) {
    const contents = ifThere(() => readFileSync(join(root, file)));
    hash.update(`${file}\0${contents?.length ?? 'missing'}\0`).update(contents ?? '');
  }
  return hash.digest('hex');
}

/**
 * @param {string} root
 * @param {string} path
 * @returns {string[]}
 */
function filesOf(root, path) {
  const entries = ifThere(() => readdirSync(join(root, path), { withFileTypes: true }));
  if (!entries) return [path];
  return entries
    .flatMap((entry) => (entry.isDirectory() ? filesOf(root, `${path}/${entry.name}`) : [`${path}/${entry.name}`]))
    .toSorted();
}

/** @param {string} dist @param {string} name @param {string} fingerprint */
function isThere(dist, name, fingerprint) {
  const built = builtIn(dist, name);
  return (
    built?.fingerprint === fingerprint &&
    Object.entries(built.files).every(([file, [bytes, changed]]) => {
      const found = statSync(join(dist, file), { throwIfNoEntry: false });
      return found?.size === bytes && found.mtimeMs === changed;
    })
  );
}

/** Where it is noted what a part was made from. */
export const noteOf = (/** @type {string} */ name) => `built/${name}.json`;

/**
 * @param {string} dist
 * @param {string} name
 * @returns {Built | undefined} undefined where the part was never made
 */
export function builtIn(dist, name) {
  const text = ifThere(() => readFileSync(join(dist, noteOf(name)), 'utf8'));
  return text === undefined ? undefined : JSON.parse(text);
}

/**
 * @template T
 * @param {() => T} read
 * @returns {T | undefined} undefined where there is no such file, or no such folder
 */
function ifThere(read) {
  try {
    return read();
  } catch (error) {
    if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR'))
      return undefined;
    throw error;
  }
}
