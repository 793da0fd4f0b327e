import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { dot } from '../../../src/engine/arrays/vectors';
import { AdaptedModel, adapterAt } from '../../../src/engine/model/adapted';
import type { Model } from '../../../src/engine/model/model';
import { families } from '../../../src/engine/weights/huggingFace/families';
import { randomNumbers, writePeft, type Numbers } from '../support/adapters';
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
  const prefix = { gpt2: 'transformer.', gptneox: 'gpt_neox.' }[family.architecture] ?? 'model.';
  return Array.from({ length: hyperparameters.layers }, (_, layer) =>
    Object.entries(family.parts).flatMap(([ours, theirs]) => {
      const tensor = `blk.${layer}.${ours}`;
      const shape = weights.tensors.get(`${tensor}.weight`)?.shape ?? [];
      const [rows = 0, columns = 0] = shape;
      if (shape.length !== 2) return [];
      const module = `base_model.model.${prefix}${family.layers ?? 'layers'}.${layer}.${theirs}`;
      return [{ tensor, module, rows, columns }];
    }),
  ).flat();
}

/** The row of a module that GGUF has at a place. */
function sourceRow({ weights, hyperparameters }: Model, tensor: string): (row: number) => number {
  const { heads, keyValueHeads, headSize } = hyperparameters;
  const architecture = weights.metadata.get('general.architecture');
  if (architecture === 'llama' && /attn_[qk]$/.test(tensor) && weights.metadata.get('llama.rope.interleaved') !== false)
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

describe.each(sampled(['gpt2', 'gptneox', 'llama-3'], familyNames))('%s', (name) => {
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
    expectClose(await logitsOf(own.model), truth(model, matrices));
    own.release();
    const none = await one.at(0, {});
    expect(await logitsOf(none.model)).toEqual(before);
    none.release();
    one.close();
    expect(await logitsOf(model)).toEqual(before);
  });
});
