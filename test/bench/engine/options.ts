import { parseArgs } from 'node:util';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

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

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;
/** MiB of numbers and objects that are still in use. */
export function used(): number {
  collect();
  const { heapUsed, external } = process.memoryUsage();
  return (heapUsed + external) / 2 ** 20;
}
