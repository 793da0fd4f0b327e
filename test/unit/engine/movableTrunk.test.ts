import { rmSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadModel } from '../../../src/engine/model/load';
import type { Model } from '../../../src/engine/model/model';
import { AwayError, MovableTrunk } from '../../../src/engine/trunk/movableTrunk';
import { NotFinite } from '../../../src/engine/trunk/residuals';
import type { HomeTrunk } from '../../../src/engine/trunk/trunk';
import { writeTinyModel } from '../support/tinyModel';

const tiny = writeTinyModel();
let model: Model;
beforeAll(async () => void ({ model } = await loadModel({ path: tiny.path, threads: 1 }, undefined, () => undefined)));
afterAll(async () => {
  await model.release();
  rmSync(tiny.folder, { recursive: true });
});

const long = [1, 2, 3, 4, 5, 6, 7, 8];
const short = [8, 7, 6, 5];

/** What the last position of a text becomes when its vector is put in once more. */
async function expected(ids: readonly number[]) {
  const trunk = model.trunk.home.fresh();
  await trunk.run(ids, {});
  const { residuals } = await trunk.replay(ids.length - 1, model.embedding.rows(ids.slice(-1)));
  trunk.release();
  return residuals;
}

/** The layers elsewhere: as good as those at home, and they fail when they are told to. */
class Away {
  failing: Error | null = null;
  constructor(private readonly trunk: HomeTrunk) {}
  get inputEmbedding() {
    return this.trunk.inputEmbedding;
  }
  readonly run = (...args: Parameters<HomeTrunk['run']>) => this.#orFail(() => this.trunk.run(...args));
  readonly replay = (...args: Parameters<HomeTrunk['replay']>) => this.#orFail(() => this.trunk.replay(...args));
  #orFail<T>(work: () => Promise<T>): Promise<T> {
    return this.failing ? Promise.reject(this.failing) : work();
  }
}

describe('layers that come back from elsewhere', () => {
  it.each(['lost', 'moved back'])(
    'replay the text that was run there, not a longer one that was run here before (%s)',
    async (how) => {
      const home = model.trunk.home.fresh();
      const away = new Away(model.trunk.home.fresh());
      const trunk = new MovableTrunk(home);
      await trunk.run(long, {});
      trunk.moveTo(away);
      await trunk.run(short, {});
      if (how === 'lost') away.failing = new AwayError('The device is gone.', true);
      else trunk.moveBack();
      const { residuals } = await trunk.replay(short.length - 1, model.embedding.rows(short.slice(-1)));
      expect(residuals).toEqual(await expected(short));
      home.release();
    },
  );

  it('run a text whose numbers were not finite elsewhere, and go on there', async () => {
    const [home, other] = [model.trunk.home.fresh(), model.trunk.home.fresh()];
    const away = new Away(other);
    const trunk = new MovableTrunk(home);
    trunk.moveTo(away);
    away.failing = new NotFinite(1);
    expect(await trunk.run(short, {})).toBe(home.store);
    away.failing = null;
    expect(await trunk.run(long, {})).toBe(other.store);
    for (const one of [home, other]) one.release();
  });
});

describe('numbers that are not finite', () => {
  it.each([Infinity, NaN])('are refused where they are made, and leave what was run as it was (%d)', async (value) => {
    const trunk = model.trunk.home.fresh();
    const { layers, dimensions } = model.hyperparameters;
    const before = (await trunk.run(short, {})).residuals(layers).slice();
    const vector = new Float32Array(dimensions);
    vector[3] = value;
    await expect(trunk.replay(1, vector)).rejects.toMatchObject({
      code: 'model-damaged',
      message: expect.stringMatching(/^The residual r0 of the model is not finite/) as string,
    });
    expect(trunk.store.residuals(layers)).toEqual(before);
    await expect(model.directions.search([vector], { count: 1, lists: ['dot'] })).rejects.toMatchObject({
      code: 'model-damaged',
    });
    await expect(model.directions.dots([vector])).rejects.toMatchObject({ code: 'model-damaged' });
    trunk.release();
  });
});
