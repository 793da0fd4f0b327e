import * as l10n from '@vscode/l10n';
import { extent, sum } from 'd3-array';
import { count, fixed, degrees, roundedSize, capitalised } from '../../shared/format';
import { layerPartIn } from '../../shared/layerParts';
import type { Journey, Push } from '../../shared/layers';
import type { RunView } from '../../shared/panel';
import type { TextView } from '../../shared/place';
import { targetWords } from '../parts/compared';
import { layerOf, residualPlace } from '../parts/layers';
import { placeName } from '../parts/place';
import { type Words, words } from '../parts/words';
import { type Sink, ownSink, sinkAmong } from './sizes';

/** The pushes, with or without the mean push over the vocabulary. */
export function pushes({ push, meanPush }: Journey, lessMean: boolean): Push {
  if (!lessMean) return push;
  const less = (own: readonly number[], mean: readonly number[]) =>
    own.map((value, layer) => value - (mean[layer] ?? 0));
  return {
    input: push.input - meanPush.input,
    attention: less(push.attention, meanPush.attention),
    feedForward: less(push.feedForward, meanPush.feedForward),
    bias: push.bias - meanPush.bias,
  };
}

/** The sum of all pushes: a logit. */
export const total = ({ input, attention, feedForward, bias }: Push): number =>
  input + sum(attention) + sum(feedForward) + bias;

/** A domain in logits that holds 0 and the pushes in both forms. */
export function pushDomain(journey: Journey): readonly [number, number] {
  const drawn = [false, true].flatMap((lessMean) => {
    const { input, attention, feedForward } = pushes(journey, lessMean);
    return [input, ...attention, ...feedForward];
  });
  const [low = 0, high = 0] = extent([0, ...drawn]);
  return low === high ? [-1, 1] : [low, high];
}

/** The ratio to the others: `163`. */
export const sinkTimes = ({ here, others }: Pick<Sink, 'here' | 'others'>): string =>
  count(Number((here / others).toPrecision(3)));

export const logits = (value: number): string => fixed(value, 2);

/** The token whose logit is split into pushes, or the two tokens if it is a difference. */
export const pushedWords = ({ output, pair }: Pick<Journey, 'output' | 'pair'>): Words =>
  targetWords({ output, against: pair?.against ?? null });

function residual(
  { input, predicted, next, residualSize, angleToInput, angleToPredicted, angleToNext }: Journey,
  layer: number,
): Words {
  const said = words(
    l10n.t('The residual r {0} has size {1} and is {2} from {3}. After the final norm it is {4} from {5}.'),
    residualPlace(layer),
    roundedSize(residualSize[layer]),
    degrees(angleToInput[layer]),
    input,
    degrees(angleToPredicted[layer]),
    predicted,
  );
  return next && angleToNext && next.id !== predicted.id
    ? words(l10n.t('{0} It is {1} from {2}, the token that really follows.'), said, degrees(angleToNext[layer]), next)
    : said;
}

function parts(journey: Journey, layer: number, lessMean: boolean): Words {
  const { attentionSize, feedForwardSize, partsAngle } = journey;
  const pushed = pushedWords(journey);
  const push = pushes(journey, lessMean);
  const logitsOf = (value: number | undefined): string =>
    lessMean ? l10n.t('{0} more than the mean', logits(value ?? NaN)) : logits(value ?? NaN);
  if (layer === 0) return words(l10n.t('The input pushes {0} by {1}.'), pushed, logitsOf(push.input));
  const part = layerOf(layer);
  const sizes = [
    roundedSize(attentionSize[part]),
    roundedSize(feedForwardSize[part]),
    layerPartIn('feedForward', part, journey.kinds, l10n),
    capitalised(layerPartIn('attention', part, journey.kinds, l10n)),
  ] as const;
  const angle = partsAngle[part] ?? null;
  return words(
    l10n.t('{0} They push {1} by {2} and {3}.'),
    angle === null
      ? l10n.t('{3} added a vector of size {0}, {2} one of size {1}.', ...sizes)
      : l10n.t('{3} added a vector of size {0}, {2} one of size {1}; the two are {4} apart.', ...sizes, degrees(angle)),
    pushed,
    logits(push.attention[part] ?? NaN),
    logitsOf(push.feedForward[part]),
  );
}

/** The numbers of one layer in words. */
export const layerWords = (journey: Journey, layer: number, lessMean: boolean): Words =>
  words('{0} {1}', residual(journey, layer), parts(journey, layer, lessMean));

/** The logit that the pushes add up to, and its token. */
export function totalWords(journey: Journey, lessMean: boolean): Words {
  const { output, pair, push, meanPush } = journey;
  const of = pair
    ? words(l10n.t('{0} minus the logit of {1}'), output, pair.against)
    : lessMean
      ? words(l10n.t('{0} minus the mean logit of {1}'), output, logits(total(meanPush)))
      : [output];
  return words(
    push.bias === 0
      ? l10n.t('Input + all parts = {0}, the logit of {1}.')
      : l10n.t('Input + all parts + biases = {0}, the logit of {1}.'),
    logits(total(pair ? push : pushes(journey, lessMean))),
    of,
  );
}

/** Whether the mean logit matters. Softmax ignores a shift of all logits, but soft-capping before it does not. */
export const meanWords = (capped: boolean): string =>
  capped
    ? l10n.t('The mean is over the vocabulary. This model soft-caps its logits, so probabilities depend on the mean.')
    : l10n.t('The mean is over the vocabulary. It shifts all logits equally, so it changes no probability.');

/** An attention sink, with its size beside that of the others. */
export const sinkSizes = ({ position, layer, here, others }: Sink, text: TextView): Words =>
  words(
    l10n.t('{0} ({1}) is an attention sink: {2} its residual has size {3}; the median of the others is {4}.'),
    text.tokens[position] ?? '',
    placeName(text, position),
    residualPlace(layer),
    roundedSize(here),
    roundedSize(others),
  );

/** The attention sink, if there is one: this position, or the outlying line. */
export function sinkWords(journey: Journey, text: TextView, run: RunView): Words | null {
  const own = ownSink(journey);
  const other = sinkAmong(run.layers.residualSize);
  const sink = own ?? (other?.position === journey.position ? null : other);
  return sink && sinkSizes(sink, text);
}
