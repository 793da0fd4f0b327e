import * as l10n from '@vscode/l10n';
import { minIndex } from 'd3-array';
import { degrees } from '../../shared/format';
import type { Journey } from '../../shared/layers';
import type { PanelState } from '../../shared/panel';
import { layerOf, residualPlace } from '../parts/layers';
import { inWords } from '../parts/numbers';
import { type Words, words } from '../parts/words';
import { lensIndex } from './lens/cells';
import { sinkTimes } from './reading';
import { ownSink } from './sizes';

/** Ids of the likeliest tokens by each residual of a position. `null` unless the lens knows all of them. */
export function likeliestByLayer(
  { lens }: Pick<PanelState, 'lens'>,
  { position, residualSize }: Journey,
): readonly number[] | null {
  if (!lens) return null;
  const cell = lensIndex(lens.blocks);
  const ids = residualSize.map((_, layer) => cell(layer, position)?.top[0]?.id);
  return ids.every((id) => id !== undefined) ? ids : null;
}

/** The first layer of the stretch up to the last one in which each layer turns the vector towards the prediction. */
function turnsFrom(angles: readonly number[]): number {
  let from = angles.length - 1;
  while (from > 0 && (angles[from - 1] ?? NaN) > (angles[from] ?? NaN)) from--;
  return from;
}

/** Where the vector ends by its angles, and how it came there or where it was closer. */
function byAngles({ predicted, angleToPredicted: angles }: Journey): Words {
  const last = angles.length - 1;
  const end = degrees(angles[last]);
  if (last < 1) return words(l10n.t('The vector ends {1} from {0}'), predicted, end);
  const closest = minIndex(angles);
  const least = degrees(angles[closest]);
  if (least !== end)
    return words(
      l10n.t('The vector ends {1} from {0}. It is closest {2}, at {3}'),
      predicted,
      end,
      residualPlace(closest),
      least,
    );
  const from = turnsFrom(angles);
  const start = degrees(angles[from]);
  const many = last - from;
  if (many === 0) return words(l10n.t('The vector ends {1} from {0}, and is never closer'), predicted, end);
  return many === 1
    ? words(
        l10n.t('The vector ends {1} from {0}, and is never closer. The last layer turns it there, from {2}'),
        predicted,
        end,
        start,
      )
    : words(
        l10n.t('The vector ends {1} from {0}, and is never closer. The last {3} layers turn it there, from {2}'),
        predicted,
        end,
        start,
        inWords(many),
      );
}

/** From which layer on the predicted token comes first; null while the lens is not known, or if it has another one. */
export function firstByLens({ lens }: Pick<PanelState, 'lens'>, journey: Journey): Words | null {
  const { predicted } = journey;
  const likeliest = likeliestByLayer({ lens }, journey);
  if (!likeliest) return null;
  const last = likeliest.length - 1;
  const from = likeliest.findLastIndex((id) => id !== predicted.id) + 1;
  // The lens rounds otherwise than the run.
  if (from > last) return null;
  if (from === 0) return words(l10n.t('{0} comes first at every layer, starting with the input.'), predicted);
  if (from < last) return words(l10n.t('{0} comes first from layer {1} on.'), predicted, String(layerOf(from)));
  const before = likeliest.slice(0, last).lastIndexOf(predicted.id);
  if (before === 0)
    return words(l10n.t('{0} comes first before the layers and again after the last layer.'), predicted);
  return before > 0
    ? words(
        l10n.t('{0} comes first after layer {1} and again after the last layer.'),
        predicted,
        String(layerOf(before)),
      )
    : words(l10n.t('{0} comes first only after the last layer.'), predicted);
}

function nextToken({ predicted, next, angleToNext }: Journey): Words | null {
  if (!next || !angleToNext) return null;
  return next.id === predicted.id
    ? words(l10n.t('The text really continues with {0}'), next)
    : words(
        l10n.t('The text really continues with {0}, and the vector ends {1} from it'),
        next,
        degrees(angleToNext.at(-1)),
      );
}

function attentionSink(journey: Journey): Words | null {
  const sink = ownSink(journey);
  return (
    sink && [
      l10n.t(
        'This position is an attention sink: {1} its vector is {0} times as large as the median of the others',
        sinkTimes(sink),
        residualPlace(sink.layer),
      ),
    ]
  );
}

const compared = ({ output, pair }: Journey): Words | null =>
  pair && words(l10n.t('Pushes show what separates two tokens: {0} over {1}'), output, pair.against);

/** Of the angles alone, so that it says the same before and after the lens is computed. */
export function journeyFinding(state: Pick<PanelState, 'journey'>): Words {
  const { journey } = state;
  if (!journey) return [];
  return [byAngles(journey), nextToken(journey), attentionSink(journey), compared(journey)]
    .filter((part) => part !== null)
    .reduce((before, part) => words(l10n.t('{0}. {1}'), before, part));
}
