import { defaults, type Control } from '../../shared/engine';
import { EngineError } from '../../shared/errors';
import type { Lens, LensCell, LensRequest } from '../../shared/layers';
import { checkCount } from './limits';
import type { Model } from '../model/model';
import { pause } from '../tasks/pause';
import { probability, type PositionStore } from './positions';
import type { Ranked } from '../directions/ranking';
import type { Softmax } from '../directions/softmax';
import { row } from '../tools/vectors';
import { measureText } from './run';
import { tokenise } from './tokenise';

/** Candidates beyond those asked for; cells are many, and what float32 confuses lies close together. */
const margin = 4;
/** Cells that go through the vocabulary's rows together. */
const cellsTogether = 256;

/**
 * What every position would predict if the layers ended early: nostalgebraist's logit lens, with the final norm on each
 * residual.
 */
export async function lens(
  model: Model,
  store: PositionStore,
  request: LensRequest,
  { onProgress, ...quiet }: Control,
): Promise<Lens> {
  const { layers, dimensions } = model.hyperparameters;
  const { first, count, top, positions } = request;
  checkCount(top);
  if (!Number.isInteger(first) || !Number.isInteger(count) || first < 0 || count < 1 || first + count > layers + 1) {
    throw new EngineError(
      'bad-request',
      `Residuals ${first} to ${first + count - 1} were asked for; the model has 0 to ${layers}.`,
    );
  }
  const { ids, length } = tokenise(model, { ...request, most: 0 });
  const { from, to } = positions ?? { from: 0, to: length };
  if (!Number.isInteger(from) || !Number.isInteger(to) || from < 0 || from >= to || to > length) {
    throw new EngineError(
      'bad-request',
      `Positions ${from} to ${to - 1} were asked for; the text has ${length} that were run.`,
    );
  }
  const width = to - from;
  await measureText(model, store, ids.slice(0, length), defaults.top, [], quiet);
  const trunk = await model.trunk.run(ids.slice(0, length), quiet);

  const list = model.directions.bias ? 'logit' : 'dot';
  const cells: LensCell[] = [];
  const total = count * width;
  for (let begin = 0; begin < total; begin += cellsTogether) {
    const places = Array.from({ length: Math.min(cellsTogether, total - begin) }, (_, i) => ({
      layer: first + Math.floor((begin + i) / width),
      position: from + ((begin + i) % width),
    }));
    const queries = places.map(({ layer, position }) =>
      Float32Array.from(model.finalNorm(row(trunk.residuals(layer), position, dimensions))),
    );
    const targets = Int32Array.from(places, ({ position }) => ids[position + 1] ?? -1);
    const found = await model.directions.search(queries, {
      count: top,
      lists: [list],
      hidden: queries.length,
      targets,
      margin,
      signal: quiet.signal,
    });
    for (const { ranked, softmax, before } of found) cells.push(cell(model, ranked[list], softmax as Softmax, before));
    onProgress?.({ stage: 'lens', fraction: (begin + places.length) / total });
    await pause(quiet.signal);
  }
  return { first, rows: Array.from({ length: count }, (_, layer) => cells.slice(layer * width, (layer + 1) * width)) };
}

function cell(model: Model, ranked: readonly Ranked[], softmax: Softmax, before: number | null): LensCell {
  const top = ranked.map(({ id, value }) => ({
    token: model.vocabulary.token(id),
    probability: probability(model, value, softmax),
  }));
  return { top, entropy: softmax.entropy, rank: before === null ? null : before + 1 };
}
