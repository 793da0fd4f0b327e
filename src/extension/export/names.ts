import { posix } from 'node:path';

/**
 * What a file is called that holds a part of an inspection of a document, or a picture of it: `notes.md` gives
 * `notes-tokens.json`.
 */
export const fileName = (document: string, part: string, ending: string): string =>
  `${posix.parse(document).name || 'text'}-${part}.${ending}`;

/** A path's ending in lower case, without the dot. */
export const endingOf = (path: string): string => posix.extname(path).slice(1).toLowerCase();
