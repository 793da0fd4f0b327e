// Finds a Chromium for the end-to-end tests, or installs Debian's.
import { isExecutable, which } from './commands.mjs';
import { findOrInstall } from './debian.mjs';

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

const chromium = {
  name: 'Chromium',
  debianPackage: 'chromium',
  size: '0.5 GB',
  variable: 'VECTORSCOPE_CHROMIUM',
  find: () =>
    which('chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome') ??
    usualPlaces.find(isExecutable),
};

/**
 * @param {(line: string) => void} [say]
 * @returns {Promise<string>} the browser's executable
 */
export const findOrInstallChromium = (say = console.log) => findOrInstall(chromium, say);
