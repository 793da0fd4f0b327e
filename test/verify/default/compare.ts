import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { swapsOf } from '../../../src/engine/analysis/both/blame';
import { localEngine, type LocalEngine } from '../../../src/engine/localEngine';
import { loadModel } from '../../../src/engine/model/load';
import type { Model } from '../../../src/engine/model/model';
import type { Both } from '../../../src/shared/both';
import { defaultModel } from '../../../src/shared/defaultModel';
import { compareBlame, compareRows, compareText, Errors } from '../../unit/support/bothTruth';
import { requantise } from '../../unit/support/requantise';
import { report } from './report';

// `npm run verify -- compare`: the default model against copies of itself in Q8_0 and Q4_0, which it makes, on a short
// text: divergences, surprisals, angles and sizes of h, of every residual and of every row, and the parts of logits'
// changes, against float64 from the equations; and what every ninth part of the Q4_0 copy does in the default model's
// place. Fails if a number is further away than its bar. It takes some minutes
// and 5 GB.

const text = 'The capital of France is';
const count = 10;
/** Of all thirty layers in float32, which shows where a copy differs by a degree or less. */
const rounding = { degrees: 2e-4, bits: 2e-5, divergence: 1e-6 };
const types = ['Q8_0', 'Q4_0'] as const;

export async function compare(path: string): Promise<boolean> {
  const folder = mkdtempSync(join(tmpdir(), 'vectorscope-compare-'));
  let missed = false;
  try {
    for (const type of types) {
      const copy = join(folder, `default.${type}.gguf`);
      writeFileSync(copy, requantise(readFileSync(path), type));
      const load = async (one: string) =>
        (await loadModel({ path: one, threads: 1 }, undefined, () => undefined)).model;
      const models = [await load(path), await load(copy)] as const;
      const engine = localEngine();
      await engine.load({ path, sha256: defaultModel.sha256 });
      await engine.loadOther({ path: copy });
      const errors = new Errors(rounding);
      await compareText(engine, models, text, count, errors);
      await compareRows(engine, models, errors);
      if (type === 'Q4_0') await compareParts(engine, models, errors);
      await engine.close();
      for (const model of models) await model.release();
      rmSync(copy);

      if (!report(type, errors)) missed = true;
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
  return !missed;
}

/** Each part takes float64 a few seconds. */
const partsApart = 9;

async function compareParts(engine: LocalEngine, models: Both<Model>, errors: Errors): Promise<void> {
  const ids = (await engine.tokenise({ text })).tokens.map(({ id }) => id);
  const found = await engine.blame({ text, position: ids.length - 1, by: 'parts', reverse: false });
  const some = <T>(all: readonly T[]) => all.filter((_, i) => i % partsApart === 0);
  compareBlame(models, ids, { ...found, parts: some(found.parts) }, some(swapsOf(models, 'parts')), errors);
}
