import * as l10n from '@vscode/l10n';
import { maxIndex } from 'd3-array';
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

/** Degrees by which a layer turns the vector towards the predicted token, negative if away from it. */
const turn = ({ angleToPredicted }: Journey, layer: number): number =>
  (angleToPredicted[layer - 1] ?? 0) - (angleToPredicted[layer] ?? 0);

/**
 * The finding from the angles alone, while the lens is not known: the layers after the widest angle turn the vector to
 * where it ends. The first layer is left aside where there are others: it turns every vector away from its own token.
 */
function byAngles({ predicted, angleToPredicted }: Journey): Words {
  const last = angleToPredicted.length - 1;
  const end = degrees(angleToPredicted[last]);
  if (last < 1) return words(l10n.t('The vector ends {1} from {0}'), predicted, end);
  const first = last > 1 ? 1 : 0;
  const widest = first + maxIndex(angleToPredicted.slice(first));
  const many = last - widest;
  if (many === 0)
    return words(l10n.t('The vector ends {1} from {0}, further from it than after any layer before'), predicted, end);
  const from = degrees(angleToPredicted[widest]);
  return many === 1
    ? words(l10n.t('The vector ends {1} from {0}. The last layer turns it there, from {2}'), predicted, end, from)
    : words(
        l10n.t('The vector ends {1} from {0}. The last {3} layers turn it there, from {2}'),
        predicted,
        end,
        from,
        inWords(many),
      );
}

/** The layer from which on the predicted token comes first. */
function byLens(journey: Journey, likeliest: readonly number[]): Words {
  const { predicted } = journey;
  const last = likeliest.length - 1;
  const from = likeliest.findLastIndex((id) => id !== predicted.id) + 1;
  if (from > last) return byAngles(journey);
  if (from === 0) return words(l10n.t('{0} comes first at every layer, starting with the input'), predicted);
  const by = turn(journey, last);
  if (from < last) {
    const template =
      by > 0
        ? l10n.t('{0} comes first from layer {1} on. The last layer turns the vector {2} towards it')
        : l10n.t('{0} comes first from layer {1} on. The last layer turns the vector {2} away from it');
    return words(template, predicted, String(layerOf(from)), degrees(Math.abs(by)));
  }
  const before = likeliest.slice(0, last).lastIndexOf(predicted.id);
  if (before === 0) return words(l10n.t('{0} comes first before the layers and again after the last layer'), predicted);
  if (before > 0)
    return words(
      l10n.t('{0} comes first after layer {1} and again after the last layer'),
      predicted,
      String(layerOf(before)),
    );
  const template =
    by > 0
      ? l10n.t('{0} comes first only after the last layer, which turns the vector {1} towards it')
      : l10n.t('{0} comes first only after the last layer, although that layer turns the vector {1} away from it');
  return words(template, predicted, degrees(Math.abs(by)));
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
        'This position is an attention sink: {1} its vector is {0} times as large as the others',
        sinkTimes(sink),
        residualPlace(sink.layer),
      ),
    ]
  );
}

const compared = ({ output, pair }: Journey): Words | null =>
  pair && words(l10n.t('Pushes show what separates two tokens: {0} over {1}'), output, pair.against);

export function journeyFinding(state: PanelState): Words {
  const { journey } = state;
  if (!journey) return [];
  const likeliest = likeliestByLayer(state, journey);
  return [
    likeliest ? byLens(journey, likeliest) : byAngles(journey),
    nextToken(journey),
    attentionSink(journey),
    compared(journey),
  ]
    .filter((part) => part !== null)
    .reduce((before, part) => words(l10n.t('{0}. {1}'), before, part));
}
