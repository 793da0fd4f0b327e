import type { Pushed, PushesAt } from './attention';
import type { DataColumn, TableRows } from './columns';
import { degrees, fixed, signed } from './format';
import { angleOfCosine, type ByMetric } from './metrics';
import type { RankedToken } from './tokens';
import type { Translator } from './translator';
import { words, type Words } from './words';

const decimals = (places: number) => (value: number) => fixed(value, places);
/** Whether pushes are shown minus the mean push, or as they are. */
export type PushedBy = 'minus the mean' | 'as it is';

/** The neurons that push a token most: what each reads, how much it fired, and what it writes. */
export function neuronsTable(neurons: readonly NeuronPart[], by: PushedBy, l10n: Translator): TableRows<NeuronPart> {
  const isLess = by === 'minus the mean';
  const less = { key: 'push minus the mean', head: l10n.t('push minus the mean'), print: signed };
  const own = { key: 'push', head: l10n.t('push'), print: signed };
  const pushes: readonly DataColumn<NeuronPart>[] = [
    { ...less, value: ({ push, meanPush }) => push - meanPush },
    { ...own, value: ({ push }) => push },
  ];
  const reads = (name: 'gate' | 'up', of: keyof Reading) => (neuron: NeuronPart) => neuron[name]?.[of];
  const hasGates = neurons.some(({ gate }) => gate !== null);
  const product = (name: 'gate' | 'up', head: string): DataColumn<NeuronPart> => ({
    ...{ key: name, head, value: reads(name, 'product'), print: signed },
  });
  return {
    columns: [
      { key: 'neuron', head: l10n.t('neuron'), value: neuronName },
      ...(hasGates ? [product('gate', l10n.t('gate')), product('up', l10n.t('up'))] : [product('up', l10n.t('reads'))]),
      { key: 'fired', head: l10n.t('fired'), value: ({ fired }) => fired, print: decimals(2) },
      { key: 'size of the column', head: l10n.t('column'), value: ({ column }) => column.size, print: decimals(2) },
      {
        key: 'angle of the column (degrees)',
        head: l10n.t('angle'),
        value: ({ column }) => angleOfCosine(isLess ? column.centredCosine : column.cosine),
        print: degrees,
      },
      ...(isLess ? pushes : pushes.toReversed()),
    ],
    rows: neurons,
  };
}

/** The neuron that pushes most, and what it does. `target`: the token, or one over another. */
export function neuronsFinding({ neurons, count }: Neurons, target: Words, l10n: Translator): Words {
  const best = [...neurons].sort((a, b) => b.push - b.meanPush - (a.push - a.meanPush))[0];
  if (!best || best.push - best.meanPush <= 0) return words(l10n.t('No neuron pushes {0} up'), target);
  return words(
    l10n.t('Of {0} neurons {1} pushes {2} up most, by {3} beyond the mean push: it fired {4}'),
    fixed(count, 0),
    neuronName(best),
    target,
    signed(best.push - best.meanPush),
    fixed(best.fired, 2),
  );
}

/** What a neuron read, how much it fired, and what it wrote: the first of each list by cosine. */
export function neuronFinding({ neuron, writes, reads }: NeuronView, l10n: Translator): Words {
  const { fired } = neuron;
  const [written, read] = [fired < 0 ? writes.opposite : writes.along, reads.along];
  const first = (list: typeof read) => list.cosine[0]?.token ?? '–';
  return words(
    l10n.t('{0} fired {1}. What it writes is nearest in direction to {2}, and its row reads {3}'),
    neuronName(neuron),
    fixed(fired, 2),
    first(written),
    first(read),
  );
}

/** A neuron of a feed-forward part. Both count from 0. */
export interface Neuron {
  readonly layer: number;
  readonly index: number;
}

/** A neuron as it is written everywhere: `n23.1021` is neuron 1021 of layer 23. */
export const neuronName = ({ layer, index }: Neuron): string => `n${layer}.${index}`;

/** The neuron of a name; null for any other text. */
export function namedNeuron(name: string): Neuron | null {
  const [, layer, index] = /^n(\d{1,6})\.(\d{1,9})$/.exec(name.trim()) ?? [];
  return layer === undefined ? null : { layer: Number(layer), index: Number(index) };
}

export interface NeuronsQuestion extends Pushed {
  readonly position: number;
  /** Neurons that are listed: 1 … 1000. */
  readonly count: number;
}

/** What a row reads in a vector: ‖row‖ ‖vector‖ cos θ. */
export interface Reading {
  /** ‖row‖₂. */
  readonly size: number;
  readonly cosine: number;
  readonly product: number;
  /** Added to the product, of a file that has it. */
  readonly bias?: number;
}

/** What one neuron reads and writes at one position. */
export interface NeuronPart extends Neuron {
  /** Under the activation; null in a family without gates, where `up` is under it. */
  readonly gate: Reading | null;
  readonly up: Reading;
  /** The factor of its column. */
  readonly fired: number;
  /**
   * What it adds to the residual for each unit that it fired, after the norm that some families put behind the
   * feed-forward part: ‖column‖₂, and the cosine to the output row with the gain of the final norm, or to the
   * difference of two such rows. `fired` × size × cosine is proportional to `push` within a position.
   * `centredCosine`: the same once the mean row is taken off, proportional to `push` − `meanPush`.
   */
  readonly column: { readonly size: number; readonly cosine: number; readonly centredCosine: number };
  /** What it adds to the logit of the output token, as in `Push`. */
  readonly push: number;
  /** What it adds to the mean of all logits; 0 for the difference of two. */
  readonly meanPush: number;
}

/** All neurons of a layer together: with `bias` the push of its feed-forward part. */
export interface NeuronSum {
  readonly layer: number;
  readonly push: number;
  readonly meanPush: number;
  /** What the bias of the feed-forward part adds, of a file that has it. */
  readonly bias?: { readonly push: number; readonly meanPush: number };
}

export interface Neurons extends PushesAt {
  /** Neurons of all layers. */
  readonly count: number;
  /** The largest by |push − meanPush| first. */
  readonly neurons: readonly NeuronPart[];
  readonly sums: readonly NeuronSum[];
}

export interface NeuronQuestion extends NeuronsQuestion, Neuron {}

/** Rows near a vector, and near its opposite. */
export interface RowsOnBothSides {
  readonly along: ByMetric<readonly RankedToken[]>;
  readonly opposite: ByMetric<readonly RankedToken[]>;
}

/** One neuron. */
export interface NeuronView extends PushesAt {
  readonly neuron: NeuronPart;
  /** How much it fired at every position that was run. */
  readonly fired: Float64Array;
  /** Output rows near its column with the gain of the final norm. */
  readonly writes: RowsOnBothSides;
  /** Input rows near its gate, or near its row in families without gates, with the gain of the norm before it. */
  readonly reads: RowsOnBothSides;
}
