import type { Surroundings } from '../../../src/shared/provenance';

/** Hashes are the lengths of the files. */
export const surroundings: Surroundings = { version: '1.2.3', hashOf: ({ bytes }) => String(bytes) };
