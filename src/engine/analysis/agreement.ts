import { ascending, descending, greatest } from 'd3-array';
import type { MetricAgreement, ComparedToken, Closest } from '../../shared/contrasts';
import { metricFacts } from '../../shared/metrics';
import { areAlike } from '../../shared/sides';
import { dot } from '../arrays/vectors';
import type { Ranked } from '../directions/ranking';
import { biasOf } from '../model/logits';
import type { Model } from '../model/model';
import type { Position } from './positions';

/** A row u of the output matrix beside h. */
interface Measured {
  readonly id: number;
  readonly size: number;
  readonly dot: number;
}

/** A position whose metrics agree: the token that they name, and the other tokens that are near by some metric. */
interface Agreed {
  readonly index: number;
  readonly position: Position;
  readonly predicted: Measured;
  readonly others: readonly Measured[];
}

/**
 * Why the metrics agree at all of these positions, of which there is at least one. `first` is the index of the first in
 * the run.
 */
export function whyAgreed(model: Model, positions: readonly Position[], first: number): MetricAgreement {
  const agreed = positions.map((position, i) => measure(model, position, first + i));
  const closest = ({ index, position, predicted }: Agreed, rival: Measured): Closest => ({
    position: index,
    hiddenSize: position.hiddenSize,
    predicted: describe(model, position, predicted),
    rival: describe(model, position, rival),
  });

  for (const at of agreed) {
    const { predicted, position } = at;
    const rival = at.others.find(({ id }) => id === position.nearest.dot[0]?.id);
    if (!rival || rival.dot <= predicted.dot) continue;
    const [predictedBias, rivalBias] = [biasOf(model, predicted.id), biasOf(model, rival.id)];
    return { kind: 'bias', ...closest(at, rival), predictedBias, rivalBias };
  }

  const ranges = agreed.map((at) => {
    const all = [at.predicted, ...at.others].sort((a, b) => ascending(a.size, b.size) || ascending(a.id, b.id));
    return { at, smallest: all[0] as Measured, largest: all.at(-1) as Measured };
  });
  const isAlike = ({ smallest, largest }: (typeof ranges)[number]) => areAlike(smallest.size, largest.size);
  const widest = greatest(ranges, ({ smallest, largest }) => largest.size / smallest.size);
  if (widest && ranges.every(isAlike)) {
    const { at, smallest, largest } = widest;
    return {
      kind: 'sizes-alike',
      position: at.index,
      smallest: describe(model, at.position, smallest),
      largest: describe(model, at.position, largest),
    };
  }

  const threats = agreed
    .flatMap((at) => at.others.map((rival) => ({ at, rival, ...threatOf(at, rival) })))
    .filter(({ lead }) => lead > 0)
    .sort((a, b) => descending(a.share, b.share) || a.at.index - b.at.index || a.rival.id - b.rival.id);
  const [greatestThreat] = threats;
  if (!greatestThreat) return { kind: 'tied', position: first };
  const numbers = closest(greatestThreat.at, greatestThreat.rival);
  if (greatestThreat.by === 'size') return { kind: 'lead', ...numbers };
  const isLargest = agreed.every(({ predicted, others }) => others.every(({ size }) => size <= predicted.size));
  return { kind: isLargest ? 'largest' : 'large-hidden', ...numbers };
}

/** The compared tokens, from the lists of a search: their dot products follow from the value in each list. */
function measure(model: Model, position: Position, index: number): Agreed {
  const { hiddenSize, likeliest, nearest } = position;
  const { bias, sizes } = model.directions;
  const all = new Map<number, Measured>();
  const keep = (list: readonly Ranked[], dotOf: (value: number, size: number, id: number) => number) => {
    for (const { id, value } of list) {
      const size = sizes.of[id] as number;
      if (!all.has(id)) all.set(id, { id, size, dot: dotOf(value, size, id) });
    }
  };
  keep(nearest.dot, (value) => value);
  keep(likeliest, (value, _, id) => value - (bias?.[id] ?? 0));
  keep(nearest.cosine, (value, size) => value * hiddenSize * size);
  // ‖h − u‖² = ‖h‖² + ‖u‖² − 2 h·u
  keep(nearest.euclidean, (value, size) => (hiddenSize ** 2 + size ** 2 - value ** 2) / 2);
  const [first] = likeliest;
  const predicted = all.get((first as Ranked).id) as Measured;
  return { index, position, predicted, others: [...all.values()].filter((other) => other !== predicted) };
}

/**
 * How much of the prediction's lead a rival took back by its size, 1 for all of it: in the dot product by being
 * larger, or in the distance by being smaller. 0 if its size did not help it.
 */
function threatOf({ predicted }: Agreed, rival: Measured) {
  const lead = predicted.dot - rival.dot;
  // The lead over a rival of the same size. No size turns a dot product to the other side of zero.
  const leadByAngle = predicted.dot - (rival.dot / rival.size) * predicted.size;
  const bySize = predicted.dot * rival.dot > 0 && leadByAngle > lead ? (leadByAngle - lead) / leadByAngle : 0;
  const byDistance = (predicted.size ** 2 - rival.size ** 2) / (2 * lead);
  return bySize >= byDistance
    ? ({ by: 'size', lead, share: bySize } as const)
    : ({ by: 'distance', lead, share: byDistance } as const);
}

function describe(model: Model, { hidden, hiddenSize }: Position, { id, size }: Measured): ComparedToken {
  const product = dot(hidden, model.directions.matrix.row(id));
  return {
    token: model.vocabulary.token(id),
    size,
    cosine: metricFacts.cosine.from(product, hiddenSize, size),
    dot: product,
  };
}
