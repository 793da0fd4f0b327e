import { extent, sum } from 'd3-array';
import type { Journey, Push } from '../../shared/layers';

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
