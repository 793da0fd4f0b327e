import { beforeAll, describe, expect, it, vi } from 'vitest';
import { cutText } from '../../../src/engine/analysis/tokenise';
import { Model } from '../../../src/engine/model/model';
import {
  greedySampler,
  samplerOff,
  usualSampler,
  type ContinuationStep,
  type Sampler,
} from '../../../src/shared/continuation';
import type { Progress } from '../../../src/shared/engine';
import { familyNames, loadedFamily, type Family } from '../support/families';
import { textTruth } from '../support/headsTruth';
import { sampled } from '../support/sample';

const text = 'The capital of France is';
const greedy = { after: [], count: 4, sampler: null, seed: 0 };
const idsOf = (steps: readonly ContinuationStep[]) => steps.map(({ token }) => token.id);

describe.each(sampled(['gemma2-bias', 'llama-window', 'qwen3'], familyNames))('%s', (name) => {
  let own: Family;
  beforeAll(async () => void (own = await loadedFamily(name)));

  it('goes on with the likeliest token in float64, and says what makes its logit', async () => {
    const { engine, model } = own;
    const { steps, bits, ended, seed } = await engine.continuation({ text, ...greedy });
    const ids = [...cutText(model, { text }).inspected];
    expect([steps.length, ended, seed]).toEqual([greedy.count, 'count', null]);
    let sum = 0;
    for (const { token, probability, logit, parts, hiddenSize, alternatives, sampled: drawn } of steps) {
      const logits = textTruth(model, ids, 0).logits.at(-1) ?? [];
      const order = [...logits.keys()].sort((a, b) => (logits[b] ?? 0) - (logits[a] ?? 0));
      expect(alternatives.map((one) => one.token.id)).toEqual(order.slice(0, 5));
      expect([token.id, drawn]).toEqual([order[0], 1]);
      expect(logit).toBeCloseTo(logits[token.id] ?? NaN, 4);
      const all = logits.reduce((total, one) => total + Math.exp(one - logit), 0);
      expect(Math.abs(probability - 1 / all)).toBeLessThanOrEqual(1e-5);
      const { size = NaN, cosine = NaN, bias = NaN, rawLogit } = parts ?? {};
      expect((hiddenSize ?? NaN) * size * cosine + bias).toBeCloseTo(rawLogit ?? NaN, 6);
      sum -= Math.log2(probability);
      ids.push(token.id);
    }
    expect(bits).toBeCloseTo(sum, 12);
  });

  it('draws the same number for a step of a path, whatever ran before', async () => {
    const { engine } = own;
    const sampler: Sampler = { ...usualSampler, temperature: 4, minP: 0 };
    const { handle } = await engine.run({ text });
    const question = { run: handle ?? '', sampler, seed: 7, count: 6, after: [] };
    const told: (Progress['continued'] | undefined)[] = [];
    const whole = await engine.continuation(question, { onProgress: ({ continued }) => void told.push(continued) });
    expect(told).toEqual(whole.steps);
    const branch = await engine.continuation({ ...question, after: idsOf(whole.steps).slice(0, 2), count: 4 });
    expect(branch.steps).toEqual(whole.steps.slice(2));
    const other = await engine.continuation({ ...question, seed: 8 });
    expect(idsOf(other.steps)).not.toEqual(idsOf(whole.steps));
    expect((await engine.continuation(question)).steps).toEqual(whole.steps);
    const step = whole.steps[0];
    expect(step?.stages?.at(-1)).toMatchObject({ step: 'temperature', chosen: step?.sampled });
  });

  it('puts a prediction through a sampler, at a position in the middle too', async () => {
    const { engine } = own;
    const { handle } = await engine.run({ text });
    const run = { run: handle ?? '' };
    for (const position of [1, 4]) {
      const { top } = await engine.prediction({ ...run, position, count: 20 });
      const found = await engine.sampling({ ...run, position, sampler: { ...samplerOff, topK: 3, order: ['topK'] } });
      expect(found.tokens.map(({ token }) => token.id)).toEqual(top.slice(0, 3).map(({ token }) => token.id));
      const mass = top.slice(0, 3).reduce((sum, { probability }) => sum + probability, 0);
      expect(found.stages).toHaveLength(1);
      expect(found.stages[0]?.mass).toBeCloseTo(mass, 6);
      expect(found.stages[0]?.chosen).toBeCloseTo((top[0]?.probability ?? 0) / mass, 6);
      const cold = await engine.sampling({ ...run, position, sampler: greedySampler, chosen: top[1]?.token.id ?? 0 });
      expect(cold.tokens.map(({ token, probability }) => [token.id, probability])).toEqual([[top[0]?.token.id, 1]]);
      expect(cold.stages[0]).toMatchObject({ survivors: 1, chosen: null, first: top[0]?.token.id });
    }
  });
});

it('ends at an end token of the model, which is its last step', async () => {
  const { engine } = await loadedFamily('llama-3');
  const { steps } = await engine.continuation({ text, ...greedy });
  const end = idsOf(steps)[1] as number;
  vi.spyOn(Model.prototype, 'endTokens', 'get').mockReturnValue(new Set([end]));
  const found = await engine.continuation({ text, ...greedy });
  const branch = await engine.continuation({ text, ...greedy, after: [idsOf(steps)[0] as number, end] });
  const last = await engine.continuation({ text, ...greedy, after: [end], count: 0 });
  vi.restoreAllMocks();
  expect([branch, last]).toMatchObject([1, 2].map(() => ({ steps: [], bits: 0, ended: 'endToken' })));
  expect(found.ended).toBe('endToken');
  expect(idsOf(found.steps)).toEqual(idsOf(steps).slice(0, idsOf(steps).indexOf(end) + 1));
});

describe('a continuation', () => {
  let own: Family;
  beforeAll(async () => void (own = await loadedFamily('llama-3')));

  it('ends at a text, at an end token and where the context is full', async () => {
    const { engine, model, info } = own;
    const { steps } = await engine.continuation({ text, ...greedy });
    const [first, second] = steps.map(({ token }) => token.text);
    const stop = `${first?.at(-1)}${second?.at(0)}`;
    const stopped = await engine.continuation({ text, ...greedy, stop });
    expect([stopped.steps.length <= 2, stopped.ended]).toEqual([true, 'stop']);
    const chosen = idsOf(steps).slice(0, 2);
    expect(await engine.continuation({ text, ...greedy, after: chosen, stop })).toMatchObject({
      steps: [],
      ended: 'stop',
    });
    const room = (info.trunk?.contextLength ?? 0) - cutText(model, { text }).inspected.length;
    const after = Array.from({ length: room - 1 }, () => 5);
    expect((await engine.continuation({ text, ...greedy, after })).ended).toBe('context');
    await expect(engine.continuation({ text, ...greedy, count: room + 1 })).rejects.toThrow(
      `count is ${room + 1}. Give 1 to ${room}.`,
    );
  });

  it.each([
    [{ temperature: -1 }, 'temperature is -1. Give a finite number of at least 0.'],
    [{ temperature: NaN }, 'temperature is NaN. Give a finite number of at least 0.'],
    [{ topP: 1.5 }, 'top-p is 1.5. Give a number from 0 to 1.'],
    [{ repeatPenalty: 0 }, 'repeat-penalty is 0. Give a finite number above 0.'],
    [{ topK: 1.5 }, 'top-k is 1.5. Give a whole number of at least 0.'],
    [{ order: [] }, 'The order has no steps. Give some of repeat-penalty, top-k, typical, top-p, min-p, temperature.'],
    [{ order: ['topK', 'topK'] as const }, 'The order has “top-k” twice.'],
  ])('refuses a sampler with %j', async (wrong: Partial<Sampler>, sentence) => {
    const sampler = { ...usualSampler, ...wrong };
    await expect(own.engine.continuation({ text, ...greedy, sampler })).rejects.toThrow(sentence);
    await expect(own.engine.sampling({ text, position: 0, sampler })).rejects.toThrow(sentence);
  });
});
