// Writes NOTICES.txt, the licences of the packages in our bundles: `npm run notices`.
import { build } from 'esbuild';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { nodeBundles, webBundles } from './build/bundles.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
export const noticesPath = join(root, 'NOTICES.txt');
const require = createRequire(import.meta.url);

const head = `Vectorscope contains the packages below. The licence of each follows its name.

The model SmolLM2-135M-Instruct in the folder "models" is under the Apache License 2.0 (models/LICENSE).
The grids of the quantised types IQ1, IQ2 and IQ3 are those of ggml: Copyright (c) 2023-2026 The ggml authors, MIT License.
onnxruntime-web contains compiled parts of other projects, which its authors list at
https://github.com/microsoft/onnxruntime/blob/main/ThirdPartyNotices.txt.
`;
const rule = '='.repeat(80);

/**
 * Bundles everything that is shipped, without writing it.
 * @returns {Promise<import('esbuild').Metafile[]>}
 */
export const shippedMetafiles = () =>
  Promise.all(
    [...Object.values(nodeBundles), ...Object.values(webBundles)].map(
      async (bundle) => (await build({ ...bundle, write: false, metafile: true })).metafile,
    ),
  );

/**
 * @param {readonly import('esbuild').Metafile[]} metafiles
 * @returns {string} the text of NOTICES.txt, packages in alphabetical order, each licence once
 */
export function noticesOf(metafiles) {
  /** @type {Map<string, string[]>} */
  const names = new Map();
  for (const folder of foldersIn(metafiles)) {
    const manifest = JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8'));
    const text = licenceOf(folder, manifest);
    names.set(text, [
      ...(names.get(text) ?? []),
      `${manifest.name} ${manifest.version}, ${manifest.license.replace(/[()]/g, '')}`,
    ]);
  }
  const parts = [...names].map(([text, packages]) => `${rule}\n${packages.join('\n')}\n${rule}\n\n${text}\n`);
  return [head, ...parts].join('\n');
}

/**
 * The folders of the packages of which a bundle has at least a byte.
 * @param {readonly import('esbuild').Metafile[]} metafiles
 */
function foldersIn(metafiles) {
  const inputs = metafiles
    .flatMap(({ outputs }) => Object.values(outputs))
    .flatMap((output) => Object.entries(output.inputs));
  const folders = inputs.flatMap(([file, { bytesInOutput }]) => {
    const folder = bytesInOutput > 0 && /^.*node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(file)?.[0];
    return folder ? [folder] : [];
  });
  return [...new Set(folders)].sort();
}

/**
 * The licence as the package has it; the usual text where it only names one.
 * @param {string} folder
 * @param {{ name: string, license: string, author?: string | { name: string } }} manifest
 */
function licenceOf(folder, { name, license, author }) {
  const files = readdirSync(join(root, folder)).filter((file) => /^(licen[cs]e|notice|copyright)/i.test(file));
  if (files.length > 0)
    return files
      .map((file) =>
        readFileSync(join(root, folder, file), 'utf8')
          .replaceAll('\r', '')
          .trim(),
      )
      .join('\n\n');
  const owner = (typeof author === 'string' ? author : author?.name) ?? `the authors of ${name}`;
  const ids = license.replace(/[()]/g, '').split(' AND ');
  return ids.map((id) => textOf(id).replace(/<year> <(copyright holders|owner)>\.?/, owner)).join('\n\n');
}

/** @param {string} id of SPDX, such as MIT */
const textOf = (id) => require(`spdx-license-list/licenses/${id}.json`).licenseText.trim();

if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(noticesPath, noticesOf(await shippedMetafiles()));
