// The formatter breaks code at 120 characters, but leaves comments as they are.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const longest = 120;
const folders = ['.', 'bin', 'scripts', 'src', 'test'];
const generated = /^(?:src\/kernels\/|test\/output\/)/;

/**
 * @param {string} text of a file
 * @returns {number[]} the lines that are too long for their comment, counted from 1. An address cannot be broken.
 */
export function longCommentsOf(text) {
  const lines = text.split('\n');
  return lines.flatMap((line, i) =>
    line.length > longest && !line.includes('://') && /^\s*(?:\/\/|\/\*|\*)|[;{}),] \/\/ [^'"`]*$/.test(line)
      ? [i + 1]
      : [],
  );
}

/**
 * @param {string} root
 * @returns {string[]} file and line of each
 */
export function findLongComments(root) {
  const files = folders.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: folder !== '.', encoding: 'utf8' }).map((file) =>
      (folder === '.' ? file : join(folder, file)).replaceAll('\\', '/'),
    ),
  );
  return files
    .filter((file) => /\.(?:tsx?|m?js|mts)$/.test(file) && !generated.test(file))
    .flatMap((file) => longCommentsOf(readFileSync(join(root, file), 'utf8')).map((line) => `${file}:${line}`));
}
