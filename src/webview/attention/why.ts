import * as l10n from '@vscode/l10n';
import { logitDifference, type LogitDifference, partsOf, type PushPart } from '../../shared/difference';
import { count, fixed, printedParts, signed, toldApart } from '../../shared/format';
import { plainToken } from '../../shared/glyphs';
import type { Journey, LogitPair, Push } from '../../shared/layers';
import type { VocabularyToken } from '../../shared/tokens';
import { type Words, words } from '../parts/words';

/** A ratio of two probabilities, ≥ 1, with about three digits: as many as tell it from 1. */
export const times = (ratio: number): string =>
  ratio >= 1e6
    ? l10n.t('over a million')
    : ratio >= 100
      ? count(Number(ratio.toPrecision(3)))
      : (toldApart([ratio, 1], 1)[0] ?? '');

/** The difference of two logits as their printed digits subtract, and its parts, which add up to it. */
export function printedDifferences(pair: LogitPair): Omit<LogitDifference, 'odds'> {
  const { angle, size, bias } = logitDifference(pair);
  const [own, other] = pair.logits.map((logit) => Number(logit.toFixed(2))) as [number, number];
  const difference = Number((own - other).toFixed(2));
  const [byAngle = 0, bySize = 0, byBias = 0] = printedParts(difference, [angle, size, bias], 2);
  return { difference, angle: byAngle, size: bySize, bias: byBias };
}

/** Which of two logits is larger, the odds, and whether angle or size decides. */
export function differenceWords(output: VocabularyToken, pair: LogitPair, capped: boolean): Words {
  const { against } = pair;
  if (output.id === against.id) return words(l10n.t('Both are {0}. Compare it with another token.'), output);
  const { odds } = logitDifference(pair);
  const { difference, angle, size, bias } = printedDifferences(pair);
  if (difference === 0)
    return words(l10n.t('The logits of {0} and {1} differ by less than {2}.'), output, against, fixed(0.01, 2));
  const leads = words(
    capped
      ? l10n.t('The logit of {0} is {2} above that of {1}, before the cap.')
      : l10n.t('The logit of {0} is {2} above that of {1}: {0} is {3} times as likely.'),
    ...(difference > 0 ? ([output, against] as const) : ([against, output] as const)),
    fixed(Math.abs(difference), 2),
    times(odds >= 1 ? odds : 1 / odds),
  );
  return words(
    bias === 0
      ? l10n.t('{0} Angles account for {1}, sizes for {2}.')
      : l10n.t('{0} Angles account for {1}, sizes for {2}, biases for {3}.'),
    leads,
    ...[angle, size, bias].map((part) => signed(Math.sign(difference) * part)),
  );
}

const listed = 4;

/** The parts that push most towards the first token, and most towards the second, each the strongest first. */
export function strongestParts(push: Push): Readonly<Record<'towards' | 'away', readonly PushPart[]>> {
  const sorted = partsOf(push).sort((a, b) => b.value - a.value);
  return {
    towards: sorted.slice(0, listed).filter(({ value }) => value > 0),
    away: sorted
      .slice(-listed)
      .toReversed()
      .filter(({ value }) => value < 0),
  };
}

export function pushingName({ kind, layer = 0 }: PushPart): string {
  switch (kind) {
    case 'input':
      return l10n.t('input');
    case 'attention':
      return l10n.t('attention {0}', layer);
    case 'feedForward':
      return l10n.t('feed-forward {0}', layer);
    case 'bias':
      return l10n.t('biases');
  }
}

/** The comparison for the clipboard. */
export function whyRows(
  { output, push }: Pick<Journey, 'output' | 'push'>,
  pair: LogitPair,
  capped: boolean,
): readonly (readonly (string | number)[])[] {
  const { difference, odds, angle, size, bias } = logitDifference(pair);
  return [
    ['what', plainToken(output), plainToken(pair.against)],
    ['‖h‖', pair.hiddenSize, pair.hiddenSize],
    ['‖u‖', ...pair.sizes],
    ['cos θ', ...pair.cosines],
    ['bias', ...pair.biases],
    ['logit', ...pair.logits],
    [capped ? 'difference before the cap' : 'difference', difference, ''],
    ...(capped ? [] : [['odds', odds, '']]),
    ['by angle', angle, ''],
    ['by size', size, ''],
    ['by bias', bias, ''],
    ['push of input', push.input, ''],
    ...push.attention.map((value, layer) => [`push of attention, layer ${layer}`, value, '']),
    ...push.feedForward.map((value, layer) => [`push of feed-forward, layer ${layer}`, value, '']),
    ['push of biases', push.bias, ''],
  ];
}
