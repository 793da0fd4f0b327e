import * as l10n from '@vscode/l10n';
import { type Candidate, candidatesOf, type Contrast } from '../../shared/contrasts';
import { sizeOfH } from '../../shared/format';
import { sizeOnSide } from '../../shared/sides';
import type { AroundAxis } from '../picture/arrows';
import type { ArrowsWords } from '../picture/arrowsPicture';

/** How far an output row reaches along h and across it: model units. */
export function partsOf({ token, values }: Candidate, hiddenSize: number) {
  const size = sizeOnSide(token, 'output');
  const reach = hiddenSize > 0 ? values.dot / hiddenSize : 0;
  return { reach, side: Math.sqrt(Math.max(0, size * size - reach * reach)) };
}

/** The prediction and its rivals around h. */
export const aroundHidden = (contrast: Contrast): AroundAxis => ({
  size: contrast.hiddenSize,
  vectors: candidatesOf(contrast).map((candidate) => ({
    ...{ id: candidate.token.id, token: candidate.token, value: candidate.values.dot },
    ...partsOf(candidate, contrast.hiddenSize),
  })),
});

export const hiddenWords = ({ hiddenSize }: Contrast): ArrowsWords => ({
  axis: [l10n.t('h: size {0}', sizeOfH(hiddenSize)), l10n.t('what the model ends with')],
  value: l10n.t('dot product'),
  along: l10n.t('along h'),
  across: l10n.t('across h'),
  rightAngle: l10n.t('at a right angle to h the dot product is 0'),
});
