// The experiments of the lab that scripts repeat.
import type { Engine } from '../../src/shared/engine';
import type {
  BetweenResult,
  LabRequest,
  LengthResult,
  SoftmaxShiftResult,
  TargetSizeResult,
} from '../../src/shared/lab';
import { byMetric, type ByMetric } from '../../src/shared/metrics';
import type { PanelState } from '../../src/shared/panel';
import type { Checked, Line } from './pythonChecked';

/** All experiments that have a script. Those that read a text read `text`. */
export async function* experimentsOf(
  engine: Engine,
  base: PanelState,
  { text, id, to }: { readonly text: string; readonly id: number; readonly to: number },
): AsyncGenerator<Checked> {
  const sample = 200;
  const k = 10;
  const ask = async <R extends LabRequest>(request: R) => {
    const done = { ask: request, result: await engine.lab(request), text: null };
    const state = { ...base, lab: { [request.name]: { running: null, done, ended: null } } };
    return { state, result: done.result.result as never };
  };
  for (const name of ['rulers', 'one-length'] as const) {
    const { state, result } = await ask({ name, options: { id, k, sample } });
    const found = result as {
      lists: ByMetric<readonly { id: number }[]>;
      overlap: object;
      sample: { overlap: object };
    };
    yield {
      ...{ what: name, state },
      lines: [
        ...(['euclidean', 'dot', 'cosine'] as const).flatMap((metric) =>
          found.lists[metric].map((one): Line => [metric, one.id]),
        ),
        ['overlap', ...(Object.values(found.overlap) as number[])],
        ['sample', ...(Object.values(found.sample.overlap) as number[])],
      ],
    };
  }
  const trip = await ask({ name: 'round-trip', options: { sample } });
  const { misses } = trip.result as { misses: Record<'raw' | 'centred' | 'normed', ByMetric<number>> };
  yield {
    ...{ what: 'round-trip', state: trip.state },
    lines: (['raw', 'centred', 'normed'] as const).map((name): Line => [
      name,
      ...Object.values(byMetric((metric) => misses[name][metric])),
    ]),
  };
  const tied = await ask({ name: 'tied', options: {} });
  const angles = tied.result as { angle: object; gainFolded?: { angle: object } };
  yield {
    ...{ what: 'tied', state: tied.state },
    lines: [
      ['plain', ...(Object.values(angles.angle) as number[])],
      ['gain', ...(Object.values(angles.gainFolded?.angle ?? {}) as number[])],
    ],
  };
  const extremes = await ask({ name: 'extremes', options: {} });
  type Entries = readonly { id: number; value: number }[];
  const ends = extremes.result as {
    longest: Entries;
    shortest: Entries;
    nearMean: Entries;
    duplicates: readonly (readonly number[])[];
  };
  const entries = (name: string, list: Entries): Line[] => list.map((one) => [name, one.id, one.value]);
  yield {
    ...{ what: 'extremes', state: extremes.state },
    lines: [
      ...entries('longest', ends.longest),
      ...entries('shortest', ends.shortest),
      ...entries('mean', ends.nearMean),
      ...ends.duplicates.map((group): Line => ['equal', ...group]),
    ],
  };
  const untrained = await ask({ name: 'untrained', options: { from: 3, to: 12 } });
  const { principal, bound, nearest } = untrained.result as {
    principal: number;
    bound: number;
    nearest: readonly { id: number; cosine: number }[];
  };
  yield {
    ...{ what: 'untrained', state: untrained.state },
    lines: [
      ['principal', principal],
      ['bound', bound],
      ...nearest.slice(0, 20).map((one): Line => ['nearest', one.id, one.cosine]),
    ],
  };

  const target = await ask({ name: 'target-size', options: { directions: 600, seed: 7 } });
  const sized = target.result as TargetSizeResult;
  yield {
    ...{ what: 'target-size', state: target.state },
    lines: [
      ['winners', sized.winners, sized.never],
      ...sized.winsBySizeDecile.map((share, i): Line => ['tenth', i, share]),
      ...sized.top.map((one): Line => ['token', one.id, one.size, one.wins]),
    ],
  };
  if (!base.model?.trunk) return;
  const shift = await ask({ name: 'softmax-shift', options: { text, size: 5, seed: 7 } });
  const shifted = shift.result as SoftmaxShiftResult;
  // Without a cap, probabilities change only by rounding. Distances always do.
  const isCapped = shifted.probabilityChange > 1e-9;
  yield {
    ...{ what: 'softmax-shift', state: shift.state },
    lines: [
      ['probability', isCapped ? shifted.probabilityChange : null],
      ['size', shifted.sizeChange],
      ['distance', null],
      ['cosine', shifted.cosineChange],
    ],
  };
  const entriesOf = (lists: ByMetric<Entries>) =>
    (['euclidean', 'dot', 'cosine'] as const).flatMap((metric) => entries(metric, lists[metric]));
  const scaled = await ask({ name: 'length', options: { text } });
  const { hiddenSize, scales, beforeNorm, afterNorm } = scaled.result as LengthResult;
  yield {
    // At ten times h the error of a logit is ten times as large too, and a probability inherits it.
    ...{ what: 'length', state: scaled.state, least: 1 },
    lines: [
      ['hidden', hiddenSize],
      ...afterNorm.flatMap(({ entropy, top, nearest }, i): Line[] => [
        // The final norm undoes the scale up to its ε: smaller changes are rounding.
        ['residual', scales[i] ?? null, (beforeNorm[i] ?? 0) > 1e-9 ? (beforeNorm[i] ?? null) : null],
        ['h', scales[i] ?? null, entropy],
        ...entries('likeliest', top),
        ...entriesOf(nearest),
      ]),
    ],
  };
  // With an odd number of steps the middle one is equally near to both tokens, and rounding decides their order.
  const walk = await ask({ name: 'between', options: { text, from: id, to, steps: 4 } });
  const { steps } = walk.result as BetweenResult;
  yield {
    ...{ what: 'between', state: walk.state },
    lines: steps.flatMap((step) =>
      (['straight', 'sphere'] as const).flatMap((way): Line[] => [
        [way, step.t, step[way].size],
        ...entriesOf(step[way].nearest),
        ...entries('likeliest', step[way].predicted),
      ]),
    ),
  };
}
