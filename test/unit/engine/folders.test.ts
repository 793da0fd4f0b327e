import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { architectureOf } from '../../../src/engine/architecture/families';
import { row } from '../../../src/engine/arrays/vectors';
import { loadModel } from '../../../src/engine/model/load';
import { rawLogits } from '../../../src/engine/model/logits';
import type { Model } from '../../../src/engine/model/model';
import { openModelFile } from '../../../src/engine/model/modelFile';
import { deviation, truthAt } from '../support/truth';

// Every family as a folder against the published model class in float64: see make_folders.py.

const folders = fileURLToPath(new URL('../../fixtures/folders/', import.meta.url));
const families = fileURLToPath(new URL('../../fixtures/families/', import.meta.url));
const names = readdirSync(folders).filter((name) => name !== 'configs');
const scratch = mkdtempSync(join(tmpdir(), 'vectorscope-folders-'));
afterAll(() => rmSync(scratch, { recursive: true }));

const truthOf = (name: string) =>
  truthAt(
    ['qwen3-bf16', 'qwen3moe-fp8', 'gpt-oss-mxfp4'].includes(name)
      ? join(folders, name, 'truth.json')
      : join(families, `${name}.json`),
  );

it('there is a folder of every family', () => {
  const known = new Set(
    names.map((name) => {
      const { weights } = openModelFile(join(folders, name));
      weights.close();
      return architectureOf(weights).name;
    }),
  );
  expect([...known].sort()).toEqual([
    'cohere2',
    'exaone4',
    'gemma2',
    'gemma3',
    'gemma4',
    'glm4',
    'gpt-oss',
    'gpt2',
    'gptneox',
    'granite',
    'granitemoe',
    'lfm2',
    'llama',
    'mistral3',
    'olmo2',
    'olmoe',
    'phi2',
    'phi3',
    'qwen2',
    'qwen3',
    'qwen35',
    'qwen3moe',
    'smollm3',
  ]);
});

describe.each(names)('%s', (name) => {
  const truth = truthOf(name);
  const { text, ids } = truth;
  let model: Model;
  beforeAll(async () => {
    ({ model } = await loadModel({ path: join(folders, name), threads: 1 }, undefined, () => undefined));
  });
  afterAll(() => model.release());

  it('reads the text as the tokenizer does', () =>
    expect(Array.from(model.tokenizer.encode(text, { plain: false }).ids)).toEqual(ids));

  it('has the logits and the residuals of the published model', async () => {
    const { layers, dimensions } = model.hyperparameters;
    const store = await model.trunk.run(ids, {});
    const logits: Float32Array[] = [];
    for (const position of ids.keys()) {
      const hidden = Float32Array.from(model.finalNorm(row(store.residuals(layers), position, dimensions)));
      logits.push(rawLogits(model, await model.directions.dots([hidden])).map((logit) => model.capped(logit)));
    }
    expect(
      deviation(
        logits,
        ids.map((_, position) => truth.at(position)),
      ),
    ).toBeLessThanOrEqual(1e-5);
    expect(truth.residualSizes).toHaveLength(layers + 1);
    truth.residualSizes.forEach((sizes, layer) =>
      sizes.forEach((size, position) => {
        const found = Math.hypot(...row(store.residuals(layer), position, dimensions));
        expect(Math.abs(found - size) / size, `layer ${layer}, position ${position}`).toBeLessThanOrEqual(1e-4);
      }),
    );
  });
});
