import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hyperparametersOf } from '../../../src/engine/architecture/families';
import { Team } from '../../../src/engine/kernels/team';
import { loadModel } from '../../../src/engine/model/load';
import { planRun } from '../../../src/engine/model/memory';
import type { Model } from '../../../src/engine/model/model';
import { InputEmbedding } from '../../../src/engine/trunk/inputEmbedding';
import { KernelLayers } from '../../../src/engine/trunk/kernelLayers';
import { KernelTrunk } from '../../../src/engine/trunk/kernelTrunk';
import type { TrunkStore } from '../../../src/engine/trunk/trunk';
import type { MetadataValue, TensorInfo } from '../../../src/engine/weights/weights';
import { bitsOf } from '../kernels/support';
import { familyTruth, loadedFamily } from '../support/families';

// Layers that read what other layers and the tokens gave, wherever those stand.

const { ids } = familyTruth('gemma4');
const last = ids.length - 1;
let model: Model;
let team: Team;
const trunks: Record<string, KernelTrunk> = {};
beforeAll(async () => {
  ({ model } = await loadedFamily('gemma4'));
  team = await Team.start(1);
  for (const [name, most] of [
    ['one memory', undefined],
    ['several memories', 1],
  ] as const)
    trunks[name] = new KernelTrunk(await KernelLayers.load(team, model.inFile, {}, most), model.trunk.inputEmbedding);
});
afterAll(() => team.close());

const layers = [0, 1, 2, 3, 4, 5];
const stored = (store: TrunkStore) =>
  layers.map((layer) =>
    [store.residuals(layer + 1), store.keys(layer), store.values(layer)].map((values) => bitsOf(values)),
  );

describe.each(['one memory', 'several memories'])('layers in %s', (name) => {
  const here = () => trunks[name] as KernelTrunk;

  it('are the same as in one', async () => {
    const whole = stored(await (trunks['one memory'] as KernelTrunk).run(ids, {}));
    expect(stored(await here().run(ids, {}))).toEqual(whole);
    expect(stored(await here().fresh().run(ids.slice(0, 9), {}))[5]?.[1]).toHaveLength(4 * 9 * 2 * 16);
  });

  it('give a text that grew the bits of a whole run', async () => {
    const whole = stored(await here().run(ids, {}));
    const grown = here().fresh();
    for (const length of [1, 2, 9, ids.length]) await grown.run(ids.slice(0, length), {});
    expect(stored(grown.store)).toEqual(whole);
    grown.release();
  });

  it.each([...layers, 6])('are unchanged where residual %i is replaced by itself', async (layer) => {
    const store = await here().run(ids, {});
    const before = stored(store);
    const whole = bitsOf(store.residuals(6).slice(last * 24));
    for (const at of [0, 5, last]) {
      const own = await here().inner.read({ kind: 'residual', layer }, at);
      const found = await here().inner.replaced({ kind: 'residual', layer }, at, own, last);
      expect(bitsOf(found)).toEqual(whole);
    }
    expect(stored(here().store)).toEqual(before);
  });

  it.each([...layers, 6])('run on from residual %i of another trunk', async (from) => {
    const whole = stored(await here().run(ids, {}));
    const changed = here().changed({ file: model.inFile, from });
    const grown = await changed.run(ids.slice(0, 5), {}).then(() => changed.run(ids, {}));
    expect(stored(grown).slice(from)).toEqual(whole.slice(from));
    changed.release();
  });

  it('replay a token from its own row, and with another vector keep the vectors of the token', async () => {
    const store = await here().run(ids, {});
    const whole = bitsOf(store.residuals(6).slice(7 * 24, 8 * 24));
    const own = await here().replay(7, model.embedding.rows([ids[7] as number]));
    expect(bitsOf(own.residuals[6] as Float32Array)).toEqual(whole);
    const other = await here().replay(7, model.embedding.rows([5]));
    const asToken = await here().fresh().run(ids.with(7, 5).slice(0, 8), {});
    expect(bitsOf(other.residuals[0] as Float32Array)).toEqual(bitsOf(asToken.residuals(0).slice(7 * 24)));
    expect(bitsOf(other.residuals[1] as Float32Array)).not.toEqual(bitsOf(asToken.residuals(1).slice(7 * 24)));
  });
});

describe('a damaged file', () => {
  /** Reads the header as a load does, with some keys changed, some tensors missing and some of another shape. */
  const read = (
    keys: Record<string, MetadataValue>,
    shapes: Record<string, readonly number[] | null> = {},
    { inFile: { architecture, weights }, embedding } = model,
  ) => {
    const tensors = new Map(weights.tensors);
    for (const [name, shape] of Object.entries(shapes)) {
      if (shape) tensors.set(name, { ...(tensors.get(name) as TensorInfo), shape });
      else tensors.delete(name);
    }
    const named = Object.entries(keys).map(([key, value]) => [`gemma4.${key}`, value] as const);
    const changed = { ...weights, tensors, metadata: new Map([...weights.metadata, ...named]) };
    const hyperparameters = hyperparametersOf(architecture, changed);
    InputEmbedding.read(changed, architecture, hyperparameters, embedding);
    return planRun(
      { vocabulary: 307, matrices: [1] },
      { architecture, model: hyperparameters, weights: changed },
      { process: Infinity, matrix: Infinity },
    );
  };

  it('is one that differs', () => expect(read({}).bytes).toBeGreaterThan(0));

  it.each([
    [{ 'attention.shared_kv_layers': 1 }, {}, /blk\.4\.attn_k\.weight/],
    [{ 'attention.shared_kv_layers': 5 }, {}, /gemma4\.attention\.shared_kv_layers is 5; expected: 0…4/],
    [{ 'attention.shared_kv_layers': 6 }, {}, /gemma4\.attention\.shared_kv_layers is 6/],
    [{ 'attention.shared_kv_layers': -1 }, {}, /gemma4\.attention\.shared_kv_layers is -1/],
    [{ 'attention.sliding_window_pattern': [true, false] }, {}, /sliding_window_pattern is \[…\] \(2\); expected: 6 ×/],
    [{ 'attention.head_count_kv': [2, 2, 3, 2, 2, 2] }, {}, /gemma4\.attention\.head_count_kv is 2, 3/],
    [{ 'attention.value_length_swa': 6 }, {}, /gemma4\.attention\.value_length_swa is 6/],
    [{ 'rope.dimension_count_swa': 4 }, {}, /gemma4\.rope\.dimension_count_swa is 4/],
    [{ expert_count: 8 }, {}, /gemma4\.embedding_length_per_layer_input is ≠ 0 \(experts\)/],
    [{ feed_forward_length: [44, 44] }, {}, /gemma4\.feed_forward_length is "44, 44"; expected: 6 ×/],
    [{ embedding_length_per_layer_input: 9 }, {}, /per_layer_token_embd\.weight \(shape\) is 307 × 60/],
    [{ embedding_length_per_layer_input: 0 }, {}, /such as “blk\.0\.inp_gate\.weight”/],
    [{}, { 'per_layer_token_embd.weight': null }, /per_layer_token_embd\.weight/],
    [{}, { 'per_layer_token_embd.weight': [300, 60] }, /per_layer_token_embd\.weight \(shape\) is 300 × 60/],
    [{}, { 'per_layer_model_proj.weight': [60, 20] }, /per_layer_model_proj\.weight \(shape\) is 60 × 20/],
    [{}, { 'blk.2.inp_gate.weight': [9, 24] }, /9/],
    [{}, { 'blk.2.proj.weight': [24, 9] }, /blk\.2\.proj\.weight \(shape\) is 24 × 9/],
    [{}, { 'blk.1.attn_k.weight': [16, 24] }, /blk\.1\.attn_k_norm\.weight \(shape\) is 16; expected: 8/],
    [{}, { 'blk.4.attn_output.weight': [24, 96] }, /blk\.4\.attn_output\.weight \(shape\) is 24 × 96/],
    [{}, { 'blk.3.layer_output_scale.weight': [2] }, /blk\.3\.layer_output_scale\.weight \(shape\) is 2/],
    [{}, { 'rope_freqs.weight': [4] }, /rope_freqs\.weight \(shape\) is 4; expected: 8/],
  ])('with %j and %j is refused by its name', (keys, shapes, sentence) =>
    expect(() =>
      read(keys as Record<string, MetadataValue>, shapes as Record<string, readonly number[] | null>),
    ).toThrow(sentence),
  );

  it.each([
    ['blk.2.ffn_gate_inp.scale', null, /blk\.2\.ffn_gate_inp\.scale/],
    ['blk.2.ffn_gate_inp.scale', [1], /blk\.2\.ffn_gate_inp\.scale \(shape\) is 1; expected: 24/],
    ['blk.2.ffn_down_exps.scale', [4], /blk\.2\.ffn_down_exps\.scale \(shape\) is 4; expected: 5/],
    [
      'blk.2.ffn_gate_up_exps.weight',
      [5, 20, 24],
      /gate_up_exps\.weight \(shape\) is 5 × 20 × 24; expected: 5 × 40 × 24/,
    ],
    ['blk.2.post_ffw_norm_1.weight', null, /blk\.2\.post_ffw_norm_1\.weight/],
    ['blk.2.pre_ffw_norm_2.weight', [20], /blk\.2\.pre_ffw_norm_2\.weight \(shape\) is 20/],
  ])('of a mixture with %s as %j is refused by its name', async (name, shape, sentence) => {
    const mixture = (await loadedFamily('gemma4-experts')).model;
    expect(() => read({}, { [name]: shape }, mixture)).toThrow(sentence);
  });
});

it('without a cap of its logits is capped as llama.cpp does, and with a cap of 0 not at all', () => {
  const { architecture, weights } = model.inFile;
  const capOf = (cap?: number) => {
    const metadata = new Map(weights.metadata);
    metadata.delete('gemma4.final_logit_softcapping');
    if (cap !== undefined) metadata.set('gemma4.final_logit_softcapping', cap);
    return hyperparametersOf(architecture, { ...weights, metadata }).logitCap;
  };
  expect([capOf(), capOf(0), capOf(4)]).toEqual([30, undefined, 4]);
});

/** A safetensors file with one more tensor of zeros. */
function withTensor(file: Buffer, name: string, shape: readonly [number, number]): Buffer {
  const begin = 8 + Number(file.readBigUInt64LE());
  const header = JSON.parse(file.toString('utf8', 8, begin)) as Record<string, object>;
  const data = Buffer.concat([file.subarray(begin), Buffer.alloc(2 * shape[0] * shape[1])]);
  header[name] = { dtype: 'F16', shape, data_offsets: [file.length - begin, data.length] };
  const written = Buffer.from(JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(written.length));
  return Buffer.concat([length, written, data]);
}

describe('a folder', () => {
  const folder = mkdtempSync(join(tmpdir(), 'vectorscope-gemma4-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const published = fileURLToPath(new URL('../../fixtures/folders/gemma4', import.meta.url));
  const load = () => loadModel({ path: folder, threads: 1 }, undefined, () => undefined);

  it('may have matrices of keys that layers with others’ keys do not read', async () => {
    cpSync(published, folder, { recursive: true });
    const file = join(folder, 'model.safetensors');
    writeFileSync(file, withTensor(readFileSync(file), 'model.layers.5.self_attn.k_proj.weight', [32, 24]));
    const found = (await load()).model;
    expect(found.runner).not.toBeNull();
    await found.release();
  });
});
