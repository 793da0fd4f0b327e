import * as l10n from '@vscode/l10n';
import { greatest } from 'd3-array';
import type { Ablation, BeforeAfter, LayerPart } from '../../shared/ablation';
import { headNumber } from '../../shared/attention';
import { bits, probability, signed } from '../../shared/format';
import type { AblationView } from '../../shared/instruments';
import type { PanelState } from '../../shared/panel';
import { type Target, targetWords } from '../parts/compared';
import { type Words, words } from '../parts/words';

/** A part in a sentence after its verb: `attention of layer 23`. */
export function partName(part: LayerPart): string {
  switch (part.kind) {
    case 'head':
      return l10n.t('head {0}', headNumber(part));
    case 'attention':
      return l10n.t('attention of layer {0}', part.layer);
    case 'feedForward':
      return l10n.t('feed-forward of layer {0}', part.layer);
  }
}

export const isSamePart = (a: LayerPart, b: LayerPart): boolean =>
  a.kind === b.kind && a.layer === b.layer && (a.kind !== 'head' || b.kind !== 'head' || a.head === b.head);

/** The push of a part at the chosen position. `null` while it is not known. */
export function pushOf(
  part: LayerPart,
  { attention: { grid }, journey }: Pick<PanelState, 'attention' | 'journey'>,
): number | null {
  switch (part.kind) {
    case 'head':
      return grid?.heads[part.layer]?.[part.head]?.push ?? null;
    case 'attention':
      return journey?.push.attention[part.layer] ?? null;
    case 'feedForward':
      return journey?.push.feedForward[part.layer] ?? null;
  }
}

const best = (tokens: Ablation['tokens'], side: 0 | 1) => greatest(tokens, ({ logits }) => logits[side]);

/** What the position predicts without a part. */
export function ablationWords({ part, by, result }: AblationView): Words {
  const [before, after] = result ? [best(result.tokens, 0), best(result.tokens, 1)] : [];
  if (!result || !before || !after) return [];
  const [was, is] = [probability(before.probabilities[0]), probability(after.probabilities[1])];
  return words(
    before.token.id === after.token.id
      ? l10n.t('Without {0} the model still predicts {1} ({4} → {2}). KL divergence: {5} bits.')
      : l10n.t('Without {0} the model predicts {1} ({2}) instead of {3} ({4}). KL divergence: {5} bits.'),
    by === 'zero' ? partName(part) : l10n.t('{0} (its mean in its place)', partName(part)),
    after.token,
    is,
    before.token,
    was,
    bits(result.divergence),
  );
}

/** How much a listed token’s logit, or another of its numbers, changed. */
export const changeOf = ([before, after]: BeforeAfter): number => after - before;

/** How much the pushed logit, or the difference of two, really changed. `null` if a token of it is not listed. */
export function realChange({ tokens }: Ablation, { output, against }: Target): number | null {
  const of = (id: number): number | null => {
    const found = tokens.find(({ token }) => token.id === id);
    return found ? changeOf(found.logits) : null;
  };
  const first = of(output.id);
  if (!against) return first;
  const second = of(against.id);
  return first === null || second === null ? null : first - second;
}

/** The change that a push promises beside the real one. */
export function promisedWords(push: number, real: number | null, target: Target): Words {
  const named = words(target.against ? l10n.t('the difference {0}') : l10n.t('the logit of {0}'), targetWords(target));
  if (real === null) return words(l10n.t('The push alone would change {0} by {1}.'), named, signed(-push));
  return words(
    l10n.t(
      'The push alone would change {0} by {1}. It really changed by {2}, because the final norm and the later layers changed too.',
    ),
    named,
    signed(-push),
    signed(real),
  );
}
