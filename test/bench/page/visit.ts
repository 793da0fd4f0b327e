import type { Browser } from 'playwright-core';
import { median, print, report, seconds } from '../measure';

// `npm run bench -- visit`: how long a first visit of the page without an editor takes until its claim is in sight, and
// what it fetched by then. The browser has kept nothing, and the model is not downloaded.

const visits = 5;

export async function visit(browser: Browser, origin: string): Promise<void> {
  const found: number[] = [];
  let bytes = 0;
  for (let visit = 0; visit < visits; visit++) {
    const context = await browser.newContext();
    const page = await context.newPage();
    bytes = 0;
    page.on('response', (response) => (bytes += Number(response.headers()['content-length'] ?? 0)));
    const from = performance.now();
    await page.goto(origin, { waitUntil: 'commit' });
    await page.frameLocator('#panel').locator('.point-lead', { hasText: 'immerse' }).waitFor();
    found.push(performance.now() - from);
    await context.close();
  }
  print(`a first visit of the page, from a server on this machine; the median of ${visits}`);
  report([
    ['the claim is in sight', seconds(median(found)), '≤ 2 s'],
    ['fetched by then', `${(bytes / 1e6).toFixed(2)} MB`, ''],
  ]);
}
