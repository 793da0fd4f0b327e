// Browsers for the tests: one that is on the machine, else Debian's.
import { existsSync } from 'node:fs';
import { runQuietly } from './commands.mjs';

/**
 * @typedef {object} Browser
 * @property {string} name as a person says it
 * @property {string} debianPackage
 * @property {string} size of what is installed
 * @property {string} variable the environment variable that names another one
 * @property {() => string | undefined} find the path of its executable
 */

/**
 * Finds a browser, or installs Debian's where we are root on Debian.
 * @param {Browser} browser
 * @param {(line: string) => void} say
 * @returns {Promise<string>} the path of its executable
 */
export async function findOrInstall({ name, debianPackage, size, variable, find }, say) {
  const found = process.env[variable] || find();
  if (found) return found;
  if (process.getuid?.() !== 0 || !existsSync('/etc/debian_version')) {
    throw new Error(
      `No ${name} was found: install one (on Debian: sudo apt-get install ${debianPackage}), or name it in ${variable}.`,
    );
  }
  say(`Installing ${name} with apt-get, once: about ${size}.`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  await runQuietly('apt-get', ['update'], { env, what: 'apt-get update' });
  await runQuietly('apt-get', ['install', '-y', debianPackage], { env, what: `Installing ${name}` });
  const installed = find();
  if (!installed) throw new Error(`apt-get installed ${name}, but it is not on PATH: name it in ${variable}.`);
  return installed;
}
