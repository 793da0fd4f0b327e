import { describe, expect, it } from 'vitest';
import { inspect } from '../../../src/cli/inspect';
import type { Engine } from '../../../src/shared/engine';
import { continueTool } from '../../../src/tools/continue';
import { call as callProgram, callInspect } from '../support/commandLine';
import { defaultEngine, modelPath } from '../support/engine';
import { call } from '../support/toolCall';

const text = 'The capital of France is';
const only = ['--neighbours', '0', '--top', '0'];

interface Token {
  readonly id: number;
  readonly text: string;
  readonly probability: number;
}
interface Printed {
  readonly continuation: {
    readonly seed: number | null;
    readonly steps: readonly (Token & { readonly sampled: number; readonly alternatives: readonly Token[] })[];
    readonly bits: number;
    readonly ended: string;
  };
  readonly sampler: readonly { readonly step: string; readonly survivors: number; readonly mass: number }[];
  readonly sampled: { readonly count: number; readonly tokens: readonly Token[] };
  readonly provenance: { readonly continuation: object };
}

async function json(...args: readonly string[]): Promise<Printed> {
  const { code, out, err } = await callInspect([text, ...only, '--json', ...args]);
  expect([code, err]).toEqual([0, '']);
  return JSON.parse(out) as Printed;
}

describe('--continue', () => {
  it('goes on greedily without a sampler', async () => {
    const { continuation, sampler, sampled, provenance } = await json('--continue', '3');
    const { seed, steps, bits, ended } = continuation;
    expect([seed, ended, steps.map((step) => step.text).join('')]).toEqual([null, 'count', ' Paris.\n']);
    expect(steps.map((step) => [step.sampled, step.alternatives.length, step.alternatives[0]?.id])).toEqual(
      steps.map(({ id }) => [1, 5, id]),
    );
    expect(bits).toBeCloseTo(-steps.reduce((sum, { probability }) => sum + Math.log2(probability), 0), 12);
    expect(sampler).toEqual([{ step: 'temperature', survivors: 1, mass: expect.closeTo(0.7725, 3) as number }]);
    expect(sampled).toEqual({ count: 1, tokens: [{ id: steps[0]?.id, text: ' Paris', probability: 1 }] });
    expect(Object.keys(steps[0] ?? {})).toEqual(['id', 'text', 'probability', 'sampled', 'logit', 'alternatives']);
    expect(Object.keys(steps[0]?.alternatives[0] ?? {})).toEqual(['id', 'text', 'probability', 'logit']);
    expect(provenance.continuation).toEqual([{ count: 3, sampler: null, seed: null }]);
  });

  it('draws by a seed, which it chooses and tells if none is given', async () => {
    const args = ['--continue', '6', '--temperature', '1.5', '--top-k', '50', '--order', 'temperature,top-k'];
    const first = await json(...args);
    const { seed, steps } = first.continuation;
    expect(Number.isInteger(seed)).toBe(true);
    expect(first.sampler.map(({ step, survivors }) => [step, survivors])).toEqual([
      ['temperature', 49_152],
      ['top-k', 50],
    ]);
    expect([first.sampled.count, first.sampled.tokens.length]).toEqual([50, 50]);
    expect((await json(...args, '--seed', String(seed))).continuation.steps).toEqual(steps);
    expect(first.provenance.continuation).toMatchObject([
      { seed, sampler: { 'top-k': 50, 'min-p': 0, order: ['temperature', 'top-k'] } },
    ]);
  });

  it('prints the text, its steps and those of the sampler', async () => {
    const args = ['--continue', '9', '--min-p', '0.05', '--seed', '7', '--stop', 't'];
    const { out } = await callInspect([text, ...only, ...args]);
    const [, said, steps, sampler] = out.split('\n\n');
    expect(said).toMatch(
      /^Seed 7: \d tokens, \d\.\d{1,3} bits, \d\.\d{1,3} a token\. The text to stop at ended it\.\n/,
    );
    expect(said).toMatch(/ its$/);
    expect(steps).toMatch(/^1 +·Paris +0\.773 +0\.923 +2\.48 +·the +0\.065$/m);
    expect(sampler).toMatch(/^The sampler after the text, which leaves 2 tokens\nstep .*·Paris$/m);
    expect(sampler).toMatch(/^min-p +2 +83\.7 % +0\.923$/m);
    expect(sampler).toMatch(/^repeat-penalty +49,152/m);
    const cold = await callInspect([text, ...only, '--continue', '1', '--temperature', '0', '--seed', '7']);
    expect(cold.out).toContain('Seed 7: 1 token, 0.3723 bits, 0.3723 a token.');
    expect(cold.out).toContain('Temperature 0 takes the likeliest token, as without a sampler.');
  });

  it.each([
    ['--temperature', '-1', '-1 is not a finite number of at least 0.'],
    ['--temperature', 'Infinity', 'Infinity is not a finite number of at least 0.'],
    ['--top-k', '1.5', '1.5 is not a whole number of at least 0.'],
    ['--top-p', '1.01', '1.01 is not a number from 0 to 1.'],
    ['--min-p', '', 'It is empty. Give a number from 0 to 1.'],
    ['--repeat-penalty', '0', '0 is not a finite number above 0.'],
    ['--order', '', 'The order has no steps. Give some of repeat-penalty, top-k,'],
    ['--order', 'top-k,top-q', 'The order has “top-q”, which is no step.'],
    ['--order', 'topK', 'The order has “topK”, which is no step.'],
    ['--order', 'top-k,top-k', 'The order has “top-k” twice.'],
    ['--seed', '4294967296', '4294967296 is not a whole number from 0 to 4294967295.'],
    ['--stop', '', 'It is empty.'],
    ['--continue', '0', '0 is not a whole number from 1'],
    ['--continue', '8188', 'count is 8188. Give 1 to 8187.'],
  ])('refuses %s %s', async (option, value, sentence) => {
    const { code, out, err } = await callInspect([text, ...only, '--continue', '2', option, value]);
    expect([code, out]).toEqual([2, '']);
    expect(err).toContain(sentence);
  });

  it('ends at Ctrl+C with the tokens that have come', async () => {
    const engine = await defaultEngine();
    let interrupt = () => {};
    const createEngine = () =>
      ({
        ...engine,
        continuation: (request, { onProgress, ...control } = {}) =>
          engine.continuation(request, {
            ...control,
            onProgress(progress) {
              onProgress?.(progress);
              interrupt();
            },
          }),
      }) satisfies Engine;
    const ended = await callProgram(inspect, [text, ...only, '--json', '--continue', '100'], {
      ...{ readInput: () => '', createEngine },
      onInterrupt(stop) {
        interrupt = stop;
        return () => {};
      },
    });
    const { steps, bits, ended: how } = (JSON.parse(ended.out) as Printed).continuation;
    expect([how, steps[0]?.text, steps.length < 5, bits > 0]).toEqual(['cancelled', ' Paris', true, true]);
  });

  it('is what the options of the sampler are about', async () => {
    const { code, err } = await callInspect([text, '--temperature', '1']);
    expect([code, err]).toEqual([2, expect.stringContaining('--temperature is about --continue.')]);
  });
});

it('the tool for agents answers the same', async () => {
  const engine = await defaultEngine();
  const model = await engine.load({ path: modelPath });
  const answer = await call(continueTool, { text, count: 2, seed: 3, topK: 2 }, { engine, model, control: {} });
  const { continuation } = answer.json(Infinity) as Pick<Printed, 'continuation'>;
  const same = await json('--continue', '2', '--seed', '3', '--top-k', '2');
  expect(continuation).toEqual(same.continuation);
  expect(answer.said).toContain('Seed 3: 2 tokens,');
});
