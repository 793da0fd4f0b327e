// Where the editor that the tests and `npm start` use is kept: outside the tree, so that every clone shares one.
import { homedir } from 'node:os';
import { join } from 'node:path';

/** @returns {string} the folder's absolute path; it may not exist yet */
export function cacheFolder(environment = process.env) {
  if (environment.VECTORSCOPE_CACHE) return environment.VECTORSCOPE_CACHE;
  return join(environment.XDG_CACHE_HOME || join(homedir(), '.cache'), 'vectorscope');
}
