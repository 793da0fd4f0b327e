import { beforeAll, describe, expect, it } from 'vitest';
import { totalPush } from '../../../src/engine/analysis/push';
import { architectureOf, hyperparametersOf, strangersIn } from '../../../src/engine/architecture/families';
import { gemma2 } from '../../../src/engine/architecture/gemma2';
import { gemma3 } from '../../../src/engine/architecture/gemma3';
import { llama } from '../../../src/engine/architecture/llama';
import { rotaryOf } from '../../../src/engine/architecture/rotary';
import { row } from '../../../src/engine/arrays/vectors';
import { type LocalEngine } from '../../../src/engine/localEngine';
import { rawLogits } from '../../../src/engine/model/logits';
import type { Model } from '../../../src/engine/model/model';
import type { MetadataValue, TensorInfo } from '../../../src/engine/weights/weights';
import type { ModelInfo } from '../../../src/shared/engine';
import type { LabRequest, LabResult } from '../../../src/shared/lab';
import { familyNames, familyTruth, loadedFamily } from '../support/families';
import { headerOf, weightsOf } from '../support/header';
import { deviation } from '../support/truth';

// Every family against the published model class in float64: see make_families.py.

async function result<N extends LabResult['name']>(engine: LocalEngine, request: Extract<LabRequest, { name: N }>) {
  return (await engine.lab(request)).result as Extract<LabResult, { name: N }>['result'];
}

interface Expected {
  readonly family: string;
  readonly position: 'rotary' | 'learned';
  readonly norm: 'RMSNorm' | 'LayerNorm';
  /** Dimensions of a head that positions turn. */
  readonly rotated: number;
  readonly base: number;
  readonly context: number;
}
const usual = { position: 'rotary', norm: 'RMSNorm', rotated: 8, base: 500, context: 96 } as const;
const expected: Readonly<Record<string, Expected>> = {
  'llama-3': { ...usual, family: 'llama' },
  'llama-linear': { ...usual, family: 'llama' },
  'llama-yarn': { ...usual, family: 'llama' },
  qwen2: { ...usual, family: 'qwen2', rotated: 4, base: 50_000 },
  qwen3: { ...usual, family: 'qwen3', base: 70_000 },
  gemma2: { ...usual, family: 'gemma2', base: 10_000 },
  gemma3: { ...usual, family: 'gemma3', base: 1_000_000 },
  phi3: { ...usual, family: 'phi3', rotated: 6, base: 900, context: 768 },
  'phi3-q4': { ...usual, family: 'phi3', rotated: 12, base: 900, context: 768 },
  // Texts beyond the original context would be turned in another way.
  'phi3-long': { ...usual, family: 'phi3', rotated: 6, base: 900, context: 512 },
  'llama-window': { ...usual, family: 'llama' },
  'gemma2-bias': { ...usual, family: 'gemma2', base: 10_000 },
  phi2: { ...usual, family: 'phi2', norm: 'LayerNorm', rotated: 4, base: 10_000 },
  'phi2-fused': { ...usual, family: 'phi2', norm: 'LayerNorm', rotated: 4, base: 10_000 },
  'llama-untied': { ...usual, family: 'llama' },
  'gptneox-untied': { ...usual, family: 'gptneox', norm: 'LayerNorm', rotated: 4, base: 10_000 },
  smollm3: { ...usual, family: 'smollm3' },
  olmo2: { ...usual, family: 'olmo2', rotated: 4 },
  'olmo2-window': { ...usual, family: 'olmo2', rotated: 4 },
  olmoe: { ...usual, family: 'olmoe', rotated: 4 },
  qwen3moe: { ...usual, family: 'qwen3moe', base: 70_000 },
  'qwen3moe-nvfp4': { ...usual, family: 'qwen3moe', rotated: 48, base: 70_000 },
  granite: { ...usual, family: 'granite', rotated: 4 },
  exaone4: { ...usual, family: 'exaone4', rotated: 4 },
  'exaone4-small': { ...usual, family: 'exaone4', rotated: 4 },
  cohere2: { ...usual, family: 'cohere2', norm: 'LayerNorm', rotated: 4 },
  glm4: { ...usual, family: 'glm4', rotated: 4 },
  mistral3: { ...usual, family: 'mistral3' },
  lfm2: { ...usual, family: 'lfm2', rotated: 4 },
  qwen35: { ...usual, family: 'qwen35', rotated: 4 },
  gemma4: { ...usual, family: 'gemma4' },
  'gemma4-keys': { ...usual, family: 'gemma4' },
  'gemma4-experts': { ...usual, family: 'gemma4' },
  granitemoe: { ...usual, family: 'granitemoe', rotated: 4 },
  'gpt-oss': { ...usual, family: 'gpt-oss' },
  gpt2: { ...usual, family: 'gpt2', position: 'learned', norm: 'LayerNorm', rotated: 0 },
  gptneox: { ...usual, family: 'gptneox', norm: 'LayerNorm', rotated: 4, base: 10_000 },
  'gptneox-serial': { ...usual, family: 'gptneox', norm: 'LayerNorm', rotated: 4, base: 10_000 },
};

/** Turns that are scaled, or differ from layer to layer. */
const severalFormulas: ReadonlySet<string> = new Set([
  'llama-3',
  'llama-linear',
  'llama-yarn',
  'gemma3',
  'phi3-long',
  'smollm3',
  'olmo2-window',
  'gpt-oss',
  'exaone4',
  'exaone4-small',
  'cohere2',
  'mistral3',
  'gemma4',
  'gemma4-keys',
  'gemma4-experts',
]);

describe.each(familyNames)('%s', (name) => {
  const truth = familyTruth(name);
  const { text, ids } = truth;
  const last = ids.length - 1;
  let model: Model;
  let engine: LocalEngine;
  let info: ModelInfo;
  beforeAll(async () => void ({ model, engine, info } = await loadedFamily(name)));

  /** Every logit of a text, and every residual's size, as the engine has them. */
  async function measure(shown: readonly number[]) {
    const { layers, dimensions } = model.hyperparameters;
    const store = await model.trunk.run(shown, {});
    const logits: Float32Array[] = [];
    for (const position of shown.keys()) {
      const hidden = Float32Array.from(model.finalNorm(row(store.residuals(layers), position, dimensions)));
      logits.push(rawLogits(model, await model.directions.dots([hidden])).map((logit) => model.capped(logit)));
    }
    const sizes = Array.from({ length: layers + 1 }, (_, layer) =>
      shown.map((_id, position) => Math.hypot(...row(store.residuals(layer), position, dimensions))),
    );
    return { logits, sizes };
  }

  it('says what it is', async () => {
    const { family, position, norm, rotated, base, context } = expected[name] as Expected;
    expect(info).toMatchObject({
      architecture: family,
      trunk: {
        position,
        norm,
        contextLength: context,
        rotary: rotated === 0 || severalFormulas.has(name) ? null : { base, headSize: rotated },
      },
    });
    // Sizes are those of the stored rows, whatever a token goes through on its way in.
    const { tokens } = await engine.tokenise({ text });
    tokens.forEach(({ id, size }) => expect(size).toBeCloseTo(Math.hypot(...model.embedding.row(id)), 5));
    const { inputDeviation } = await engine.journey({ text, position: 1 });
    if (position === 'rotary' && model.hyperparameters.embeddingScale === undefined) expect(inputDeviation).toBe(0);
    else expect(inputDeviation).toBeGreaterThan(1);
  });

  it('reads the text as the tokenizer does', () =>
    expect(Array.from(model.tokenizer.encode(text, { plain: false }).ids)).toEqual(ids));

  it('has the logits and the residuals of the published model', async () => {
    const { logits, sizes } = await measure(ids);
    expect(
      deviation(
        logits,
        ids.map((_, position) => truth.at(position)),
      ),
    ).toBeLessThanOrEqual(1e-5);
    expect(sizes).toHaveLength(truth.residualSizes.length);
    truth.residualSizes.forEach((row, layer) =>
      row.forEach((size, position) =>
        expect(
          Math.abs((sizes[layer]?.[position] ?? NaN) - size) / size,
          `layer ${layer}, position ${position}`,
        ).toBeLessThanOrEqual(1e-4),
      ),
    );
  });

  it('says the same of a text that grows, and after one with another beginning', async () => {
    // Another first token leaves nothing of what was kept. It comes after a text that is shorter, else nothing is run.
    for (const before of [[ids.slice(0, 1)], [ids.slice(0, 20)], [ids.slice(0, 1), ids.slice(1, 4)]]) {
      for (const shown of before) await measure(shown);
      const { logits } = await measure(ids);
      const expected = ids.map((_, position) => truth.at(position));
      expect(deviation(logits, expected), `after ${before.join('; ')}`).toBeLessThanOrEqual(1e-5);
    }
  });

  it('gives the probabilities and the entropy of those logits', async () => {
    const inspection = await engine.inspect({ text, neighbours: 0, top: 5, layers: false, centred: false });
    inspection.predictions?.forEach(({ top, entropy, hiddenSize }, position) => {
      const logits = truth.at(position);
      const greatest = logits.reduce((a, b) => Math.max(a, b), -Infinity);
      const sum = logits.reduce((all, logit) => all + Math.exp(logit - greatest), 0);
      const p = Array.from(logits, (logit) => Math.exp(logit - greatest) / sum);
      for (const entry of top) {
        expect(entry.probability).toBeCloseTo(p[entry.id] ?? NaN, 4);
        expect(entry.logit).toBeCloseTo(logits[entry.id] ?? NaN, 3);
        expect(entry.rawLogit).toBeCloseTo(hiddenSize * entry.size * entry.cosine + entry.bias, 3);
        expect(entry.logit).toBeCloseTo(model.capped(entry.rawLogit), 10);
      }
      expect(entropy).toBeCloseTo(
        p.reduce((bits, share) => bits - share * Math.log2(share), 0),
        4,
      );
      const next = ids[position + 1];
      if (next !== undefined)
        expect(inspection.tokens[position + 1]?.surprisal).toBeCloseTo(-Math.log2(p[next] ?? NaN), 4);
    });
  });

  it('has pushes that add up to the raw logit', async () => {
    for (const position of [0, 1, last]) {
      for (const output of [undefined, 5]) {
        const journey = await engine.journey({ text, position, ...(output !== undefined && { output }) });
        expect(Math.abs(totalPush(journey.push) - journey.logit)).toBeLessThanOrEqual(
          1e-5 * Math.max(1, Math.abs(journey.logit)) * 10,
        );
        expect(model.capped(journey.logit)).toBeCloseTo(truth.at(position)[journey.output.id] ?? NaN, 3);
      }
    }
  });

  it('has a lens whose last row is the prediction', async () => {
    const run = await engine.run({ text });
    const { rows } = await engine.lens({ text, first: model.hyperparameters.layers, count: 1, top: 3 });
    rows[0]?.forEach(({ top, entropy }, position) => {
      expect(top.map(({ token }) => token.id)).toEqual(run.likeliest[position]?.map(({ token }) => token.id));
      top.forEach(({ probability }, place) =>
        expect(probability).toBeCloseTo(run.likeliest[position]?.[place]?.probability ?? NaN, 5),
      );
      expect(entropy).toBeCloseTo(run.entropy[position] ?? NaN, 4);
    });
  });

  it('predicts the same from a token’s own vector in its place', async () => {
    const { steps } = await result(engine, {
      name: 'between',
      options: { from: ids[last] as number, to: 3, steps: 2, text },
    });
    const plain = (await engine.run({ text })).likeliest[last]?.[0];
    expect(steps[0]?.straight.predicted[0]).toMatchObject({
      id: plain?.token.id,
      value: expect.closeTo(plain?.probability ?? NaN, 4) as number,
    });
  });

  it('has a softmax that no shift of the outputs changes, unless it caps its logits, and a length that its norm undoes', async () => {
    const shift = await result(engine, { name: 'softmax-shift', options: { text, size: 1, seed: 1 } });
    if (model.hyperparameters.logitCap === undefined) expect(shift.probabilityChange).toBeLessThan(1e-9);
    else expect(shift.probabilityChange).toBeGreaterThan(1e-9);
    const { beforeNorm } = await result(engine, { name: 'length', options: { text } });
    expect(beforeNorm[6]).toBeLessThan(1e-9);
    expect(beforeNorm[9]).toBeLessThan(1e-3);
  });
});

it('a family that is not known is named, with those that are', () => {
  expect(() => architectureOf(weightsOf({ 'general.architecture': 'mamba' }))).toThrow(
    /“mamba”; Vectorscope runs llama, qwen2, qwen3, gemma2, gemma3, phi2, phi3, gpt2, gptneox, smollm3, olmo2, granite, cohere2, exaone4, glm4, mistral3, lfm2, qwen35, gemma4, olmoe, qwen3moe, granitemoe, gpt-oss\./,
  );
});

it.each([
  ['of a GGUF file', ['token_embd.weight', 'blk.0.attn_q.weight', 'blk.0.ssm_d', 'blk.1.ssm_d'], ['ssm_d']],
  ['of a folder', ['model.layers.0.self_attn.q_proj.weight', 'model.layers.1.mixer.A_log'], ['mixer.A_log']],
  ['of latent attention', ['blk.0.attn_kv_a_mqa.weight', 'blk.0.ffn_down_exps.weight'], ['attn_kv_a_mqa']],
  ['of experts that are known', ['model.layers.0.mlp.experts.7.up_proj.weight', 'blk.3.attn_sinks.weight'], []],
])('tensors %s that no equations read are found once', (_, names, found) => {
  expect(strangersIn(names)).toEqual(found);
});

it('a family that is not known is said with the tensors that no equations read', () => {
  const tensors = new Map([['blk.0.ssm_x.weight', {} as TensorInfo]]);
  const weights = { ...weightsOf({ 'general.architecture': 'mamba' }), tensors };
  expect(() => architectureOf(weights)).toThrow(/“mamba”, whose layers have .* \(ssm_x\); Vectorscope runs llama/);
});

describe('rotary positions', () => {
  it.each([
    ['a part that is odd', { 'x.rope.dimension_count': 3 }, /rope\.dimension_count is 3; expected: 2n ≤ 8/],
    ['more than a head', { 'x.rope.dimension_count': 10 }, /rope\.dimension_count is 10; expected: 2n ≤ 8/],
    ['nothing', { 'x.rope.dimension_count': 0 }, /x\.rope\.dimension_count is 0; expected: 1…/],
    ['by a base of zero', { 'x.rope.freq_base': 0 }, /x\.rope\.freq_base is 0; expected: > 1/],
  ])('that turn %s are refused', (_, keys, message) => expect(() => rotaryOf(headerOf(keys), 8)).toThrow(message));

  it('that are scaled by YaRN begin and end to slow where the file says', () => {
    const scaling = { type: 'yarn', factor: 4, original_context_length: 24, yarn_beta_fast: 3, yarn_beta_slow: 0.2 };
    const { frequencies, attentionFactor } = rotaryOf(
      headerOf({
        'x.rope.freq_base': 500,
        ...Object.fromEntries(Object.entries(scaling).map(([key, value]) => [`x.rope.scaling.${key}`, value])),
      }),
      12,
    );
    // By transformers' function of the same configuration, in float32.
    const published = [
      1, 0.2662152647972107, 0.06299605220556259, 0.011180340312421322, 0.003968502394855022, 0.0014086348237469792,
    ];
    published.forEach((turn, pair) => expect((frequencies[pair] ?? NaN) / turn).toBeCloseTo(1, 6));
    expect(attentionFactor).toBeCloseTo(1.138629436111989, 12);
  });

  it('that are scaled in an unknown way are refused by its name', () =>
    expect(() => rotaryOf(headerOf({ 'x.rope.scaling.type': 'spiral' }), 8)).toThrow(/spiral/));
});

describe('the models of 27 billion parameters', () => {
  it.each([
    { architecture: gemma2, layers: 46, dimensions: 4608, other: 42 },
    { architecture: gemma3, layers: 62, dimensions: 5376, other: 48 },
  ])(
    'of $architecture.name scale scores by their width over their heads, the others by the size of a head',
    ({ architecture, layers, dimensions, other }) => {
      const scaleOf = (count: number) => {
        const keys = {
          block_count: count,
          embedding_length: dimensions,
          feed_forward_length: 8,
          context_length: 8,
          'attention.head_count': 32,
          'attention.key_length': 128,
          'attention.value_length': 128,
          'attention.layer_norm_rms_epsilon': 1e-6,
          'attention.sliding_window': 4,
        };
        return hyperparametersOf(
          architecture,
          weightsOf(
            Object.fromEntries(Object.entries(keys).map(([key, value]) => [`${architecture.name}.${key}`, value])),
            layers,
            dimensions,
          ),
        ).scoreScale;
      };
      expect(scaleOf(layers)).toBe(1 / Math.sqrt(dimensions / 32));
      expect(scaleOf(other)).toBe(1 / Math.sqrt(128));
    },
  );
});

it('a window of 0 is none, and Mistral’s is one', () => {
  const windowOf = (keys: Record<string, MetadataValue>) => {
    const all = {
      block_count: 1,
      embedding_length: 8,
      feed_forward_length: 8,
      context_length: 8,
      'attention.head_count': 1,
      'attention.layer_norm_rms_epsilon': 1e-6,
      ...keys,
    };
    return hyperparametersOf(
      llama,
      weightsOf(Object.fromEntries(Object.entries(all).map(([key, value]) => [`llama.${key}`, value])), 1, 8),
    ).attention[0]?.window;
  };
  expect([
    windowOf({}),
    windowOf({ 'attention.sliding_window': 0 }),
    windowOf({ 'attention.sliding_window': 4096 }),
  ]).toEqual([Infinity, Infinity, 4096]);
});
