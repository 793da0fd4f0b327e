import { readFile } from 'node:fs/promises';
import type { ExportSurroundings } from '../../../src/extension/export/exporter';

/** Hashes are the lengths of the files. */
export const surroundings: ExportSurroundings = {
  version: '1.2.3',
  hashOf: ({ bytes }) => String(bytes),
  scriptOf: (file) => readFile(new URL(`../../../src/extension/python/${file}`, import.meta.url), 'utf8'),
};
