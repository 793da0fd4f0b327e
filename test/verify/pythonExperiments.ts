// The experiments of the lab that scripts repeat.
import type { Engine } from '../../src/shared/engine';
import type { Experiment, Experiments, LabEntry, LabRequest } from '../../src/shared/lab';
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
  const ask = async <E extends Experiment>(name: E, options: Experiments[E]['options']) => {
    const request = { name, options } as LabRequest;
    const done = { ask: request, result: await engine.lab(request), text: null };
    const state: PanelState = { ...base, lab: { [name]: { running: null, done, ended: null } } };
    return { state, result: done.result.result as Experiments[E]['result'] };
  };
  const entries = (name: string, list: readonly LabEntry[]): Line[] => list.map((one) => [name, one.id, one.value]);
  for (const name of ['rulers', 'one-length'] as const) {
    const { state, result: found } = await ask(name, { id, k, sample });
    yield {
      ...{ what: name, state },
      lines: [
        ...(['euclidean', 'dot', 'cosine'] as const).flatMap((metric) =>
          found.lists[metric].map((one): Line => [metric, one.id]),
        ),
        ['overlap', ...Object.values(found.overlap)],
        ['sample', ...Object.values(found.sample.overlap)],
      ],
    };
  }
  const trip = await ask('round-trip', { sample });
  yield {
    ...{ what: 'round-trip', state: trip.state },
    lines: (['raw', 'centred', 'normed'] as const).flatMap((name): Line[] => {
      const misses = trip.result.misses[name];
      return misses ? [[name, ...Object.values(byMetric((metric) => misses[metric]))]] : [];
    }),
  };
  const tied = await ask('tied', {});
  yield {
    ...{ what: 'tied', state: tied.state },
    lines: [
      ['plain', ...Object.values(tied.result.angle)],
      ['gain', ...Object.values(tied.result.gainFolded?.angle ?? {})],
    ],
  };
  const extremes = await ask('extremes', {});
  const { longest, shortest, nearMean, duplicates } = extremes.result;
  yield {
    ...{ what: 'extremes', state: extremes.state },
    lines: [
      ...entries('longest', longest),
      ...entries('shortest', shortest),
      ...entries('mean', nearMean),
      ...duplicates.map((group): Line => ['equal', ...group]),
    ],
  };
  const untrained = await ask('untrained', { from: 3, to: 12 });
  const { principal, bound, nearest } = untrained.result;
  yield {
    ...{ what: 'untrained', state: untrained.state },
    lines: [
      ['principal', principal],
      ['bound', bound],
      ...nearest.slice(0, 20).map((one): Line => ['nearest', one.id, one.cosine]),
    ],
  };

  const target = await ask('target-size', { directions: 600, seed: 7 });
  const sized = target.result;
  yield {
    ...{ what: 'target-size', state: target.state },
    lines: [
      ['winners', sized.winners, sized.never],
      ...sized.winsBySizeDecile.map((share, i): Line => ['tenth', i, share]),
      ...sized.top.map((one): Line => ['token', one.id, one.size, one.wins]),
    ],
  };
  if (!base.model?.trunk) return;
  const shift = await ask('softmax-shift', { text, size: 5, seed: 7 });
  const shifted = shift.result;
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
  const entriesOf = (lists: ByMetric<readonly LabEntry[]>) =>
    (['euclidean', 'dot', 'cosine'] as const).flatMap((metric) => entries(metric, lists[metric]));
  const scaled = await ask('length', { text });
  const { hiddenSize, scales, beforeNorm, afterNorm } = scaled.result;
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
  const walk = await ask('between', { text, from: id, to, steps: 4 });
  const { steps } = walk.result;
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
