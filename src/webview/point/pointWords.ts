import * as l10n from '@vscode/l10n';
import {
  type MetricAgreement,
  candidatesOf,
  causeOf,
  type Candidate,
  type Contrast,
  leadTemplates,
} from '../../shared/contrasts';
import type { Neighbours } from '../../shared/engine';
import { count, fixed, sizeOfH, toldApart } from '../../shared/format';
import { predicts } from '../../shared/model';
import type { PanelState } from '../../shared/panel';
import { sizeDecimals, sizeOnSide } from '../../shared/sides';
import type { RankedToken } from '../../shared/tokens';
import { type Words, words } from '../parts/words';
import { partsOf } from './around';

/** Index of the example at the chosen position, or of the first one where that has none; null without examples. */
export function shownExample({ contrasts, position }: Pick<PanelState, 'contrasts' | 'position'>): number | null {
  if (contrasts?.kind !== 'part' || contrasts.examples.length === 0) return null;
  return Math.max(
    contrasts.examples.findIndex((example) => example.position === position),
    0,
  );
}

/** Whether the examples are still to come: the text is run, or its positions are compared. */
export function isAwaited({ contrasts, model, run, status, loaded }: PanelState): boolean {
  if (contrasts || !model || !predicts(model) || run?.listed) return false;
  // An inspection that a server made earlier is not sent again to be compared.
  return status.kind === 'working' || (status.kind === 'ready' && loaded && !model.server);
}

/**
 * Which token the model expects at a position, and which of the other rulers would choose another.
 *
 * @param place of the token before, where the text has that token more than once
 */
export function contrastLead({ after, parting, predicted }: Contrast, place: string | null): Words {
  const templates = leadTemplates(parting, l10n, place !== null);
  const where = place === null ? [] : [place];
  return words(templates.parting, words(templates.expects, after, predicted.token, ...where));
}

/** The tokens that distance and angle would choose. */
const rivalsOf = ({ nearest, aligned }: Contrast): Words =>
  words(l10n.t('Nearest by distance is {0}, best aligned is {1}.'), nearest.token, aligned.token);

const isSame = (a: Candidate, b: Candidate): boolean => a.token.id === b.token.id;

/** Whether the dot products alone decide: there is a direction, and no bias is added. */
const showsReach = (contrast: Contrast): boolean =>
  contrast.hiddenSize > 0 && candidatesOf(contrast).every(({ bias }) => bias === 0);

/** Two numbers with as many decimals as tell them apart, at least `least`. */
const apart = (a: number, b: number, least: number): readonly [string, string] =>
  toldApart([a, b], least) as [string, string];

/** The numbers of all candidates, with as many decimals as tell them apart. Sentences and table print the same. */
export function printedNumbers(contrast: Contrast) {
  const candidates = candidatesOf(contrast);
  const told = (of: (candidate: Candidate) => number, least: number, most?: number): readonly string[] =>
    toldApart(candidates.map(of), least, most);
  return {
    distances: told(({ values }) => values.euclidean, 3),
    // With one decimal, size × size × cosine would miss the dot product by several hundredths.
    angles: told(({ angle }) => angle, 2, 4).map((angle) => `${angle}°`),
    sizes: told(({ token }) => sizeOnSide(token, 'output'), 3),
    logits: told(({ rawLogit }) => rawLogit, 2),
  };
}

/** The numbers of the prediction and of a rival. */
function printedPair(
  contrast: Contrast,
  rival: Candidate,
  of: keyof ReturnType<typeof printedNumbers>,
): readonly [string, string] {
  const printed = printedNumbers(contrast)[of];
  const at = candidatesOf(contrast).findIndex((candidate) => isSame(candidate, rival));
  return [printed[0] ?? '', printed[at] ?? ''];
}

/** Why the prediction has a larger logit than one rival, where biases count too or h has size 0. */
function reasonWithBias(contrast: Contrast, rival: Candidate): Words {
  const { predicted } = contrast;
  const other = rival.token;
  switch (causeOf(predicted, rival)) {
    case 'size':
      return words(
        l10n.t('its size puts it before {0} ({1} against {2})'),
        other,
        ...printedPair(contrast, rival, 'sizes'),
      );
    case 'angle':
    case 'both':
      return words(
        l10n.t('it is better aligned than {0} ({1} against {2})'),
        other,
        ...printedPair(contrast, rival, 'angles'),
      );
    case 'bias':
      return words(
        l10n.t('its output bias puts it before {0} ({1} against {2})'),
        other,
        fixed(predicted.bias, 2),
        fixed(rival.bias, 2),
      );
  }
}

/** Which tokens the other rulers choose, and what puts the prediction before them. */
export function contrastDetail(contrast: Contrast): Words {
  const { predicted } = contrast;
  const [first, second] = candidatesOf(contrast).slice(1);
  const rivals = rivalsOf(contrast);
  if (!first) return rivals;
  if (!showsReach(contrast)) {
    const why = second
      ? words(l10n.t('{0}, and {1}'), reasonWithBias(contrast, first), reasonWithBias(contrast, second))
      : reasonWithBias(contrast, first);
    return words(l10n.t('{0} {1} wins because {2}.'), rivals, predicted.token, why);
  }
  return [...rivals, ' ', ...reachWords(contrast, first)];
}

/** The prediction reaches furthest along h, which is all that the dot product counts. */
function reachWords(contrast: Contrast, rival: Candidate): Words {
  const { predicted } = contrast;
  const [own, other] = printedPair(contrast, rival, 'logits');
  return words(
    l10n.t(
      '{0} reaches further along h, the vector that the model ends with: its dot product is {1}; that of {2} is {3}.',
    ),
    predicted.token,
    own,
    rival.token,
    other,
  );
}

/** From this many times the size of the tokens, distances to h look alike. */
const largeHidden = 4;

/** Why all distances in the table are nearly equal; null if they are not. */
export function distancesAlike(contrast: Contrast): string | null {
  const times = candidatesOf(contrast).map(({ token }) => contrast.hiddenSize / sizeOnSide(token, 'output'));
  const [least, most] = [Math.min(...times), Math.max(...times)];
  if (least < largeHidden || !Number.isFinite(most)) return null;
  const [from, to] = [count(least), count(most)];
  const range = from === to ? from : `${from}–${to}`;
  return l10n.t('The distances are nearly equal because h is {0} times as large as these tokens.', range);
}

/** Why the rivals are nearer or better aligned nevertheless: one lies less across h, the other is smaller. */
export function contrastWhy(contrast: Contrast): Words {
  const { hiddenSize, predicted, nearest, aligned } = contrast;
  if (!showsReach(contrast)) return [];
  const [far, own] = [partsOf(nearest, hiddenSize).side, partsOf(predicted, hiddenSize).side];
  const [otherSide, side] = apart(far, own, 2);
  const nearer = isSame(nearest, predicted)
    ? []
    : far >= own
      ? words(
          l10n.t('{0} is nearer because {1} reaches beyond the tip of h. The dot product rewards that.'),
          nearest.token,
          predicted.token,
        )
      : words(
          l10n.t(
            '{0} is nearer because it sticks out less to the side, at a right angle to h ({1} against {2}). The dot product ignores that part.',
          ),
          nearest.token,
          otherSide,
          side,
        );
  const better =
    isSame(aligned, predicted) || isSame(aligned, nearest)
      ? []
      : words(
          l10n.t('{0} is better aligned, but its size counts against it ({1} against {2}).'),
          aligned.token,
          ...[...printedPair(contrast, aligned, 'sizes')].reverse(),
        );
  return [...nearer, ...(nearer.length > 0 && better.length > 0 ? [' '] : []), ...better];
}

/** If the text goes on with a rival, the model found that one less likely. null in all other cases. */
export function surpriseWords(contrast: Contrast, next: number | undefined): Words | null {
  const { predicted } = contrast;
  const came = candidatesOf(contrast)
    .slice(1)
    .find(({ token }) => token.id === next);
  if (!came) return null;
  const [own, other] = apart(predicted.probability, came.probability, 3);
  return words(
    l10n.t('The text goes on with {0}. The model gave {0} a probability of {1} and {2} a probability of {3}.'),
    came.token,
    other,
    predicted.token,
    own,
  );
}

/** Why distance, angle and dot product name the same token everywhere in a text. */
export function agreementDetail(agreement: MetricAgreement): Words {
  if (agreement.kind === 'tied')
    return [l10n.t('All tokens that were compared have the same dot product with h, so nothing can differ.')];
  if (agreement.kind === 'sizes-alike')
    return [
      l10n.t(
        'All candidates are almost equally large ({0} to {1}), so only direction counts.',
        ...toldApart(
          [agreement.smallest.size, agreement.largest.size],
          sizeDecimals(agreement.smallest.size, agreement.largest.size),
        ),
      ),
    ];
  const { predicted, rival, hiddenSize } = agreement;
  switch (agreement.kind) {
    case 'lead':
      return words(
        l10n.t('Even where it is closest, {0} is so much better aligned than {1} that size cannot change the order.'),
        predicted.token,
        rival.token,
      );
    case 'large-hidden':
    case 'largest':
      return [l10n.t('h is so large (‖h‖ {0}) that distance follows the dot product.', sizeOfH(hiddenSize))];
    case 'bias':
      return words(
        l10n.t('The dot product alone would name {0}, but the output bias puts {1} first.'),
        rival.token,
        predicted.token,
      );
  }
}

export const agreementLead = (): Words => [
  l10n.t('In this text distance, angle and dot product choose the same token at every position.'),
];

/** What the neighbours of a token say before anything is predicted. */
export function neighboursLead({ query, lists }: Neighbours): Words {
  const first = (list: readonly RankedToken[]) => list.find(({ token }) => token.id !== query.id);
  const [nearest, aligned, byDot] = [first(lists.euclidean), first(lists.cosine), first(lists.dot)];
  if (!nearest || !aligned || !byDot) return [];
  return words(
    l10n.t('Nearest to {0} by distance is {1}, by angle {2}, by dot product {3}.'),
    query,
    nearest.token,
    aligned.token,
    byDot.token,
  );
}
