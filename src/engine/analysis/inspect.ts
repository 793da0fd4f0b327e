import { defaults, type Control, type InspectRequest, type ModelInfo } from '../../shared/engine';
import {
  inspectedLists,
  inspectedToken,
  type InspectedLayers,
  type InspectedNeighbours,
  type InspectedPrediction,
  type Inspection,
} from '../../shared/inspection';
import { byMetric, metrics, type ByMetric } from '../../shared/metrics';
import { measureKeys, namedOnly } from '../../shared/neighbourTable';
import { norm, row } from '../arrays/vectors';
import type { FoundRows } from '../directions/directions';
import { metricBetween, rowAsQuery, type Ranked } from '../directions/ranking';
import { biasOf } from '../model/logits';
import type { Model } from '../model/model';
import { largestDimensions } from './dimensions';
import { byMeasure } from './hiddenVectors';
import { inspectListed } from './inspectListed';
import { checkCount } from './limits';
import { listedRun } from './listedRun';
import { measured, type RowQuery, sidesOf } from './neighbours';
import { tokenProbability, type LoadedModel, type Position } from './positions';
import { promptEdge } from './promptEdge';
import { layerMeasures, measureText, tokenNamesOf, surprisals } from './run';
import { tokenise } from './tokenise';

/** Tokenise → embed → run → measure → describe: the whole inspection of a text. */
export async function inspectText(
  loaded: Pick<LoadedModel, 'model' | 'positions'>,
  info: ModelInfo,
  request: InspectRequest,
  control: Control,
): Promise<Inspection> {
  const { model } = loaded;
  checkCount(request.neighbours, 0);
  checkCount(request.top, 0);
  if (request.dimensions !== undefined) checkCount(request.dimensions);
  const { tokenisation, ids, length } = tokenise(model, request);
  const inspected = ids.slice(0, length);
  const distinct = request.neighbours > 0 ? [...new Set(inspected)] : [];
  const asked = request.top > 0 || request.layers;
  const lists = asked && model.served !== null && model.served.server.gives !== 'hidden';
  const listed = lists ? await listedRun(model.served.server, tokenNamesOf(model), inspected, control) : null;
  const runs = asked && !lists;

  const outputs = Math.max(request.top, request.neighbours, defaults.nearest);
  const { directions, queries } = sidesOf(model, request.space);
  // Input vectors and hidden vectors go through one matrix together where they are compared with the same rows.
  const joined = runs && !request.centred && directions === model.directions && queries === model.embedding;
  const together = joined ? distinct : [];
  const run = runs ? await measureText(loaded, inspected, control, outputs, together) : undefined;
  const found = run && joined ? run.neighbours : await findNeighbours(model, distinct, request, control);

  const neighbours = new Map(
    distinct.map((id, i) => [
      id,
      byMetric((metric) => (found[i] as FoundRows).ranked[metric].slice(0, request.neighbours)),
    ]),
  );
  const space = request.centred && distinct.length > 0 ? await directions.centred() : directions.raw;
  const queryOf = (id: number): RowQuery => {
    const query = rowAsQuery(directions, space, queries, id);
    return { directions, space, query, size: norm(query) };
  };
  const edge = run && tokenisation.leftOut === 0 ? promptEdge(model, run.positions, inspected) : undefined;
  const surprisal = run ? surprisals(model, run.positions, inspected) : undefined;
  return {
    ...inspectListed(info, tokenisation, listed, request.top),
    ...(run && { tokens: tokenisation.tokens.map((token) => inspectedToken(token, surprisal?.[token.index])) }),
    ...(request.neighbours > 0 && {
      ...(!info.tied && { space: request.space ?? 'input' }),
      neighbours: inspected.map((id, index): InspectedNeighbours => ({
        index,
        ...entries(model, neighbours.get(id) as ByMetric<Ranked[]>, () => queryOf(id)),
      })),
    }),
    ...(request.top > 0 &&
      run && {
        predictions: run.positions.map((position, index) => describePrediction(model, position, index, request.top)),
      }),
    ...(edge && {
      edge: {
        ...{ index: edge.from, whole: { id: edge.whole.id, text: edge.whole.text } },
        ...{ probability: edge.probability, typed: edge.typed },
      },
    }),
    ...(request.layers &&
      run && {
        layers: {
          ...plainRows(layerMeasures(run.positions)),
          ...(request.dimensions !== undefined && {
            dimensions: await dimensionsOfAll(model, inspected, request.dimensions, control),
          }),
        },
      }),
  };
}

/** The largest dimensions of every residual, by layer, then position. The text was run. */
async function dimensionsOfAll(
  model: Model,
  ids: readonly number[],
  count: number,
  { signal }: Control,
): Promise<NonNullable<InspectedLayers['dimensions']>> {
  const { layers, dimensions } = model.hyperparameters;
  const store = await model.trunk.run(ids, { signal });
  return Array.from({ length: layers + 1 }, (_, layer) => {
    const residuals = store.residuals(layer);
    return ids.map((__, position) => largestDimensions(row(residuals, position, dimensions), count));
  });
}

async function findNeighbours(
  model: Model,
  ids: readonly number[],
  { neighbours, centred, space: between }: InspectRequest,
  { signal }: Control,
): Promise<FoundRows[]> {
  if (ids.length === 0) return [];
  const { directions, queries: matrix } = sidesOf(model, between);
  const space = centred ? await directions.centred() : directions.raw;
  return directions.search(
    ids.map((id) => rowAsQuery(directions, space, matrix, id)),
    { count: neighbours, lists: metrics, space, signal },
  );
}

function describePrediction(
  model: Model,
  { hidden, hiddenSize, softmax, likeliest, nearest }: Position,
  index: number,
  top: number,
): InspectedPrediction {
  return {
    index,
    hiddenSize,
    entropy: softmax.entropy,
    top: likeliest.slice(0, top).map(({ id, value }) => {
      const length = model.directions.sizes.of[id] as number;
      return {
        id,
        text: model.tokenizer.textOf(id),
        probability: tokenProbability(model, value, softmax),
        logit: model.capped(value),
        rawLogit: value,
        size: length,
        cosine: metricBetween('cosine', hidden, hiddenSize, model.directions.matrix.row(id), length),
        bias: biasOf(model, id),
      };
    }),
    nearest: entries(
      model,
      byMetric((metric) => nearest[metric].slice(0, defaults.nearest)),
      () => ({ directions: model.directions, space: model.directions.raw, query: hidden, size: hiddenSize }),
    ),
  };
}

/** Rows are costly to read, so they are measured only if JSON has a measure. */
const entries = (model: Model, lists: ByMetric<readonly Ranked[]>, query: () => RowQuery) =>
  inspectedLists(
    byMetric((metric) =>
      lists[metric].map(({ id, value }) => ({
        ...(measureKeys.length > 0 && measured(query(), id)),
        token: namedOnly({ id, text: model.tokenizer.textOf(id) }),
        values: { [metric]: value },
      })),
    ),
  );

const plainRows = (rows: ReturnType<typeof layerMeasures>): NonNullable<Inspection['layers']> =>
  byMeasure((measure) => rows[measure].map((row) => Array.from(row)));
