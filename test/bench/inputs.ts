import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { defaultModel } from '../../src/shared/defaultModel';

/** A path in the repository, from the folder of `dist` that a program is bundled into. */
export const fromRoot = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url));

export const modelPath = fromRoot(defaultModel.path);

/** Texts of so many tokens. */
export const prompts = JSON.parse(readFileSync(fromRoot('test/fixtures/prompts.json'), 'utf8')) as Readonly<
  Record<'16' | '64' | '256', { readonly text: string }>
>;
