import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Team } from '../../../src/engine/kernels/team';
import { localEngine, type LocalEngine } from '../../../src/engine/localEngine';
import type { Model } from '../../../src/engine/model/model';
import { KernelLayers } from '../../../src/engine/trunk/kernelLayers';
import { KernelTrunk } from '../../../src/engine/trunk/kernelTrunk';
import type { HomeTrunk } from '../../../src/engine/trunk/trunk';
import type { TensorInfo, Weights } from '../../../src/engine/weights/weights';
import type { LayerPart } from '../../../src/shared/ablation';
import { modelDamaged } from '../../../src/shared/errors';
import { familyPath, familyTruth, loadedFamily } from '../support/families';

// Experts that are read from the file when they run give the bits of those in memory.

const isExperts = (name: string) => name.includes('_exps');
const expertsOf = (weights: Weights): TensorInfo[] =>
  [...weights.tensors.values()].filter(({ shape }) => shape.length === 3);

/** Weights that count the bytes of experts that are read one by one, and fail where a test says so. */
function watched(weights: Weights) {
  const watch = {
    bytes: 0,
    failsAfter: Infinity,
    weights: {
      ...weights,
      readRows(name: string, ...rest: [number, number]) {
        if (isExperts(name) && watch.failsAfter-- <= 0) throw modelDamaged`The disk has failed.`;
        const found = weights.readRows(name, ...rest);
        if (isExperts(name)) watch.bytes += found.length;
        return found;
      },
    } satisfies Weights,
  };
  return watch;
}

describe.each(['olmoe', 'gpt-oss'])('%s', (name) => {
  const { text, ids: known } = familyTruth(name);
  const ids = Array.from({ length: 46 }, (_, i) => known[(i * i) % known.length] as number);
  const position = known.length - 1;
  let model: Model;
  let team: Team;
  let whole: LocalEngine;
  let watch: ReturnType<typeof watched>;
  let inMemory: KernelTrunk;
  /** With a share of the experts in memory, in one group of layers or one each. */
  const fromFile: Record<string, KernelTrunk> = {};
  beforeAll(async () => {
    ({ model, engine: whole } = await loadedFamily(name));
    team = await Team.start(2);
    watch = watched(model.weights);
    const load = async (weights: Weights, expertShare?: number, most?: number): Promise<KernelTrunk> => {
      const layers = await KernelLayers.load(team, { ...model.inFile, weights, expertShare }, {}, most);
      return new KernelTrunk(layers, model.trunk.inputEmbedding);
    };
    inMemory = await load(model.weights);
    fromFile['no more than a stage needs'] = await load(watch.weights, 0);
    fromFile['nearly all'] = await load(watch.weights, 0.9);
    fromFile['a memory for each layer'] = await load(watch.weights, 0.1, 1);
  });
  afterAll(() => team.close());

  const layers = () => model.hyperparameters.layers;
  /** All residuals and sizes of parts after a run. */
  const storedOf = async (trunk: HomeTrunk, text_: readonly number[] = ids) => {
    const store = await trunk.run(text_, {});
    return Array.from({ length: layers() + 1 }, (_, layer) => [
      store.residuals(layer).slice(),
      layer < layers() && [store.attentionSize(layer).slice(), store.feedForwardSize(layer).slice()],
    ]);
  };
  const each = (compare: (trunk: KernelTrunk) => Promise<void>) => async () => {
    for (const trunk of Object.values(fromFile)) await compare(trunk);
  };

  it(
    'has the same bits for a whole text and a grown one, alone and with others in between',
    each(async (trunk) => {
      const expected = await storedOf(inMemory);
      const [fresh, grown] = [trunk.fresh(), trunk.fresh()];
      for (const length of [1, 2, 17]) {
        await grown.run(ids.slice(0, length), {});
        expect(await storedOf(fresh, ids.slice(length))).toEqual(await storedOf(inMemory, ids.slice(length)));
      }
      expect(await storedOf(grown)).toEqual(expected);
      expect(await storedOf(trunk)).toEqual(expected);
      for (const one of [fresh, grown]) one.release();
    }),
  );

  it(
    'has the same bits without parts, steered, replayed and from the middle',
    each(async (trunk) => {
      const { dimensions } = model.hyperparameters;
      const all: LayerPart[] = [
        { kind: 'expert', layer: 1, expert: 2 },
        { kind: 'attention', layer: 0 },
        { kind: 'feedForward', layer: 2 },
      ];
      const found: unknown[][] = [];
      for (const one of [inMemory, trunk]) {
        const ablated = one.ablated(all.map((part) => ({ part, values: null })));
        const vector = Float64Array.from({ length: dimensions }, (_, i) => Math.sin(i));
        const steered = one.steered({ vector, projects: false, residuals: [0, 2], from: 3, to: 30 });
        steered.setStrength(0.7);
        const own: unknown[] = [await storedOf(ablated), await storedOf(steered), await storedOf(one)];
        own.push(await one.replay(7, model.embedding.rows(ids.slice(20, 31))));
        for (const part of all.slice(1)) {
          const output = await one.inner.read(part, 9);
          own.push(output, await one.inner.replaced(part, 12, output, 44));
        }
        own.push(await one.inner.replaced({ kind: 'residual', layer: 2 }, 4, new Float32Array(dimensions), 45));
        found.push(own);
        ablated.release();
        steered.release();
      }
      expect(found[1]).toEqual(found[0]);
    }),
  );

  it(
    'has the same bits with changed experts, and its own after them',
    each(async (trunk) => {
      // Layer 1 takes the experts of layer 2.
      const other = (tensor: string) => tensor.replace(/^blk\.1\.(.*_exps)/, 'blk.2.$1');
      const changed = (weights: Weights): Weights => ({
        ...weights,
        tensors: new Map(
          [...weights.tensors].map(([key, tensor]) => [key, key === other(key) ? tensor : { ...tensor }]),
        ),
        read: (key, into) => weights.read(other(key), into),
        readRows: (key, first, count, into) => weights.readRows(other(key), first, count, into),
      });
      const run = async (one: KernelTrunk, weights: Weights) => {
        await one.run(ids, {});
        const trunk_ = one.changed({ from: 1, file: { ...model.inFile, weights: changed(weights) } });
        const found = (await storedOf(trunk_)).map(([residuals]) => residuals);
        trunk_.release();
        return found;
      };
      const own = await storedOf(inMemory);
      const expected = await run(inMemory, model.weights);
      expect(expected.at(-1)).not.toEqual(own.at(-1)?.[0]);
      expect(await run(trunk, watch.weights)).toEqual(expected);
      expect(await storedOf(trunk.fresh())).toEqual(own);
    }),
  );

  it('reads less than all experts for a token, and only what is not in memory', async () => {
    const { experts } = model.hyperparameters;
    const all = expertsOf(model.weights).reduce((sum, { byteLength }) => sum + byteLength, 0);
    const bytesFor = async (trunk: HomeTrunk, text_: readonly number[]) => {
      watch.bytes = 0;
      await trunk.run(text_, {});
      return watch.bytes;
    };
    const loaded = async (share: number) => {
      const file = { ...model.inFile, weights: watch.weights, expertShare: share };
      return new KernelTrunk(await KernelLayers.load(team, file, {}), model.trunk.inputEmbedding);
    };
    const [little, nearly] = [await loaded(0), await loaded(0.99)];
    const ran = (all * (experts?.used ?? NaN)) / (experts?.count ?? NaN);
    expect(await bytesFor(little, ids.slice(0, 1))).toBe(ran);
    expect(await bytesFor(nearly, ids.slice(0, 1))).toBe(ran);
    expect(await bytesFor(little.fresh(), ids.slice(0, 1))).toBeGreaterThan(0);
    expect(await bytesFor(nearly.fresh(), ids.slice(0, 1))).toBe(0);
  });

  it(
    'rejects where the file cannot be read, and runs again afterwards',
    each(async (trunk) => {
      const expected = await storedOf(inMemory);
      const other = [...ids].reverse();
      for (const failsAfter of [0, 1, 7]) {
        const fresh = trunk.fresh();
        await fresh.run(ids.slice(0, 3), {});
        watch.failsAfter = failsAfter;
        await fresh.run(other, {}).then(
          () => expect(watch.failsAfter).toBeGreaterThanOrEqual(0),
          (error: unknown) => expect(error).toMatchObject({ code: 'model-damaged', message: 'The disk has failed.' }),
        );
        watch.failsAfter = Infinity;
        expect(await storedOf(fresh)).toEqual(expected);
        expect(await storedOf(trunk.fresh(), other)).toEqual(await storedOf(inMemory, other));
        fresh.release();
      }
    }),
  );

  it('is loaded so by an engine whose memory holds no more, and answers the same', async () => {
    const roomy = { process: 2 ** 45, matrix: 2 ** 45 };
    const path = familyPath(name);
    const needed = async (limits: typeof roomy) => (await localEngine(() => limits).describe({ path })).memory.run;
    const all = (await needed({ ...roomy, matrix: 0 })) ?? NaN;
    const limits = { process: all - 1, matrix: 2 ** 45 };
    const tight = (await needed(limits)) ?? NaN;
    expect(tight).toBeLessThan(all);
    expect(await needed({ ...limits, process: tight / 2 })).toBeNull();
    const engine = localEngine(() => limits);
    const { notices } = await engine.load({ path, threads: 1 });
    expect(notices.map(({ template }) => template)).toEqual([expect.stringContaining('of the experts')]);
    for (const ask of [
      (one: LocalEngine) => one.journey({ text, position }),
      (one: LocalEngine) =>
        one.ablation({
          text,
          position,
          count: 5,
          ablated: { parts: [{ kind: 'expert', layer: 1, expert: 2 }], by: 'zero' },
        }),
    ])
      expect(await ask(engine)).toEqual(await ask(whole));
    const [own, expected] = [await engine.experts({ text, position }), await whole.experts({ text, position })];
    own.layers.forEach(({ ran, probabilities, parts }, layer) => {
      expect([ran, probabilities]).toEqual([expected.layers[layer]?.ran, expected.layers[layer]?.probabilities]);
      parts.forEach((part, i) => expect(part.size).toBeCloseTo(expected.layers[layer]?.parts[i]?.size ?? NaN, 5));
    });
  });
});
