import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { llama } from '../../../src/engine/architecture/llama';
import { localEngine } from '../../../src/engine/localEngine';
import { loadModel } from '../../../src/engine/model/load';
import { EmbeddingMatrix } from '../../../src/engine/weights/embedding';
import { readGguf } from '../../../src/engine/weights/gguf';
import { openSource } from '../../../src/engine/weights/source';
import type { Contrast } from '../../../src/shared/contrasts';
import { isCancelled } from '../../../src/shared/errors';
import { defaultEngine, modelPath } from '../support/engine';
import { examplesOf, expectExample, Outputs } from '../support/everyRow';
import { reference } from '../support/reference';
import { sampled } from '../support/sample';

const capital = 'The capital of France is';
const texts = [
  capital,
  'The old lighthouse keeper climbed',
  'Water boils at one hundred',
  'Dear Sir or Madam',
  'def add(a, b):',
  'const sum = (a: number)',
  'SELECT name FROM people',
  '1, 2, 3',
  '3.14159',
  'hypersphere',
  'The',
  'x',
  '法国的首都',
  'عاصمة',
  'Столица',
  'フランス',
  '😀👍',
  'naïve 日本 ≠ Москва',
  ' \n\n\t',
  '- apples\n-',
];

describe('the default model', () => {
  let outputs: Outputs;
  beforeAll(() => {
    const embedding = new EmbeddingMatrix(readGguf(openSource(modelPath)), llama.embedding);
    outputs = new Outputs(embedding.block(0, embedding.vocabulary), embedding.vocabulary);
  });
  // A hundred megabytes, and other test files run in the same process.
  afterAll(() => (outputs = new Outputs(new Float32Array(1), 1)));

  it('parts at ·of in “The capital of France is”: ·the by logit, ·France by distance, ·China by angle', async () => {
    const engine = await defaultEngine();
    const contrasts = await engine.contrasts({ text: capital });
    expect(contrasts.partings).toEqual(['angle', 'angle', 'all', 'none', 'none']);
    const [first, ...others] = examplesOf(contrasts);
    expect(first).toMatchObject({ position: 2, after: { text: ' of' }, parting: 'all' });
    // The first position stands back, since the model has seen nothing there.
    expect(others.map(({ position }) => position)).toEqual([1]);
    const { predicted, nearest, aligned, hiddenSize } = first as Contrast;
    expect([predicted, nearest, aligned].map(({ token }) => token.text)).toEqual([' the', ' France', ' China']);
    expect(predicted.logit).toBeCloseTo(12.94, 2);
    expect(nearest.values.euclidean).toBeCloseTo(42.057, 3);
    expect(predicted.ranks).toEqual({ euclidean: 4, cosine: 17, dot: 1 });
    expect(aligned.ranks).toEqual({ euclidean: 2, cosine: 1, dot: 13 });

    const run = reference.runs.find(({ text }) => text === capital);
    const [[the, , ofThe] = [], [france, , ofFrance] = []] = run?.['top 3 [position]'][2] ?? [];
    expect([the, france]).toEqual([predicted.token.id, nearest.token.id]);
    expect(predicted.probability).toBeCloseTo(ofThe ?? NaN, 4);
    expect(nearest.probability).toBeCloseTo(ofFrance ?? NaN, 4);
    expect(hiddenSize).toBeCloseTo(run?.['final hidden norm [position]'][2] ?? NaN, 3);
    const size = run?.['top 20, last position'].find(({ id }) => id === the)?.size ?? NaN;
    expect(size).toBeCloseTo(2.802, 3);
    expect(predicted.token.size).toBeCloseTo(size, 5);
  });

  it('begins the sample’s sentence with the example that the other rulers rank furthest back', async () => {
    const sample = readFileSync(new URL('../../../media/sample.md', import.meta.url), 'utf8');
    const text = sample.split('\n')[2] ?? '';
    const engine = await defaultEngine();
    const examples = examplesOf(await engine.contrasts({ text }));
    const demoted = examples.map(({ predicted: { ranks } }) => ranks.euclidean * ranks.cosine);
    expect(demoted).toEqual(demoted.toSorted((a, b) => b - a));
    const { parting, predicted, nearest, aligned } = examples[0] as Contrast;
    expect([predicted, nearest, aligned].map(({ token }) => token.text)).toEqual([' immerse', ' start', ' make']);
    expect([parting, predicted.ranks]).toEqual(['all', { euclidean: 13, cosine: 320, dot: 1 }]);
    // No other candidate is nearly as likely, and the places are those that the README tells.
    expect(predicted.probability).toBeGreaterThan(2.5 * Math.max(nearest.probability, aligned.probability));
  });

  it.each(
    sampled(
      texts.filter((_, i) => i % 7 === 0),
      texts,
    ),
  )('says of %j what plain loops over the output matrix say', async (text) => {
    const engine = await defaultEngine();
    const rows = await engine.hidden({ text });
    const contrasts = await engine.contrasts({ text });
    const examples = examplesOf(contrasts);
    expect(contrasts.partings).toHaveLength(rows.length / outputs.dimensions);
    const [first, ...later] = contrasts.partings.map((parting) => parting !== 'none');
    const informed = later.filter(Boolean).length;
    expect(examples).toHaveLength(Math.min(5, informed > 0 ? informed : Number(first)));
    for (const { position, parting } of examples) expect(contrasts.partings[position]).toBe(parting);
    for (const example of examples.slice(0, text === capital ? 5 : 1)) expectExample(example, rows, outputs);
  });

  it('gives the numbers of `prediction`, to the bit, and the same answer again', async () => {
    const engine = await defaultEngine();
    const contrasts = await engine.contrasts({ text: capital });
    const { position, predicted, nearest, aligned } = examplesOf(contrasts)[0] as Contrast;
    const prediction = await engine.prediction({ text: capital, position, count: 20 });
    for (const { logitRank, ...candidate } of [predicted, nearest, aligned]) {
      expect(candidate).toEqual(prediction.top[candidate.ranks.dot - 1]);
      expect(logitRank).toBe(candidate.ranks.dot);
    }
    expect(await engine.contrasts({ text: capital })).toEqual(contrasts);
  });

  it('agrees with the lists of the inspection at every position', async () => {
    const engine = await defaultEngine();
    const text = texts[1] as string;
    const { predictions = [] } = await engine.inspect({ text, neighbours: 0, top: 3, layers: false, centred: false });
    const { partings } = await engine.contrasts({ text });
    const named = predictions.map(({ top, nearest }) =>
      [top[0], nearest.euclidean[0], nearest.cosine[0]].map((token) => token?.id),
    );
    expect(partings).toEqual(
      named.map(([a, b, c]) =>
        a === b ? (a === c ? 'none' : 'angle') : a === c ? 'distance' : b === c ? 'logit' : 'all',
      ),
    );
  });

  it('takes examples from the text and none from its context', async () => {
    const engine = await defaultEngine();
    const contrasts = await engine.contrasts({ context: 'The capital of', text: ' France is' });
    expect(contrasts.partings).toEqual(['angle', 'angle', 'all', 'none', 'none']);
    expect(contrasts.kind).toBe('agree');
    if (contrasts.kind !== 'agree' || contrasts.reason.kind !== 'lead') throw new Error('There is another reason.');
    const { position, predicted, rival } = contrasts.reason;
    expect([position, predicted.token.text, rival.token.text]).toEqual([3, ' is', ',']);
    expect(rival.size).toBeGreaterThan(predicted.size);
    expect(rival.dot).toBeLessThan(predicted.dot);
    expect(rival.cosine).toBeLessThan(predicted.cosine);
    const longer = await engine.contrasts({ context: 'The capital', text: ' of France is' });
    expect(examplesOf(longer).map((example) => example.position)).toEqual([2]);
  });

  it('waits for the run, stops when it is cancelled, and gives way to another text', async () => {
    const engine = await defaultEngine();
    const text = 'Another text that nobody has run';
    const [run, contrasts] = await Promise.all([engine.run({ text }), engine.contrasts({ text })]);
    expect(contrasts.partings).toHaveLength(run.length);

    const controller = new AbortController();
    const stopped = engine.contrasts({ text: `${text} before` }, { signal: controller.signal });
    controller.abort();
    await expect(stopped).rejects.toSatisfy(isCancelled);
    const replaced = engine.contrasts({ text: `${text} yet` });
    const other = engine.run({ text: 'The' });
    await expect(replaced).rejects.toSatisfy(isCancelled);
    expect((await other).length).toBe(1);
    await expect(engine.contrasts({ text: '' })).rejects.toMatchObject({ code: 'empty-text' });
  });
});

/** Two matrices, an output bias, soft-capped logits, or several of them. */
describe.each(['llama-untied', 'gptneox-untied', 'phi2', 'gemma2', 'gemma2-bias'])('%s', (name) => {
  const fixture = (ending: string) =>
    fileURLToPath(new URL(`../../fixtures/families/${name}.${ending}`, import.meta.url));
  const { text } = JSON.parse(readFileSync(fixture('json'), 'utf8')) as { readonly text: string };

  it('says what plain loops over its output matrix say', async () => {
    const { model } = await loadModel({ path: fixture('gguf'), threads: 1 }, undefined, () => undefined);
    const { matrix, bias } = model.directions;
    const { logitCap } = model.hyperparameters;
    const outputs = new Outputs(matrix.block(0, matrix.vocabulary), matrix.vocabulary, bias, logitCap);
    const engine = localEngine();
    await engine.load({ path: fixture('gguf'), threads: 1 });
    const rows = await engine.hidden({ text });
    const examples = examplesOf(await engine.contrasts({ text }));
    expect(examples).toHaveLength(5);
    for (const example of examples) expectExample(example, rows, outputs);
    if (bias) expect(examples.some(({ predicted }) => predicted.ranks.dot !== predicted.logitRank)).toBe(true);
    await engine.close();
    await model.release();
  });
});
