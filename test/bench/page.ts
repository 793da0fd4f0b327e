import { chromium, type Browser } from 'playwright-core';
import { chromiumFlags, findOrInstallChromium } from '../../scripts/editor/chromium.mjs';
import { makeSite } from '../../scripts/site.mjs';
import { serveSite } from '../../scripts/site/serve.mjs';
import { lists } from './page/lists';
import { visit } from './page/visit';

// The page without an editor, in a browser that has kept nothing. No time fails.

const views: Readonly<Record<string, (browser: Browser, origin: string) => Promise<void>>> = { lists, visit };
const { origin, close } = await serveSite(await makeSite());
const browser = await chromium.launch({ executablePath: await findOrInstallChromium(), args: chromiumFlags });
try {
  await views[process.argv[2] ?? '']?.(browser, origin);
} finally {
  await browser.close();
  await close();
}
