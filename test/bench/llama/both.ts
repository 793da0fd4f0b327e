import { mean, quantile } from 'd3-array';
import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { localEngine } from '../../../src/engine/localEngine';
import { defaultModel } from '../../../src/shared/defaultModel';
import { table } from '../../../src/tools/text';
import { print } from '../measure';
import { missing, startLlama } from './llamaCpp';

// `npm run bench -- both-llama FILE [--llama FOLDER]`: what the default model and FILE, a copy of another type, make of
// the same text, here and in llama.cpp, in the words of its `llama-perplexity --kl-divergence`. llama.cpp rounds the
// numbers between the layers to 8 bits, so that its figures are near ours, and not equal.

/** Tokens. */
const limit = 256;

interface Figures {
  /** Nats, one entry a prediction. */
  readonly divergence: readonly number[];
  readonly change: readonly number[];
  readonly isSameFirst: readonly boolean[];
  /** Nats. */
  readonly surprisal: readonly [a: readonly number[], b: readonly number[]];
}

const rows: readonly (readonly [string, (figures: Figures) => number, number])[] = [
  ['mean KLD, nats', ({ divergence }) => mean(divergence) ?? NaN, 4],
  ['90 % KLD', ({ divergence }) => quantile(divergence, 0.9) ?? NaN, 4],
  ['99 % KLD', ({ divergence }) => quantile(divergence, 0.99) ?? NaN, 4],
  ['maximum KLD', ({ divergence }) => Math.max(...divergence), 4],
  ['mean Δp, %', ({ change }) => 100 * (mean(change) ?? NaN), 3],
  ['RMS Δp, %', ({ change }) => 100 * Math.sqrt(mean(change.map((value) => value ** 2)) ?? NaN), 3],
  ['same top p, %', ({ isSameFirst }) => 100 * (mean(isSameFirst.map(Number)) ?? NaN), 1],
  ['perplexity of A', ({ surprisal }) => Math.exp(mean(surprisal[0]) ?? NaN), 3],
  ['perplexity of B', ({ surprisal }) => Math.exp(mean(surprisal[1]) ?? NaN), 3],
];

export async function both(path: string, folder: string | undefined): Promise<void> {
  if (path === '') throw new Error('Name the file of the other model.');
  const absent = missing(folder);
  if (absent !== undefined) throw new Error(absent);
  const text = readFileSync('docs/1-token-vectors.md', 'utf8');
  const { ids, figures: ours } = await figuresHere(path, text);
  const theirs = await figuresOfLlama([defaultModel.path, path], ids, folder);
  print(`${ids.length - 1} predictions of ${ids.length} tokens of the first page of the guide`);
  print(
    table(
      ['', 'Vectorscope', 'llama.cpp'],
      rows.map(([name, of, digits]) => [name, of(ours).toFixed(digits), of(theirs).toFixed(digits)]),
      'lrr',
    ),
  );
}

async function figuresHere(other: string, text: string) {
  const engine = localEngine();
  await engine.load({ path: defaultModel.path });
  await engine.loadOther({ path: other });
  const { tokens } = await engine.tokenise({ text, limit, plain: true });
  const both = await engine.textInBoth({ text, limit, plain: true, count: 1 });
  await engine.close();
  if (both.kind !== 'same') throw new Error('The two models cut the text differently.');
  const bits = (values: Float64Array) => Array.from(values, (value) => value * Math.LN2);
  const figures: Figures = {
    divergence: bits(both.divergence[0].subarray(0, -1)),
    change: [...both.change.subarray(0, -1)],
    isSameFirst: both.first.slice(0, -1).map(([a, b]) => a.token.id === b.token.id),
    surprisal: [bits(both.surprisal[0].subarray(1)), bits(both.surprisal[1].subarray(1))],
  };
  return { ids: tokens.slice(0, both.length).map(({ id }) => id), figures };
}

async function figuresOfLlama(
  paths: readonly [a: string, b: string],
  text: readonly number[],
  folder?: string,
): Promise<Figures> {
  const llama = await startLlama(folder);
  const predictionsOf = async (modelPath: string) => {
    const model = await llama.loadModel({ modelPath });
    const size = text.length + 1;
    const context = await model.createContext({ contextSize: size, batchSize: size, threads: availableParallelism() });
    const asked = text.map((id) => [id, { generateNext: { probabilities: true } }] as const);
    const answers = await context.getSequence().controlledEvaluate(asked);
    return answers.slice(0, -1).map((answer) => answer?.next.probabilities ?? new Map<number, number>());
  };
  const [a, b] = [await predictionsOf(paths[0]), await predictionsOf(paths[1])];
  const next = text.slice(1);
  const of = (list: typeof a, i: number) => list[i]?.get(next[i] as number) ?? NaN;
  const first = (list: ReadonlyMap<number, number> | undefined) => list?.keys().next().value;
  return {
    divergence: a.map((list, i) => {
      let sum = 0;
      for (const [id, p] of list) if (p > 0) sum += p * Math.log(p / (b[i]?.get(id) ?? NaN));
      return sum;
    }),
    change: next.map((_, i) => of(b, i) - of(a, i)),
    isSameFirst: next.map((_, i) => first(a[i]) === first(b[i])),
    surprisal: [next.map((_, i) => -Math.log(of(a, i))), next.map((_, i) => -Math.log(of(b, i)))],
  };
}
