import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The root of the repository, from the folder of `dist` that the program is bundled into. */
export const inRepository = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url));

const families = inRepository('test/fixtures/families');

export const familyNames = (): readonly string[] =>
  readdirSync(families)
    .filter((name) => name.endsWith('.gguf'))
    .map((name) => name.slice(0, -'.gguf'.length));
export const familyPath = (name: string): string => `${families}/${name}.gguf`;
export const familyTruthPath = (name: string): string => `${families}/${name}.json`;
