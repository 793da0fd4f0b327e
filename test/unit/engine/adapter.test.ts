import fc from 'fast-check';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { swapsOf } from '../../../src/engine/analysis/both/blame';
import { withExchanged } from '../../../src/engine/analysis/both/exchanged';
import { dot } from '../../../src/engine/arrays/vectors';
import type { LocalEngine } from '../../../src/engine/localEngine';
import { AdaptedModel, adapterAt } from '../../../src/engine/model/adapted';
import { loadModel } from '../../../src/engine/model/load';
import type { Model } from '../../../src/engine/model/model';
import { families } from '../../../src/engine/weights/huggingFace/families';
import { stringOf } from '../../../src/engine/weights/weights';
import { randomNumbers, writeGgufAdapter, writePeft, type Numbers } from '../support/adapters';
import { familyNames, loadedFamily } from '../support/families';
import { numbersOf, textTruth } from '../support/headsTruth';
import { sampled } from '../support/sample';

// An adapter beside a model against the same model with its weights added up in float64, by the formulas of peft.

const folder = mkdtempSync(join(tmpdir(), 'vectorscope-adapter-'));
afterAll(() => rmSync(folder, { recursive: true }));

const ids = [3, 7, 1, 12, 5];
type Row = readonly number[];
type Merged = Map<string, Row[]>;

const rank = 3;

/** The modules of a model's layers by the names of `transformers`, with the tensors of GGUF that hold them. */
function modulesOf({ weights, hyperparameters }: Model) {
  const family = families.find((one) => one.architecture === weights.metadata.get('general.architecture'));
  if (!family) throw new Error('A fixture of an unknown family.');
  // The heads of these have another order in the file.
  const hasRecurrences = family.architecture === 'qwen35';
  const prefix = { gpt2: 'transformer.', gptneox: 'gpt_neox.' }[family.architecture] ?? 'model.';
  return Array.from({ length: hyperparameters.layers }, (_, layer) =>
    Object.entries(family.parts).flatMap(([ours, theirs]) => {
      const tensor = `blk.${layer}.${ours}`;
      const shape = weights.tensors.get(`${tensor}.weight`)?.shape ?? [];
      const [rows = 0, columns = 0] = shape;
      if (shape.length !== 2 || ours.endsWith('conv') || (hasRecurrences && /^(ssm_|attn_(qkv|gate)$)/.test(ours)))
        return [];
      const module = `base_model.model.${prefix}${family.layers ?? 'layers'}.${layer}.${theirs}`;
      return [{ tensor, module, rows, columns }];
    }),
  ).flat();
}

/** The row of a module that GGUF has at a place. */
function sourceRow({ weights, hyperparameters }: Model, tensor: string): (row: number) => number {
  const { heads, keyValueHeads, headSize } = hyperparameters;
  const architecture = stringOf(weights, 'general.architecture');
  const isTurned = ['llama', 'smollm3', 'mistral3', 'granite', 'granitemoe'].includes(architecture);
  if (isTurned && /attn_[qk]$/.test(tensor) && weights.metadata.get(`${architecture}.rope.interleaved`) !== false)
    return (row) => {
      const [head, pair, half] = [Math.floor(row / headSize), Math.floor((row % headSize) / 2), row % 2];
      expect(head).toBeLessThan(tensor.endsWith('q') ? heads : keyValueHeads);
      return head * headSize + half * (headSize / 2) + pair;
    };
  if (architecture === 'gptneox' && tensor.endsWith('attn_qkv'))
    return (row) => {
      const [part, head, inside] = [
        Math.floor(row / headSize / heads),
        Math.floor(row / headSize) % heads,
        row % headSize,
      ];
      return (head * 3 + part) * headSize + inside;
    };
  return (row) => row;
}

const at = ({ values, shape }: Numbers, row: number, column = 0): number =>
  values[row * (shape[1] ?? 1) + column] as number;

/** W + scale · B·A, with the rows of these sizes if there are magnitudes. */
function merged(model: Model, tensor: string, a: Numbers, b: Numbers, scale: number, m?: Numbers): Row[] {
  const source = sourceRow(model, tensor);
  return numbersOf(model)
    .wholeMatrix(`${tensor}.weight`)
    .map((row, i) => {
      const sum = row.map((value, j) => {
        let product = 0;
        for (let k = 0; k < (a.shape[0] as number); k++) product += at(b, source(i), k) * at(a, k, j);
        return value + scale * product;
      });
      const size = Math.sqrt(sum.reduce((squares, value) => squares + value * value, 0));
      return m ? sum.map((value) => (value * at(m, source(i))) / size) : sum;
    });
}

async function logitsOf(model: Model): Promise<Row[]> {
  const store = await model.trunk.run(ids, {});
  const { dimensions, layers } = model.hyperparameters;
  const last = store.residuals(layers);
  return ids.map((_, i) => {
    const h = model.finalNorm(last.subarray(i * dimensions, (i + 1) * dimensions));
    return Array.from({ length: model.vocabulary.length }, (__, id) =>
      model.capped(dot(h, Float64Array.from(model.directions.matrix.row(id))) + (model.directions.bias?.[id] ?? 0)),
    );
  });
}

function expectClose(found: readonly Row[], expected: readonly Row[]): void {
  for (const [i, row] of expected.entries()) {
    const most = 1e-5 * Math.max(...row.map(Math.abs));
    expect(Math.max(...row.map((value, id) => Math.abs(value - (found[i]?.[id] ?? NaN))))).toBeLessThanOrEqual(most);
  }
}

function truth(
  model: Model,
  matrices: Merged,
  vectors = new Map<string, Row>(),
  has: readonly string[] = [],
): readonly Row[] {
  const { vector, wholeMatrix } = numbersOf(model);
  const names = [...model.weights.tensors.keys(), ...has];
  const own = Object.create(model, {
    weights: { value: { tensors: new Map(names.map((name) => [name, name])), metadata: model.weights.metadata } },
  }) as Model;
  return textTruth(own, ids, 0, undefined, undefined, {
    vector: (name) => vectors.get(name) ?? vector(name),
    wholeMatrix: (name) => matrices.get(name) ?? wholeMatrix(name),
  }).logits;
}

async function adapted(model: Model, path: string): Promise<AdaptedModel> {
  const open = adapterAt(path);
  if (!open) throw new Error('No adapter was found.');
  return AdaptedModel.open(model, path, open, {});
}

/** An adapter of every module of the layers, and what it makes of their matrices. */
function everyModule(model: Model, scale: number, isDora: boolean) {
  const tensors: Record<string, Numbers> = {};
  const matrices: Merged = new Map();
  for (const [i, { tensor, module, rows, columns }] of modulesOf(model).entries()) {
    const a = randomNumbers(3 * i + 1, [rank, columns], 0.3);
    const b = randomNumbers(3 * i + 2, [rows, rank], 0.3);
    const m = randomNumbers(3 * i + 3, [rows], 1);
    tensors[`${module}.lora_A.weight`] = a;
    tensors[`${module}.lora_B.weight`] = b;
    if (isDora) tensors[`${module}.lora_magnitude_vector`] = m;
    matrices.set(`${tensor}.weight`, merged(model, tensor, a, b, scale, isDora ? m : undefined));
  }
  return { tensors, matrices };
}

describe.each(sampled(['gpt2', 'gptneox', 'llama-3', 'qwen3moe', 'smollm3'], familyNames))('%s', (name) => {
  it.each([
    ['LoRA', {}, 2],
    ['rsLoRA', { use_rslora: true }, 6 / Math.sqrt(3)],
    ['DoRA', { use_dora: true }, 2],
  ] as const)('runs with %s as with the weights added up', async (method, config, scale) => {
    const { model } = await loadedFamily(name);
    const { tensors, matrices } = everyModule(model, scale, method === 'DoRA');
    const one = await adapted(model, writePeft(join(folder, `${name}-${method}`), config, tensors));
    const before = await logitsOf(model);
    const own = await one.at(1, {});
    const after = await logitsOf(own.model);
    expectClose(after, truth(model, matrices));
    // All modules in the base are the adapted model, and none of them in that model the base.
    const all = { tensors: swapsOf([model, own.model], 'tensors').flatMap(({ tensors }) => tensors) };
    expect(await withExchanged([model, own.model], all, logitsOf)).toEqual(after);
    expect(await withExchanged([own.model, model], all, logitsOf)).toEqual(before);
    own.release();
    const none = await one.at(0, {});
    expect(await logitsOf(none.model)).toEqual(before);
    none.release();
    one.close();
    expect(await logitsOf(model)).toEqual(before);
  });
});

it('is refused where heads of a recurrence have another order in the base, and for a kernel', async () => {
  for (const [name, part, message] of [
    ['qwen35', 'linear_attn.in_proj_z', /attn_gate\.bias has the heads of a recurrence in another order/],
    ['lfm2', 'conv.conv', /shortconv\.conv\.weight \(adapter\) is LoRA/],
  ] as const) {
    const { model } = await loadedFamily(name);
    const module = `base_model.model.model.layers.0.${part}`;
    const [rows, columns] = name === 'lfm2' ? [24, 3] : [64, 24];
    const path = writePeft(
      join(folder, `${name}-refused`),
      {},
      {
        [`${module}.lora_A.weight`]: randomNumbers(1, [rank, columns], 1),
        [`${module}.lora_B.weight`]: randomNumbers(2, [rows, rank], 1),
      },
    );
    await expect(adapted(model, path).then((one) => one.at(1, {}))).rejects.toThrow(message);
  }
});

const numbers = (shape: readonly number[], seed: number) => randomNumbers(seed, shape, 0.3);
const rowsOf = ({ shape, values }: Numbers): Row[] =>
  Array.from({ length: shape[0] as number }, (_, row) =>
    Array.from(values.subarray(row * (shape[1] as number), (row + 1) * (shape[1] as number))),
  );

/** What else peft saves: an embedding's product, whole tensors, biases. */
it('changes the embedding, the output rows, norms and biases', async () => {
  const { model } = await loadedFamily('llama-untied');
  const { dimensions } = model.hyperparameters;
  const { length } = model.vocabulary;
  const [a, b] = [numbers([rank, length], 1), numbers([dimensions, rank], 2)];
  const [head, norm, bias] = [numbers([length, dimensions], 3), numbers([dimensions], 4), numbers([dimensions], 5)];
  const query = modulesOf(model).find(({ tensor }) => tensor === 'blk.0.attn_q');
  const queryBias = numbers([query?.rows ?? 0], 6);
  const path = writePeft(
    join(folder, 'ends'),
    { alpha_pattern: { embed_tokens: 9 } },
    {
      'base_model.model.model.embed_tokens.lora_embedding_A': a,
      'base_model.model.model.embed_tokens.lora_embedding_B': b,
      'base_model.model.lm_head.modules_to_save.default.weight': head,
      'base_model.model.model.norm.weight': norm,
      'base_model.model.model.layers.1.mlp.down_proj.bias': bias,
      [`${query?.module}.bias`]: queryBias,
    },
  );
  const source = sourceRow(model, 'blk.0.attn_q');
  const embedding = numbersOf(model)
    .wholeMatrix('token_embd.weight')
    .map((row, id) =>
      row.map((value, j) => value + 3 * [0, 1, 2].reduce((sum, k) => sum + at(a, k, id) * at(b, j, k), 0)),
    );
  const one = await adapted(model, path);
  const own = await one.at(1, {});
  expectClose(
    await logitsOf(own.model),
    truth(
      model,
      new Map([
        ['token_embd.weight', embedding],
        ['output.weight', rowsOf(head)],
      ]),
      new Map<string, Row>([
        ['output_norm.weight', [...norm.values]],
        ['blk.1.ffn_down.bias', [...bias.values]],
        ['blk.0.attn_q.bias', Array.from(queryBias.values, (_, i) => at(queryBias, source(i)))],
      ]),
      ['blk.1.ffn_down.bias', 'blk.0.attn_q.bias'],
    ),
  );
  const half = await one.at(0.5, {});
  const middle = half.model.embedding.row(4).map((value, j) => 2 * value - (embedding[4]?.[j] ?? NaN));
  expect(Math.max(...middle.map((value, j) => Math.abs(value - (model.embedding.row(4)[j] ?? NaN))))).toBeLessThan(
    1e-6,
  );
  for (const each of [own, half]) each.release();
  one.close();
});

it('changes the whole matrices and biases of GPT-2, which peft saves turned', async () => {
  const { model } = await loadedFamily('gpt2');
  const down = modulesOf(model).find(({ tensor }) => tensor === 'blk.1.ffn_down');
  if (!down) throw new Error('GPT-2 has no blk.1.ffn_down.');
  const { module, rows, columns } = down;
  const [weight, bias] = [numbers([columns, rows], 1), numbers([rows], 2)];
  const tensors = { [`${module}.weight`]: weight, [`${module}.bias`]: bias };
  const one = await adapted(model, writePeft(join(folder, 'whole'), {}, tensors));
  const own = await one.at(1, {});
  const turned = Array.from({ length: rows }, (_, i) => Array.from({ length: columns }, (__, j) => at(weight, j, i)));
  expectClose(
    await logitsOf(own.model),
    truth(model, new Map([['blk.1.ffn_down.weight', turned]]), new Map([['blk.1.ffn_down.bias', [...bias.values]]])),
  );
  own.release();
  one.close();
});

it('changes the output rows of a model that has one matrix for both ends', async () => {
  const { model } = await loadedFamily('llama-3');
  const [a, b] = [numbers([rank, model.hyperparameters.dimensions], 1), numbers([model.vocabulary.length, rank], 2)];
  const tensors = { 'base_model.model.lm_head.lora_A.weight': a, 'base_model.model.lm_head.lora_B.weight': b };
  const one = await adapted(model, writePeft(join(folder, 'head'), {}, tensors));
  const own = await one.at(1, {});
  const output = merged(model, 'token_embd', a, b, 2);
  expectClose(
    await logitsOf(own.model),
    truth(model, new Map([['output.weight', output]]), undefined, ['output.weight']),
  );
  own.release();
  one.close();
});

it('runs the layers from the first that it changes on, and reads the residuals below from its base', async () => {
  const { model } = await loadedFamily('llama-3');
  const { tensor, module, rows, columns } = modulesOf(model).at(-1) as ReturnType<typeof modulesOf>[number];
  const [a, b] = [numbers([rank, columns], 1), numbers([rows, rank], 2)];
  const tensors = { [`${module}.lora_A.weight`]: a, [`${module}.lora_B.weight`]: b };
  const one = await adapted(model, writePeft(join(folder, 'late'), {}, tensors));
  const own = await one.at(1, {});
  // Its base has run another text since.
  await model.trunk.run([5, 5], {});
  expectClose(await logitsOf(own.model), truth(model, new Map([[`${tensor}.weight`, merged(model, tensor, a, b, 2)]])));
  const [below, entered] = [await model.trunk.run(ids, {}), await own.model.trunk.run(ids, {})].map((store) =>
    store.residuals(model.hyperparameters.layers - 1),
  );
  expect(entered?.byteOffset).toBe(below?.byteOffset);
  own.release();
  one.close();
});

it('names the rows of an adapter of another base, whatever their order', async () => {
  const { model } = await loadedFamily('llama-3');
  const [a, b] = [numbers([rank, model.hyperparameters.dimensions], 1), numbers([7, rank], 2)];
  const module = 'base_model.model.model.layers.0.self_attn.q_proj';
  const peft = writePeft(join(folder, 'rows'), {}, { [`${module}.lora_A.weight`]: a, [`${module}.lora_B.weight`]: b });
  const gguf = writeGgufAdapter(join(folder, 'rows.gguf'), 'llama', 6, {
    'blk.0.attn_q.weight.lora_a': a,
    'blk.0.attn_q.weight.lora_b': b,
  });
  for (const path of [peft, gguf])
    await expect(adapted(model, path)).rejects.toThrow(`(shape) is 7 × ${rank}; the loaded model needs`);
});

it('reads llama.cpp’s adapters for models from files and from folders', async () => {
  const { model } = await loadedFamily('llama-3');
  const path = fileURLToPath(new URL('../../fixtures/folders/llama-3', import.meta.url));
  const fromFolder = await loadModel({ path, threads: 1 }, undefined, () => undefined);
  const { tensors, matrices } = everyModule(model, 2, false);
  const stored: Record<string, Numbers> = {};
  for (const { tensor, module } of modulesOf(model)) {
    const [a, b] = [tensors[`${module}.lora_A.weight`], tensors[`${module}.lora_B.weight`]] as [Numbers, Numbers];
    stored[`${tensor}.weight.lora_a`] = a;
    const source = sourceRow(model, tensor);
    stored[`${tensor}.weight.lora_b`] = {
      ...b,
      values: b.values.map((_, i) => at(b, source(Math.floor(i / rank)), i % rank)),
    };
  }
  const file = writeGgufAdapter(join(folder, 'llama-3.gguf'), 'llama', 6, stored);
  for (const base of [model, fromFolder.model]) {
    const one = await adapted(base, file);
    const own = await one.at(1, {});
    expectClose(await logitsOf(own.model), truth(model, matrices));
    own.release();
    one.close();
  }
  await fromFolder.model.release();
});

it('puts the norms of a GGUF adapter in place of the base’s', async () => {
  const { model } = await loadedFamily('qwen2');
  const norm = (seed: number) => randomNumbers(seed, [model.hyperparameters.dimensions], 1);
  const [ffn, last] = [norm(1), norm(2)];
  const [{ tensor, rows, columns }] = modulesOf(model) as [ReturnType<typeof modulesOf>[number]];
  const file = writeGgufAdapter(join(folder, 'norms.gguf'), 'qwen2', 6, {
    [`${tensor}.weight.lora_a`]: randomNumbers(3, [rank, columns], 0),
    [`${tensor}.weight.lora_b`]: randomNumbers(4, [rows, rank], 1),
    'blk.0.ffn_norm.weight': ffn,
    'output_norm.weight': last,
  });
  const one = await adapted(model, file);
  const own = await one.at(1, {});
  const vectors = new Map([
    ['blk.0.ffn_norm.weight', [...ffn.values]],
    ['output_norm.weight', [...last.values]],
  ]);
  expectClose(await logitsOf(own.model), truth(model, new Map(), vectors));
  expect(one.info.unknown).toEqual([]);
  own.release();
  one.close();
});

describe('an adapter as the second model', () => {
  const module = 'base_model.model.model.layers.0.mlp.down_proj';
  let base: Model;
  let engine: LocalEngine;
  let shape: readonly [rows: number, columns: number];
  beforeAll(async () => {
    ({ model: base, engine } = await loadedFamily('qwen2'));
    const { dimensions, feedForward } = base.hyperparameters;
    shape = [dimensions, feedForward];
  });
  afterAll(() => engine.releaseOther({}));
  const thin = (b: Numbers, a: Numbers) => ({ [`${module}.lora_A.weight`]: a, [`${module}.lora_B.weight`]: b });

  it('is measured, scaled, blamed and released', async () => {
    const text = 'The capital of France';
    const question = { text, neighbours: 0, top: 3, layers: true, centred: false };
    const before = await engine.inspect(question);
    // Directions of the sizes 4, 1 and 1 of which the first carries less than 90 %.
    const [a, b] = [numbers([3, shape[1]], 1), numbers([shape[0], 3], 2)];
    a.values.forEach((_, i) => (a.values[i] = i % (shape[1] + 1) === 0 ? 1 : 0));
    b.values.forEach((_, i) => (b.values[i] = i % 4 === 0 && i < 9 ? ([3, 1, 0.5][i / 4] as number) : 0));
    const none = numbers([shape[0], 3], 3);
    none.values.fill(0);
    const untrained = {
      'base_model.model.model.layers.1.mlp.down_proj.lora_A.weight': a,
      'base_model.model.model.layers.1.mlp.down_proj.lora_B.weight': none,
    };
    const path = writePeft(
      join(folder, 'other'),
      {},
      { ...thin(b, a), ...untrained, 'base_model.model.vision.lora_A.weight': a },
    );
    const said = await engine.loadOther({ path });
    const whole = numbersOf(base).vector('blk.0.ffn_down.weight');
    expect(said).toMatchObject({ runs: 'together', sameVocabulary: true, scale: 1 });
    expect(said.adapter).toMatchObject({
      ...{ path, form: 'peft', method: 'lora', rank: 3, alpha: 6, base: 'someone/base' },
      unknown: ['base_model.model.vision'.slice('base_model.model.'.length)],
    });
    const [first, second] = said.adapter?.modules ?? [];
    expect(first).toMatchObject({
      tensor: 'blk.0.ffn_down.weight',
      kind: 'lora',
      rank: 3,
      directions: 2,
      isZero: false,
    });
    const size = Math.sqrt(whole.reduce((sum, value) => sum + value * value, 0));
    expect(first?.relative).toBeCloseTo((2 * Math.sqrt(9 + 1 + 0.25)) / size, 9);
    expect(second).toMatchObject({
      ...{ tensor: 'blk.1.ffn_down.weight', directions: 0, relative: 0, ratio: 1, isZero: true },
    });

    const both = await engine.textInBoth({ text, count: 3 });
    const blame = await engine.blame({ text, position: 2, by: 'tensors', reverse: false });
    expect(blame.parts.map(({ part }) => part)).toEqual(
      said.adapter?.modules.map(({ tensor }, layer) => ({ kind: 'feedForward', layer, tensor })),
    );
    expect(blame.parts[0]?.divergence).toBe(blame.whole.divergence);
    expect(blame.whole.divergence).toBeCloseTo(both.kind === 'same' ? (both.divergence[0][2] as number) : NaN, 9);
    expect(blame.parts[1]?.divergence).toBe(0);
    const reverse = await engine.blame({ text, position: 2, by: 'parts', reverse: true });
    expect(reverse.parts[0]?.divergence).toBe(0);

    expect(await engine.scaleOther({ scale: 0 })).toMatchObject({ scale: 0 });
    const same = await engine.textInBoth({ text, count: 3 });
    expect(same.kind === 'same' && [...same.divergence[0]].every((value) => value === 0)).toBe(true);
    await expect(engine.scaleOther({ scale: 2.5 })).rejects.toThrow('scale is 2.5. Give -1 to 2.');
    await engine.releaseOther({});
    expect(await engine.inspect(question)).toEqual(before);
  });

  it('is refused in a sentence, and A stays', async () => {
    const before = await logitsOf(base);
    const [a, b] = [numbers([3, shape[1]], 1), numbers([shape[0], 3], 2)];
    const nan = numbers([3, shape[1]], 1);
    nan.values[5] = NaN;
    const refusals: readonly (readonly [object, Readonly<Record<string, Numbers>>, string])[] = [
      [{}, thin(b, numbers([3, 7], 1)), `lora_A.weight (shape) is 3 × 7; the loaded model needs 3 × ${shape[1]}.`],
      [
        {},
        thin(numbers([shape[0], 2], 1), a),
        `lora_B.weight (shape) is ${shape[0]} × 2; the loaded model needs ${shape[0]} × 3.`,
      ],
      [{ r: 4 }, thin(b, a), '(rank) is 3; expected: 4.'],
      [{ rank_pattern: { down_proj: 2 } }, thin(b, a), '(rank) is 3; expected: 2.'],
      [{}, thin(b, nan), 'holds NaN or infinity.'],
      [{}, { [`${module}.lora_A.weight`]: a }, 'lora_A, lora_B is missing'],
      [{ peft_type: 'IA3' }, thin(b, a), 'peft_type is IA3; Vectorscope reads LORA.'],
      [{ lora_alpha: 'x' }, thin(b, a), 'lora_alpha is "x"'],
      [{ alora_invocation_tokens: [1] }, thin(b, a), 'alora_invocation_tokens is […]; Vectorscope reads null.'],
      [{ alpha_pattern: { '.*down_proj': 2 } }, thin(b, a), 'alpha_pattern is .*down_proj'],
      [{ lora_alpha: 1e300 }, thin(b, a), '(ΔW) holds NaN or infinity.'],
      [{ init_lora_weights: 'pissa' }, thin(b, a), 'init_lora_weights is pissa'],
      [
        {},
        {
          'base_model.model.model.layers.9.mlp.down_proj.lora_A.weight': a,
          'base_model.model.model.layers.9.mlp.down_proj.lora_B.weight': b,
        },
        'none of the 1 modules that the adapter changes, such as model.layers.9.mlp.down_proj.',
      ],
      [{}, {}, 'none of the 0 modules'],
    ];
    for (const [i, [config, tensors, sentence]] of refusals.entries())
      await expect(
        engine.loadOther({ path: writePeft(join(folder, `refused-${i}`), config, tensors) }),
      ).rejects.toThrow(sentence);
    const gguf = (architecture: string, tensors: Readonly<Record<string, Numbers>>) =>
      engine.loadOther({ path: writeGgufAdapter(join(folder, 'refused.gguf'), architecture, 6, tensors) });
    await expect(gguf('llama', {})).rejects.toThrow('general.architecture is llama; the loaded model needs qwen2.');
    await expect(gguf('qwen2', { 'blk.0.ffn_down.weight.lora_a': a })).rejects.toThrow(
      'blk.0.ffn_down.weight.lora_b is missing',
    );
    const nothing = join(folder, 'nothing');
    mkdirSync(nothing);
    await expect(engine.loadOther({ path: nothing })).rejects.toThrow(
      `Neither adapter_config.json nor config.json is in ${nothing}, so it holds no adapter and no model.`,
    );
    expect(await logitsOf(base)).toEqual(before);
  });

  it('is refused or runs, whatever byte of its files is another', async () => {
    const path = writePeft(join(folder, 'spoiled'), {}, thin(numbers([shape[0], 3], 2), numbers([3, shape[1]], 1)));
    const file = writeGgufAdapter(join(folder, 'spoiled.gguf'), 'qwen2', 6, {
      'blk.0.ffn_down.weight.lora_a': numbers([3, shape[1]], 1),
      'blk.0.ffn_down.weight.lora_b': numbers([shape[0], 3], 2),
    });
    const files = [join(path, 'adapter_config.json'), join(path, 'adapter_model.safetensors'), file].map((name) => ({
      name,
      bytes: readFileSync(name),
    }));
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...files), fc.nat(600), fc.nat(255), async ({ name, bytes }, place, byte) => {
        const spoiled = Uint8Array.from(bytes);
        spoiled[place % spoiled.length] = byte;
        writeFileSync(name, spoiled);
        const ended = await engine.loadOther({ path: name === file ? file : path }).catch((error: unknown) => error);
        writeFileSync(name, bytes);
        if (ended instanceof Error)
          expect(ended).toMatchObject({ name: 'EngineError', code: expect.not.stringMatching('internal') });
      }),
      { numRuns: sampled(60, 2000) },
    );
    expect(await engine.loadOther({ path })).toMatchObject({ scale: 1 });
  });
});
