import * as l10n from '@vscode/l10n';
import { max } from 'd3-array';
import type { LengthResult } from '../../../shared/lab';
import { bits, scientific } from '../../../shared/format';
import { inWords } from '../../parts/numbers';

/** A probability that moves by less shows nowhere. */
const unseen = 0.001;
const greatest = (values: readonly number[]): number => max(values) ?? 0;

function before({ scales, beforeNorm }: LengthResult): string {
  const most = greatest(beforeNorm);
  const range = [String(scales[0] ?? 1), String(scales.at(-1) ?? 1), scientific(most)] as const;
  return most < unseen
    ? l10n.t('Before the norm, factors from {0} to {1} change no probability by more than {2}: the norm’s ε.', ...range)
    : l10n.t(
        'Before the norm, factors from {0} to {1} change probabilities by up to {2}: the norm’s ε is felt here.',
        ...range,
      );
}

/** What the list by distance shares with the list by dot product at the ends of the scales. */
function after({ scales, afterNorm }: LengthResult): string {
  const [first, last] = [afterNorm[0], afterNorm.at(-1)];
  if (!first || !last) return '';
  const k = first.top.length;
  const of = (entry: typeof first): number => Math.round(entry.overlap['euclidean-dot'] * k);
  const entropies = l10n.t(
    'After it the entropy goes from {0} bits at {1} to {2} bits at {3}.',
    bits(first.entropy),
    String(scales[0]),
    bits(last.entropy),
    String(scales.at(-1)),
  );
  const shares = [inWords(of(first)), inWords(of(last)), inWords(k), String(scales[0]), String(scales.at(-1))] as const;
  const drift =
    of(first) === of(last)
      ? l10n.t('Distance shares {0} of {2} with the dot product at both ends.', ...shares)
      : of(first) < of(last)
        ? l10n.t('The list by dot product stays; distance shares {0} of {2} with it at {3} and {1} at {4}.', ...shares)
        : l10n.t(
            'The list by dot product stays; distance shares {0} of {2} with it at {3}, and only {1} at {4}.',
            ...shares,
          );
  return l10n.t('{0} {1}', entropies, drift);
}

export const lengthFinding = (result: LengthResult): string => l10n.t('{0} {1}', before(result), after(result));

export const lengthInShort = ({ beforeNorm }: LengthResult): string =>
  greatest(beforeNorm) < unseen
    ? l10n.t('after the norm only')
    : l10n.t('before the norm too, by up to {0}', scientific(greatest(beforeNorm)));
