import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeLlama, type LlamaSizes } from './llamaFile';
import { print, report } from './measure';
import { memoryBySection, memoryRows } from './sectionMemory';

/** The shape of Gemma 3 270M, whose vocabulary is most of the model. */
export const largeVocabulary: LlamaSizes = {
  ...{ layers: 18, dimensions: 640, heads: 4, keyValueHeads: 1, feedForward: 2048 },
  ...({ vocabulary: 262_144, tied: true, tokenizer: 'sentencePiece' } as const),
};

/** Writes a model of this shape with random weights, and prints what each section of the panel takes with it. */
export async function reportLargeVocabulary(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'vectorscope-vocabulary-'));
  try {
    const path = join(folder, 'random.Q8_0.gguf');
    const bytes = writeLlama(path, largeVocabulary);
    const rows = memoryRows(path, await memoryBySection(path, 'the capital of france is'));
    print(
      `\nmemory by section: a made-up model of ${largeVocabulary.vocabulary} × ${largeVocabulary.dimensions}, tied, ${Math.round(bytes / 1e6)} MB`,
    );
    report(rows.map(({ section, beyond, bar }) => [`${section}, peak beyond the file`, beyond, bar]));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
