import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { defaultModel } from '../../../src/shared/defaultModel';

export const { values } = parseArgs({
  allowPositionals: true,
  options: {
    rounds: { type: 'string', default: '7' },
    tokens: { type: 'string' },
    whole: { type: 'boolean', default: false },
    windows: { type: 'string', default: '12' },
  },
});
export const rounds = Number(values.rounds);

export const fromRoot = (relative: string): string => fileURLToPath(new URL(`../../${relative}`, import.meta.url));
export const path = fromRoot(defaultModel.path);
export const prompts = JSON.parse(readFileSync(fromRoot('test/fixtures/prompts.json'), 'utf8')) as Readonly<
  Record<'64' | '256', { readonly text: string }>
>;

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;
/** MiB of numbers and objects that are still in use. */
export function used(): number {
  collect();
  const { heapUsed, external } = process.memoryUsage();
  return (heapUsed + external) / 2 ** 20;
}
