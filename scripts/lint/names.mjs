// release/identity.json alone says who publishes and from where. A few files repeat it, as `npm run identity` writes
// them, and no other may: otherwise a change of the publisher would miss a place.
import { readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { extensionIdOf, identityFile, parseIdentity, repeatedIn } from '../release/identity.mjs';

/** Folders that hold nothing of ours as text. */
const left = new Set(['node_modules', 'dist', 'models', '.git', '.cache', '.vscode-test', 'test/output']);
const textual = /^(\.[mc]?[jt]sx?|\.json|\.md|\.ya?ml|\.html|\.css|\.txt|\.svg|\.py|)$/;
/** No file repeats this one, so what is left of the real one after putting it in its place was written by hand. */
const nobody = { publisher: 'nobody', repository: 'https://nobody.example/none', homepage: 'https://nobody.example/n' };

/**
 * @param {string} root
 * @param {string} [folder] from the root
 * @returns {string[]} paths from the root, with slashes
 */
function textFilesIn(root, folder = '') {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
    if (left.has(path)) return [];
    if (entry.isDirectory()) return textFilesIn(root, path);
    return entry.isFile() && textual.test(extname(entry.name)) ? [path] : [];
  });
}

/**
 * @param {string} root
 * @returns {string[]} a sentence for each fault
 */
export function findStrayNames(root) {
  const identity = parseIdentity(readFileSync(join(root, identityFile), 'utf8'));
  const names = [...new Set([identity.repository, identity.homepage, extensionIdOf(identity)])];
  return textFilesIn(root).flatMap((file) => {
    if (file === identityFile) return [];
    const text = readFileSync(join(root, file), 'utf8');
    const repeat = repeatedIn[file];
    const outdated = repeat && repeat(text, identity) !== text;
    const byHand = (repeat ? repeat(text, nobody) : text).split('\n');
    return [
      ...(outdated ? [`${file} does not agree with ${identityFile}. Run npm run identity.`] : []),
      ...byHand.flatMap((line, i) => {
        const name = names.find((one) => line.includes(one));
        return name ? [`${file}:${i + 1} names ${name}. Only ${identityFile} may.`] : [];
      }),
    ];
  });
}
