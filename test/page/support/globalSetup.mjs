// Builds the page without an editor and serves it for its tests.
import { mkdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { chromiumFlags, findOrInstallChromium } from '../../../scripts/editor/chromium.mjs';
import { makeSite } from '../../../scripts/site.mjs';
import { serveSite } from '../../../scripts/site/serve.mjs';

/** @param {import('vitest/node').TestProject} project */
export default async function setup({ provide, vitest }) {
  const site = await makeSite();
  const executable = await findOrInstallChromium();
  const output = fileURLToPath(new URL('../../output', import.meta.url));
  await mkdir(output, { recursive: true });
  const [plain, isolated] = await Promise.all([
    serveSite(site, { isIsolated: false }),
    serveSite(site, { isIsolated: true }),
  ]);
  provide('site', { plain: plain.origin, isolated: isolated.origin });
  provide('output', output);
  provide('browser', { executable, flags: chromiumFlags });
  provide('drawsPictures', vitest.config.snapshotOptions.updateSnapshot === 'all');
  return () => Promise.all([plain.close(), isolated.close()]);
}
