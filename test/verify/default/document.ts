import { readFileSync } from 'node:fs';
import { localEngine } from '../../../src/engine/localEngine';
import { loadModel } from '../../../src/engine/model/load';
import { defaultModel } from '../../../src/shared/defaultModel';
import { fromRoot } from '../../bench/inputs';
import { Errors } from '../../unit/support/bothTruth';
import { compareDocument } from '../../unit/support/documentTruth';
import { report } from './report';

// `npm run verify -- document`: the beginning of the guide in windows of 32 tokens on the default model, each measure
// against a run of its own window in float64, from the equations. Fails if a number is further away than its bar. It
// takes some minutes and 5 GB.

/** Of all thirty layers in float32, bits. */
const rounding = 2e-5;

export async function document(path: string): Promise<boolean> {
  const page = readFileSync(fromRoot('docs/1-token-vectors.md'), 'utf8');
  const { model } = await loadModel({ path, threads: 1 }, undefined, () => undefined);
  const engine = localEngine();
  await engine.load({ path, sha256: defaultModel.sha256 });
  const errors = new Errors({ degrees: 0, bits: rounding, divergence: 0 });
  const tokens = await compareDocument(engine, model, { text: page.slice(0, 300), window: 32 }, errors);
  await engine.close();
  await model.release();
  return report(`${tokens} tokens`, errors);
}
