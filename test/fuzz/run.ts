import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { randomOf } from '../unit/support/mutations';
import { adapterKind } from './adapters';
import { examine, examineAdapter, sizeOf, type Ended } from './examine';
import { folderKind } from './folders';
import { ggufKind } from './gguf';
import { pick, type Kind, type Mutator } from './mutator';
import { shapeKind } from './shapes';
import { tokenizerKind } from './tokenizers';

/** To add a kind: its file, and its entry here. */
const kinds: readonly Kind[] = [ggufKind, folderKind, shapeKind, tokenizerKind, adapterKind];

/** Another seed makes other mutations; a failure tells both numbers. */
export const seed = Number(process.env['VECTORSCOPE_FUZZ_SEED'] ?? 1);

const mostSeconds = 10;
const mostBytes = 2 ** 30;

/** What became of one mutation. */
export interface Report {
  readonly number: number;
  readonly ended: Ended;
  readonly what: string;
  /** Of the processor, of all threads. */
  readonly seconds: number;
  /** Sentences, mostly none. */
  readonly failures: readonly string[];
}

/**
 * Makes the mutations `from` up to `from + count` one after another, and describes, loads and runs each. `begin` is
 * told of each before the engine sees it, `tell` afterwards.
 */
export async function runMutations(
  from: number,
  count: number,
  begin: (number: number, what: string) => void,
  tell: (report: Report) => void,
): Promise<void> {
  const scratch = mkdtempSync(join(tmpdir(), 'vectorscope-fuzz-'));
  const folder = join(scratch, 'model');
  const turns = kinds.flatMap(({ weight, mutatorIn }) => new Array<Mutator>(weight).fill(mutatorIn(folder)));
  const bytesBefore = process.memoryUsage.rss();
  try {
    for (let number = from; number < from + count; number++) {
      mkdirSync(folder);
      const random = randomOf(seed, number);
      const { path, what, base } = pick(random, turns)(random);
      begin(number, what);
      const start = process.cpuUsage();
      const { ended, faults } = await (base === undefined ? examine(path) : examineAdapter(base, path));
      const { user, system } = process.cpuUsage(start);
      const seconds = (user + system) / 1e6;
      // The peak of the process, which also shows what was let go again.
      const grown = process.resourceUsage().maxRSS * 1024 - bytesBefore - sizeOf(path);
      const failures = [
        ...faults.map(({ kind: fault, what: words }) => `${fault}: ${words}`),
        ...(seconds > mostSeconds ? [`took ${seconds.toFixed(1)} s of the processor`] : []),
        ...(grown > mostBytes ? [`the process grew by ${Math.round(grown / 2 ** 20)} MiB`] : []),
      ];
      tell({ number, ended, what, seconds, failures });
      rmSync(folder, { recursive: true });
    }
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}
