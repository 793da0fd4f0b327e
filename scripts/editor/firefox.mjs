// Finds a Firefox for the tour in another browser than Chromium, or installs Debian's.
import { isExecutable, which } from './commands.mjs';
import { findOrInstall } from './debian.mjs';

const usualPlaces = [
  '/Applications/Firefox.app/Contents/MacOS/firefox',
  'C:\\Program Files\\Mozilla Firefox\\firefox.exe',
];

const firefox = {
  name: 'Firefox',
  debianPackage: 'firefox-esr',
  size: '0.3 GB',
  variable: 'VECTORSCOPE_FIREFOX',
  find: () => which('firefox', 'firefox-esr') ?? usualPlaces.find(isExecutable),
};

/**
 * @param {(line: string) => void} [say]
 * @returns {Promise<string>} the browser's executable
 */
export const findOrInstallFirefox = (say = console.log) => findOrInstall(firefox, say);
