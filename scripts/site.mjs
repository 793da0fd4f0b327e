// Writes the page without an editor into dist/site: files that any static host can serve, from any path.
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildSite } from './build.mjs';
import { addFiles } from './site/files.mjs';

const site = fileURLToPath(new URL('../dist/site', import.meta.url));

/** @returns {Promise<string>} the folder */
export async function makeSite() {
  await buildSite();
  await addFiles(site);
  return site;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await makeSite();
  console.log(
    `The page is in ${join('dist', 'site')}. Any static host can serve it.\n` +
      'With the headers “Cross-Origin-Opener-Policy: same-origin” and “Cross-Origin-Embedder-Policy: require-corp” it runs on several threads; without them it runs on one.',
  );
}
