// Looks into a VSIX, so that what is published is what is checked, and not the tree that it was made from.
import { marked } from 'marked';
import { open, stat } from 'node:fs/promises';
import { inflateRawSync } from 'node:zlib';
import { sha256Of } from './checksum.mjs';

const endOfDirectory = Buffer.from('PK\x05\x06', 'latin1');
const entryOfDirectory = 0x02014b50;
const deflated = 8;
/** Bytes of the record that ends a zip, and of the longest comment after it. */
const longestEnd = 22 + 0xffff;

/**
 * Reads single files of a zip. A VSIX is one, and has neither encryption nor more than 4 GB.
 * @param {string} path
 * @param {readonly string[]} names
 * @returns {Promise<Map<string, Buffer>>} those that are in it
 */
export async function filesInZip(path, names) {
  const file = await open(path);
  /** @type {(position: number, length: number) => Promise<Buffer>} */
  const read = async (position, length) => (await file.read(Buffer.alloc(length), 0, length, position)).buffer;
  try {
    const { size } = await file.stat();
    const tail = await read(Math.max(0, size - longestEnd), Math.min(size, longestEnd));
    const end = tail.lastIndexOf(endOfDirectory);
    if (end < 0) throw new Error(`${path} is no zip. Package again.`);
    const directory = await read(tail.readUInt32LE(end + 16), tail.readUInt32LE(end + 12));
    /** @type {Map<string, Buffer>} */
    const found = new Map();
    for (let at = 0; directory.length - at >= 46 && directory.readUInt32LE(at) === entryOfDirectory;) {
      const [nameLength, extra, comment] = [28, 30, 32].map((offset) => directory.readUInt16LE(at + offset));
      const name = directory.toString('utf8', at + 46, at + 46 + (nameLength ?? 0));
      if (names.includes(name)) {
        const start = directory.readUInt32LE(at + 42);
        const local = await read(start, 30);
        const from = start + 30 + local.readUInt16LE(26) + local.readUInt16LE(28);
        const bytes = await read(from, directory.readUInt32LE(at + 20));
        found.set(name, directory.readUInt16LE(at + 10) === deflated ? inflateRawSync(bytes) : bytes);
      }
      at += 46 + (nameLength ?? 0) + (extra ?? 0) + (comment ?? 0);
    }
    return found;
  } finally {
    await file.close();
  }
}

/**
 * @param {string} markdown
 * @returns {string[]} the addresses of its pictures, in order
 */
export function picturesOf(markdown) {
  /** @type {string[]} */
  const pictures = [];
  void marked.walkTokens(marked.lexer(markdown), (token) => {
    if (token.type === 'image') pictures.push(token.href);
  });
  return pictures;
}

/**
 * @param {string} path
 * @returns {Promise<import('./vsix.d.mts').Vsix>}
 */
export async function describeVsix(path) {
  // vsce gives these two names in small letters.
  const files = await filesInZip(path, ['extension/readme.md', 'extension/package.json', 'extension.vsixmanifest']);
  /** @param {string} name */
  const textOf = (name) => {
    const bytes = files.get(name);
    if (!bytes) throw new Error(`${path} holds no ${name}. Package again.`);
    return bytes.toString('utf8');
  };
  return {
    bytes: (await stat(path)).size,
    sha256: await sha256Of(path),
    pictures: picturesOf(textOf('extension/readme.md')),
    manifest: JSON.parse(textOf('extension/package.json')),
    preRelease: /Microsoft\.VisualStudio\.Code\.PreRelease" Value="true"/.test(textOf('extension.vsixmanifest')),
  };
}
