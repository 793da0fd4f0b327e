import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { llama } from '../../../src/engine/architecture/llama';
import { EmbeddingMatrix } from '../../../src/engine/weights/embedding';
import { readGguf } from '../../../src/engine/weights/gguf';
import { openSource } from '../../../src/engine/weights/source';
import { wholeText } from '../../../src/page/link';
import { sample, showsRecorded, type Recorded } from '../../../src/page/recorded';
import { defaultEngine, modelPath } from '../support/engine';
import { examplesOf, expectExample, Outputs } from '../support/everyRow';
import { recordedSample } from '../support/recordedSample';

const recorded = JSON.parse(
  readFileSync(new URL('../../../src/page/sample.json', import.meta.url), 'utf8'),
) as Recorded;

/** The numbers of a value in their order, and the value with none of them. Processors round in different ways. */
function apart(value: unknown): { readonly numbers: readonly number[]; readonly rest: string } {
  const numbers: number[] = [];
  const rest = JSON.stringify(value, (_, part: unknown) => (typeof part === 'number' ? numbers.push(part) : part));
  return { numbers, rest };
}

it('the recorded sample is what the engine says of it: `npm run sample` writes it anew', async () => {
  const [found, known] = [apart(await recordedSample(await defaultEngine(), modelPath)), apart(recorded)];
  expect(known.rest).toBe(found.rest);
  const wrong = known.numbers.filter(
    (value, i) => !(Math.abs(value - (found.numbers[i] ?? NaN)) <= 1e-4 * Math.max(1, Math.abs(value))),
  );
  expect(wrong).toEqual([]);
});

it('the examples of the recorded sample agree with float64 over all rows', async () => {
  const embedding = new EmbeddingMatrix(readGguf(openSource(modelPath)), llama.embedding);
  const outputs = new Outputs(embedding.block(0, embedding.vocabulary), embedding.vocabulary);
  const rows = await (await defaultEngine()).hidden({ text: sample });
  const examples = examplesOf(recorded.contrasts);
  expect(examples[0]?.position).toBe(recorded.position);
  for (const example of examples) expectExample(example, rows, outputs);
});

it('the recorded sample is shown for the sample alone, read as it was recorded', () => {
  const kept = { ...wholeText(sample), position: 1 };
  expect(showsRecorded(sample, kept)).toBe(true);
  expect(showsRecorded('The sample', wholeText('The sample'))).toBe(false);
  const options = { ...kept.options, centred: true };
  for (const other of [{ start: 4 }, { tokenId: 5 }, { options }, { rooms: { vector: 'h' } }])
    expect(showsRecorded(sample, { ...kept, ...other }), JSON.stringify(other)).toBe(false);
});
