import { statSync } from 'node:fs';
import { table } from '../../../src/tools/text';
import { print } from '../../bench/measure';
import { memoryBySection, memoryRows } from '../../bench/sectionMemory';

/** The memory that each section of the panel takes; whether all are within the bar. Linux only. */
export async function memory(path: string): Promise<boolean> {
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
  return missed === 0;
}
