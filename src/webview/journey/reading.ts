import * as l10n from '@vscode/l10n';
import { extent, sum } from 'd3-array';
import { count, fixed, degrees, roundedSize } from '../../shared/format';
import type { Journey, Push } from '../../shared/layers';
import type { RunView } from '../../shared/panel';
import { isAdded, type TextView } from '../../shared/place';
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
  const numbers = [
    roundedSize(residualSize[layer]),
    degrees(angleToInput[layer]),
    input,
    degrees(angleToPredicted[layer]),
    predicted,
  ] as const;
  if (next && angleToNext && next.id !== predicted.id)
    return words(
      layer === 0
        ? l10n.t(
            'Before the layers: the residual r has size {0} and is {1} from {2}. After the final norm it is {3} from {4} and {5} from {6}, the token that really follows.',
          )
        : l10n.t(
            'After layer {7}: the residual r has size {0} and is {1} from {2}. After the final norm it is {3} from {4} and {5} from {6}, the token that really follows.',
          ),
      ...numbers,
      degrees(angleToNext[layer]),
      next,
      String(layerOf(layer)),
    );
  return words(
    layer === 0
      ? l10n.t(
          'Before the layers: the residual r has size {0} and is {1} from {2}. After the final norm it is {3} from {4}.',
        )
      : l10n.t(
          'After layer {5}: the residual r has size {0} and is {1} from {2}. After the final norm it is {3} from {4}.',
        ),
    ...numbers,
    String(layerOf(layer)),
  );
}

function parts(journey: Journey, layer: number, lessMean: boolean): Words {
  const { attentionSize, feedForwardSize, partsAngle } = journey;
  const pushed = pushedWords(journey);
  const push = pushes(journey, lessMean);
  if (layer === 0)
    return words(
      lessMean ? l10n.t('The input pushes {0} by {1} more than the mean.') : l10n.t('The input pushes {0} by {1}.'),
      pushed,
      logits(push.input),
    );
  const part = layerOf(layer);
  const sizes = [roundedSize(attentionSize[part]), roundedSize(feedForwardSize[part])] as const;
  const angle = partsAngle[part] ?? null;
  return words(
    lessMean
      ? l10n.t('{0} They push {1} by {2} and {3} more than the mean.')
      : l10n.t('{0} They push {1} by {2} and {3}.'),
    angle === null
      ? l10n.t('Attention added a vector of size {0}, feed-forward one of size {1}.', ...sizes)
      : l10n.t(
          'Attention added a vector of size {0}, feed-forward one of size {1}; the two are {2} apart.',
          ...sizes,
          degrees(angle),
        ),
    pushed,
    logits(push.attention[part] ?? NaN),
    logits(push.feedForward[part] ?? NaN),
  );
}

/** The numbers of one layer in words. */
export const layerWords = (journey: Journey, layer: number, lessMean: boolean): Words =>
  words('{0} {1}', residual(journey, layer), parts(journey, layer, lessMean));

/** The logit that the pushes add up to, and its token. */
export function totalWords(journey: Journey, lessMean: boolean): Words {
  const { output, predicted, pair, push, meanPush } = journey;
  const biased = push.bias !== 0;
  if (pair)
    return words(
      biased
        ? l10n.t('Input + all parts + biases = {0}, the logit of {1} minus the logit of {2}.')
        : l10n.t('Input + all parts = {0}, the logit of {1} minus the logit of {2}.'),
      logits(total(push)),
      output,
      pair.against,
    );
  const sum = logits(total(pushes(journey, lessMean)));
  if (lessMean)
    return words(
      biased
        ? l10n.t('Input + all parts + biases = {0}, the logit of {1} minus the mean logit of {2}.')
        : l10n.t('Input + all parts = {0}, the logit of {1} minus the mean logit of {2}.'),
      sum,
      output,
      logits(total(meanPush)),
    );
  if (output.id === predicted.id)
    return words(
      biased
        ? l10n.t('Input + all parts + biases = {0}, the logit of {1}, the predicted token.')
        : l10n.t('Input + all parts = {0}, the logit of {1}, the predicted token.'),
      sum,
      output,
    );
  return words(
    biased
      ? l10n.t('Input + all parts + biases = {0}, the logit of {1}, the chosen token.')
      : l10n.t('Input + all parts = {0}, the logit of {1}, the chosen token.'),
    sum,
    output,
  );
}

/** Whether the mean logit matters. Softmax ignores a shift of all logits, but soft-capping before it does not. */
export const meanWords = (capped: boolean): string =>
  capped
    ? l10n.t('The mean is over the vocabulary. This model soft-caps its logits, so probabilities depend on the mean.')
    : l10n.t('The mean is over the vocabulary. It shifts all logits equally, so it changes no probability.');

/** The attention sink, if there is one: this position, or the outlying line. */
export function sinkWords(journey: Journey, text: TextView, run: RunView): Words | null {
  const own = ownSink(journey);
  if (own)
    return [
      l10n.t(
        'This position is an attention sink: {0} its residual has size {1}; the median of the others is {2}. A linear axis would hide everything else.',
        residualPlace(own.layer),
        roundedSize(own.here),
        roundedSize(own.others),
      ),
    ];
  const other = sinkAmong(run.layers.residualSize);
  const token = other && text.tokens[other.position];
  if (!other || !token || other.position === journey.position) return null;
  return words(
    isAdded(token)
      ? l10n.t(
          'The outlying line is {0}, which the model adds before the text; it is an attention sink: {2} its residual has size {3}; the median of the others is {4}. A linear axis would hide everything else.',
        )
      : l10n.t(
          'The outlying line is {0} ({1}); it is an attention sink: {2} its residual has size {3}; the median of the others is {4}. A linear axis would hide everything else.',
        ),
    token,
    placeName(text, other.position),
    residualPlace(other.layer),
    roundedSize(other.here),
    roundedSize(other.others),
  );
}
