import { rmSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { Team } from '../../../src/engine/kernels/team';
import { loadModel } from '../../../src/engine/model/load';
import type { Model } from '../../../src/engine/model/model';
import { KernelLayers } from '../../../src/engine/trunk/kernelLayers';
import { KernelTrunk, sliceLength } from '../../../src/engine/trunk/kernelTrunk';
import type { HomeTrunk, InnerRuns } from '../../../src/engine/trunk/trunk';
import type { LayerPart } from '../../../src/shared/ablation';
import { EngineError } from '../../../src/shared/errors';
import { bitsOf } from '../kernels/support';
import { writeTinyModel } from '../support/tinyModel';

// Runs from the middle of a text, to the bit: where another run gives the same numbers, and where nothing changes.

const layers = 3;
const tiny = writeTinyModel({ layers });
let model: Model;
let team: Team;
/** All layers in one memory, and each in one of its own. */
const trunks: Record<string, HomeTrunk & { readonly inner: InnerRuns }> = {};
let several: KernelLayers;
beforeAll(async () => {
  ({ model } = await loadModel({ path: tiny.path, threads: 1 }, undefined, () => undefined));
  team = await Team.start(1);
  const load = (most?: number) => KernelLayers.load(team, model.inFile, {}, most);
  for (const [name, loaded] of [
    ['one memory', await load()],
    ['several memories', (several = await load(1))],
  ] as const)
    trunks[name] = new KernelTrunk(loaded, model.trunk.inputEmbedding);
});
afterAll(async () => {
  await team.close();
  await model.release();
  rmSync(tiny.folder, { recursive: true });
});

const length = sliceLength + 20;
const ids = Array.from({ length }, (_, i) => (i * i) % 11);
const parts: readonly LayerPart[] = Array.from({ length: layers }, (_, layer) => [
  { kind: 'attention' as const, layer },
  { kind: 'feedForward' as const, layer },
  { kind: 'head' as const, layer, head: 1 },
]).flat();

describe.each(['one memory', 'several memories'])('layers in %s', (name) => {
  const here = () => trunks[name] as (typeof trunks)[string];
  const row = (layer: number, position: number) => {
    const { dimensions } = model.hyperparameters;
    return here()
      .store.residuals(layer)
      .slice(position * dimensions, (position + 1) * dimensions);
  };
  /** The bits of all that is stored. */
  const stored = () => {
    const { store } = here();
    const kept = Array.from({ length: layers }, (_, layer) => [
      ...[store.residuals(layer), store.keys(layer), store.values(layer)],
      ...[store.attentionSize(layer), store.feedForwardSize(layer)],
    ]);
    return Buffer.concat([...kept.flat(), store.residuals(layers)].map(bitsOf)).toString('latin1');
  };

  it('give what a run of the other text gives, across slices, and keep the text', async () => {
    const at = 10;
    const others = ids.with(at, 12);
    await here().run(others, {});
    const expected = row(layers, length - 1);
    const entered = row(0, at);
    await here().run(ids, {});
    const before = stored();
    expect(await here().inner.replaced({ kind: 'residual', layer: 0 }, at, entered, length - 1)).toEqual(expected);
    expect(row(layers, length - 1)).not.toEqual(expected);
    expect(stored() === before).toBe(true);
  });

  it('give at the last position what a text gives that differs there alone, from every residual and part', async () => {
    const last = 40;
    const read = async (text: readonly number[]) => {
      await here().run(text, {});
      const outputs: Float32Array[] = [];
      for (const part of parts) outputs.push(await here().inner.read(part, last));
      return { outputs, residuals: Array.from({ length: layers + 1 }, (_, layer) => row(layer, last)) };
    };
    const other = await read([...ids.slice(0, last), 12]);
    const own = await read(ids.slice(0, last + 1));
    const before = stored();
    for (const [layer, residual] of other.residuals.entries())
      expect(await here().inner.replaced({ kind: 'residual', layer }, last, residual, last)).toEqual(
        other.residuals[layers],
      );
    for (const [i, part] of parts.entries()) {
      const changed = (outputs: readonly Float32Array[]) =>
        here().inner.replaced(part, last, outputs[i] as Float32Array, last);
      expect(await changed(own.outputs)).toEqual(own.residuals[layers]);
      expect(await changed(other.outputs)).not.toEqual(own.residuals[layers]);
    }
    expect(stored() === before).toBe(true);
  });

  it('keep the text when they are cancelled', async () => {
    await here().run(ids, {});
    const before = stored();
    const zeros = new Float32Array(model.hyperparameters.dimensions);
    const abort = new AbortController();
    const cancelled = here().inner.replaced({ kind: 'residual', layer: 0 }, 3, zeros, length - 1, {
      signal: abort.signal,
      onFraction: () => abort.abort(),
    });
    await expect(cancelled).rejects.toMatchObject({ code: 'cancelled' });
    expect(stored() === before).toBe(true);
  });
});

it('give the same bits whichever memories hold the layers', async () => {
  const found: (Float32Array | undefined)[][] = [];
  for (const trunk of Object.values(trunks)) {
    await trunk.run(ids.slice(0, 50), {});
    const own: Float32Array[] = [];
    for (const part of parts) {
      const output = await trunk.inner.read(part, 20);
      own.push(output, await trunk.inner.replaced(part, 30, output, 49));
    }
    found.push(own);
  }
  expect(found[1]).toEqual(found[0]);
});

it('keeps nothing of a steered run for which one of the memories has no room', () => {
  const memories = several.groups.map(({ memory }) => memory);
  const vector = new Float64Array(model.hyperparameters.dimensions);
  const bytes = 8 * (1 + vector.length);
  const free = memories.map((memory) => {
    const at = memory.allocate(bytes);
    memory.release(at);
    return at;
  });
  const full = vi.spyOn(memories.at(-1)!, 'allocate').mockImplementation(() => {
    throw new EngineError('no-memory', 'There is no room for it.');
  });
  const edit = { vector, projects: false, residuals: [1, 2, 3], from: 0, to: 1 };
  const trunk = new KernelTrunk(several, model.trunk.inputEmbedding);
  expect(() => trunk.steered(edit)).toThrow('no room');
  full.mockRestore();
  expect(memories.map((memory) => memory.allocate(bytes))).toEqual(free);
});
