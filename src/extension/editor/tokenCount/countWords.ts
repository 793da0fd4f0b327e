import * as vscode from 'vscode';
import { here } from '../../../shared/consent';
import { count, plural } from '../../../shared/format';
import { modelTitle } from '../../../shared/servedName';
import type { TokenCount } from './countInPieces';
import { otherEncoding, type Counted } from './tokenCounter';

/** `1,234 tokens`, `≈ 250,012 tokens`; without a number while nothing is known yet. */
export function countText({ ofModel, ofOther }: Counted): string {
  const known = ofModel ?? ofOther;
  if (!known) return vscode.l10n.t('… tokens');
  const text = plural(known.tokens, {
    one: vscode.l10n.t('{0} token', inDigits(known)),
    other: vscode.l10n.t('{0} tokens', inDigits(known)),
  });
  return ofModel ? text : `${text} · ${otherEncoding}`;
}

/** The number of each vocabulary, in one line where they are equal, and how they were counted. */
export function countTooltip({ wanted: { isSelection, model }, ofModel, first, ofOther }: Counted): string {
  const title = modelTitle(model, vscode.l10n);
  const areEqual = ofModel?.tokens === ofOther?.tokens;
  return [
    isSelection ? vscode.l10n.t('Tokens of the selection') : vscode.l10n.t('Tokens of the document'),
    ofModel && `${areEqual ? `${title}, ${otherEncoding}` : title}: ${inDigits(ofModel)}`,
    ofOther && !areEqual && `${otherEncoding}: ${inDigits(ofOther)}`,
    first !== null && vscode.l10n.t('{0} is not counted; the model reads it before every text.', first),
    (ofModel ?? ofOther)?.isExact === false &&
      vscode.l10n.t('A long text is counted in pieces, which can change the number by a few tokens.'),
    !here(model) && vscode.l10n.t('The text is not sent to the model’s server just to count its tokens.'),
  ]
    .filter((line) => typeof line === 'string')
    .join('\n');
}

const inDigits = ({ tokens, isExact }: TokenCount): string => `${isExact ? '' : '≈ '}${count(tokens)}`;
