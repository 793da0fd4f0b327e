// Finds a Chromium for the end-to-end tests, or installs Debian's.
import { existsSync } from 'node:fs';
import { isExecutable, runQuietly, which } from './commands.mjs';

const usualPlaces = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
];

/** No sandbox, since root has none; no calls to other machines; a software WebGPU adapter, so that pages find one. */
export const chromiumFlags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--enable-unsafe-webgpu',
  '--use-webgpu-adapter=swiftshader',
];

/** @returns {string | undefined} */
function find() {
  return process.env.VECTORSCOPE_CHROMIUM || which('chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome') || usualPlaces.find(isExecutable);
}

/**
 * @param {(line: string) => void} [say]
 * @returns {Promise<string>} the browser's executable
 */
export async function findOrInstallChromium(say = console.log) {
  const found = find();
  if (found) return found;
  if (process.getuid?.() !== 0 || !existsSync('/etc/debian_version')) {
    throw new Error('No Chromium or Chrome was found: install one (on Debian: sudo apt-get install chromium), or name it in VECTORSCOPE_CHROMIUM.');
  }
  say('Installing Chromium with apt-get, once: about 0.5 GB.');
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  await runQuietly('apt-get', ['update'], { env, what: 'apt-get update' });
  await runQuietly('apt-get', ['install', '-y', 'chromium'], { env, what: 'Installing Chromium' });
  const installed = find();
  if (!installed) throw new Error('apt-get installed Chromium, but it is not on PATH: name it in VECTORSCOPE_CHROMIUM.');
  return installed;
}
