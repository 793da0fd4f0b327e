import type { Control, LayerMeasures, Signal } from '../../shared/engine';
import { row } from '../arrays/vectors';
import type { Model } from '../model/model';
import type { ServedLayers } from '../model/modelInfo';
import type { TokenRows } from '../trunk/residuals';

const measures = ['residualSize', 'angleToInput', 'angleToPrediction', 'attentionSize', 'feedForwardSize'] as const;

/** One value for each measure of the layers. */
export const byMeasure = <T>(of: (measure: keyof LayerMeasures) => T): Record<keyof LayerMeasures, T> =>
  Object.fromEntries(measures.map((measure) => [measure, of(measure)])) as Record<keyof LayerMeasures, T>;

/** What is measured of the layers at one position: an entry a residual, or a layer. See `LayerMeasures`. */
export type LayersOfPosition = Readonly<Record<keyof LayerMeasures, readonly number[]>>;

/** The layers of a model that runs on a server: nothing is known. */
export const unknownLayers = byMeasure((): never[] => []);

/** The final hidden vectors of a text that was run. */
export interface HiddenVectors {
  /** Equal origins give equal bits for equal texts. */
  readonly origin: object;
  /** h at a position, float32. */
  at(position: number): Float32Array;
  /** Measures the layers at the positions from `first` on, one for each of the rows. Absent if a server ran them. */
  layers?(first: number, rows: TokenRows, signal?: Signal): Promise<LayersOfPosition[]>;
}

/** Runs a text here or on its server. Throws `EngineError('geometry-only')` if nothing runs the layers. */
export const runHidden = (model: Model, ids: readonly number[], control: Control & Reports): Promise<HiddenVectors> =>
  model.served?.server.gives === 'hidden' ? ranThere(model, model.served, ids, control) : ranHere(model, ids, control);

interface Reports {
  readonly onFraction?: (fraction: number) => void;
}

async function ranThere(
  model: Model,
  { text }: ServedLayers,
  ids: readonly number[],
  { signal, onFraction }: Control & Reports,
): Promise<HiddenVectors> {
  const hidden = await text.hidden(ids, {
    ...(signal && { signal }),
    onProgress: ({ fraction }) => onFraction?.(fraction),
  });
  return { origin: text, at: (position) => row(hidden, position, model.embedding.dimensions) };
}

async function ranHere(
  model: Model,
  ids: readonly number[],
  { signal, onFraction }: Control & Reports,
): Promise<HiddenVectors> {
  const { hyperparameters, norm } = model.needRunner();
  const { dimensions, layers } = hyperparameters;
  const store = await model.trunk.run(ids, { signal, ...(onFraction && { onFraction }) });
  const last = store.residuals(layers);
  const part = (sizes: (layer: number) => Float64Array) => Array.from({ length: layers }, (_, layer) => sizes(layer));
  return {
    origin: store,
    at: (position) => Float32Array.from(norm.of(row(last, position, dimensions))),
    async layers(first, rows, stop) {
      const measured = await store.measure(first, rows, norm, stop);
      const attention = part((layer) => store.attentionSize(layer));
      const feedForward = part((layer) => store.feedForwardSize(layer));
      return measured.map(({ sizes, angleToInput, angleToPrediction }, i) => ({
        residualSize: sizes,
        angleToInput,
        angleToPrediction,
        attentionSize: attention.map((own) => own[first + i] as number),
        feedForwardSize: feedForward.map((own) => own[first + i] as number),
      }));
    },
  };
}
