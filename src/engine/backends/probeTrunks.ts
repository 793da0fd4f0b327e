import type { BackendAgreement } from '../../shared/backend';
import type { Signal } from '../../shared/engine';
import { row } from '../arrays/vectors';
import type { Model } from '../model/model';
import { probeIds } from '../model/probe';
import { NotFinite } from '../trunk/residuals';
import type { Trunk } from '../trunk/trunk';
import { agreementOf, worstOf, type Residuals } from './agreement';
import { onnxSliceLength } from './onnx/sessionTrunk';

/** Positions whose likeliest next tokens are compared. */
const compared = 64;

/**
 * Compares the layers as they were loaded with others on the probe text. A GPU may use another kernel for each number
 * of positions, so they run a short text, one position again, and a full slice.
 */
export async function probeTrunks(model: Model, away: Trunk, signal: Signal): Promise<BackendAgreement> {
  const ids = probeIds(model);
  const last = ids.length - 1;
  const ways: readonly ((trunk: Trunk) => Promise<Residuals>)[] = [
    (trunk) => residualsOf(model, trunk, ids, signal),
    async (trunk) => (await trunk.replay(last, model.embedding.rows(ids.slice(last)), { signal })).residuals,
    (trunk) =>
      residualsOf(model, trunk, repeated(ids, Math.min(onnxSliceLength, model.hyperparameters.contextLength)), signal),
  ];
  const home = model.trunk.home.fresh();
  const agreements: BackendAgreement[] = [];
  try {
    for (const run of ways) {
      const expected = await run(home);
      const found = await run(away).catch(orNotFinite);
      if (found instanceof NotFinite)
        return { cosine: NaN, layer: Math.max(0, found.residual - 1), deviation: NaN, sameTop: false };
      const [ours, theirs] = [await tops(model, expected, signal), await tops(model, found, signal)];
      agreements.push(
        agreementOf(
          expected,
          found,
          model.embedding.dimensions,
          ours.every((id, i) => id === theirs[i]),
        ),
      );
    }
  } finally {
    home.release();
  }
  return worstOf(agreements);
}

function orNotFinite(error: unknown): NotFinite {
  if (error instanceof NotFinite) return error;
  throw error;
}

/** A text of `length` tokens that begins differently, so nothing of the last run is reused. */
export const repeated = (ids: readonly number[], length: number): number[] =>
  Array.from({ length }, (_, i) => ids[(i + 1) % ids.length] as number);

async function residualsOf(
  { hyperparameters: { layers } }: Model,
  trunk: Trunk,
  ids: readonly number[],
  signal: Signal,
): Promise<Residuals> {
  const store = await trunk.run(ids, { signal });
  // A run of the user may move the memory meanwhile.
  return Array.from({ length: layers + 1 }, (_, layer) => store.residuals(layer).slice());
}

/** The likeliest next token at each of the first positions. A logit cap changes no order. */
async function tops(model: Model, residuals: Residuals, signal: Signal): Promise<number[]> {
  const { dimensions } = model.embedding;
  const last = residuals.at(-1) as Float32Array;
  const count = Math.min(compared, last.length / dimensions);
  const hidden = Array.from({ length: count }, (_, i) => Float32Array.from(model.finalNorm(row(last, i, dimensions))));
  const list = model.directions.bias ? 'logit' : 'dot';
  const found = await model.directions.search(hidden, { count: 1, lists: [list], signal });
  return found.map(({ ranked }) => ranked[list][0]?.id ?? -1);
}
