import { chromium } from 'playwright-core';
import { chromiumFlags, findOrInstallChromium } from '../../../scripts/editor/chromium.mjs';
import { makeSite } from '../../../scripts/site.mjs';
import { serveSite } from '../../../scripts/site/serve.mjs';
import { median, print, report } from '../measure';

// `npm run bench -- visit`: how long a first visit of the page without an editor takes until its claim is in sight, and
// what it fetched by then. The browser has kept nothing, and the model is not downloaded.

const visits = 5;

export async function visit(): Promise<void> {
  const [site, executable] = await Promise.all([makeSite(), findOrInstallChromium()]);
  const server = await serveSite(site);
  const browser = await chromium.launch({ executablePath: executable, args: chromiumFlags });
  const found: number[] = [];
  let bytes = 0;
  try {
    for (let visit = 0; visit < visits; visit++) {
      const context = await browser.newContext();
      const page = await context.newPage();
      bytes = 0;
      page.on('response', (response) => (bytes += Number(response.headers()['content-length'] ?? 0)));
      const from = performance.now();
      await page.goto(server.origin, { waitUntil: 'commit' });
      await page.frameLocator('#panel').locator('.point-lead', { hasText: 'immerse' }).waitFor();
      found.push(performance.now() - from);
      await context.close();
    }
  } finally {
    await browser.close();
    await server.close();
  }
  print(`a first visit of the page, from a server on this machine; the median of ${visits}`);
  report([
    ['the claim is in sight', `${(median(found) / 1000).toFixed(2)} s`, '≤ 2 s'],
    ['fetched by then', `${(bytes / 1e6).toFixed(2)} MB`, ''],
  ]);
}
