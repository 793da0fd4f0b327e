import { spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import { chromiumFlags, findOrInstallChromium } from '../../scripts/editor/chromium.mjs';
import { median, print, report } from './measure';

// `npm run bench:dev`: how long `npm run dev` takes to its first picture with a warm build, and from a saved file to
// the page that shows it. It writes a line to one of the page's files and takes it away again.

const root = fileURLToPath(new URL('../..', import.meta.url));
const file = fileURLToPath(new URL('../../src/page/ownWords.ts', import.meta.url));
const changes = 7;

const browser = await chromium.launch({ executablePath: await findOrInstallChromium(), args: chromiumFlags });
const page = await browser.newPage();
const drawn = () => page.frameLocator('#panel').locator('main[data-status]').waitFor();

/** Starts the command and waits for the page's first picture. Milliseconds. */
async function start() {
  const from = performance.now();
  const program = spawn(process.execPath, ['scripts/dev.mjs', '--port', '0'], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  for await (const line of createInterface(program.stdout)) {
    const address = line.trim();
    if (!address.startsWith('http')) continue;
    await page.goto(address);
    break;
  }
  await drawn();
  return { program, took: performance.now() - from };
}

const before = readFileSync(file, 'utf8');
// The first start makes the build warm.
(await start()).program.kill();
const { program, took } = await start();
const found: number[] = [];
try {
  for (let change = 0; change < changes; change++) {
    const loaded = page.waitForEvent('load');
    const from = performance.now();
    writeFileSync(file, `${before}// ${change}\n`);
    await loaded;
    await drawn();
    found.push(performance.now() - from);
  }
} finally {
  writeFileSync(file, before);
  program.kill();
  await browser.close();
}
print(`npm run dev with a warm build; the median of ${changes} saved changes`);
report([
  ['first picture', `${(took / 1000).toFixed(1)} s`, '≤ 3 s'],
  ['a saved change', `${(median(found) / 1000).toFixed(2)} s`, '≤ 1 s'],
]);
