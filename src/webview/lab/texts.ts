import * as l10n from '@vscode/l10n';
import { count } from '../../shared/format';
import type { TrunkInfo } from '../../shared/engine';
import type { Experiment } from '../../shared/lab';

interface Texts {
  readonly title: string;
  readonly question: string;
  /** What is claimed, before anything is run. */
  readonly claim: string;
}

/**
 * What each experiment is about, in words that hold where logits are neither capped nor have a bias; `exceptionOf` says
 * what is different where they are.
 */
export function textsOf(name: Experiment): Texts {
  switch (name) {
    case 'rulers':
      return {
        title: l10n.t('Three rulers'),
        question: l10n.t('Do distance, dot product and cosine list the same neighbours?'),
        claim: l10n.t(
          '−½‖q − w‖² = q·w − ½‖w‖² − ½‖q‖²: distance is the dot product with a handicap for long tokens. Cosine leaves the lengths out altogether.',
        ),
      };
    case 'one-length':
      return {
        title: l10n.t('One length'),
        question: l10n.t('Would the three lists differ if all vectors had one length?'),
        claim: l10n.t(
          'On vectors of length one ‖q − w‖² = 2 − 2 q·w, so all three put the vocabulary in one order. Whatever tells the raw lists apart is length alone.',
        ),
      };
    case 'round-trip':
      return {
        title: l10n.t('Round trip'),
        question: l10n.t('Does a token’s own vector unembed to it, with no layers between?'),
        claim: l10n.t(
          'Each token’s vector is compared with all output vectors, with nothing between. A token comes back where it is the best match of its own vector.',
        ),
      };
    case 'target-size':
      return {
        title: l10n.t('Size of the target'),
        question: l10n.t('Which tokens win a random direction?'),
        claim: l10n.t(
          'Each of many random directions goes to the token with the largest dot product. If direction alone counted, each tenth of the vocabulary would win about a tenth of them.',
        ),
      };
    case 'softmax-shift':
      return {
        title: l10n.t('What softmax cannot see'),
        question: l10n.t('What changes when one vector is added to every output row?'),
        claim: l10n.t(
          'One random vector added to all output rows moves all logits by the same amount: no probability changes, and no distance between rows. Sizes and cosines do, so a raw cosine depends on where the origin lies.',
        ),
      };
    case 'length':
      return {
        title: l10n.t('Where length counts'),
        question: l10n.t('What changes when the vector is scaled before the final norm, or after it?'),
        claim: l10n.t(
          'The final norm takes the length out, up to its ε, so scaling before it changes nothing. After it a factor k is a temperature of 1/k: dot product and cosine keep their order, and distance alone drifts towards the shortest tokens.',
        ),
      };
    case 'between':
      return {
        title: l10n.t('Between two tokens'),
        question: l10n.t('What lies on the way from one token to another?'),
        claim: l10n.t(
          'On the straight way the vector gets shorter than on the way along the sphere, where its length goes evenly from one end to the other. At each step the mixture also stands in place of the text’s last token.',
        ),
      };
    case 'tied':
      return {
        title: l10n.t('Tied or untied'),
        question: l10n.t('Are a token’s input and output vectors the same?'),
        claim: l10n.t(
          'A tied model reads and writes tokens with one matrix. What then still tells input from output is the final norm’s gain, which can be folded into the output rows.',
        ),
      };
    case 'extremes':
      return {
        title: l10n.t('Names or noise'),
        question: l10n.t('Which tokens are longest, shortest, alike or out of reach?'),
        claim: l10n.t(
          'Long vectors win dot products and short ones lose them. Here stand the ends of the vocabulary: are they words, or what hardly any text contains?',
        ),
      };
  }
}

/**
 * What of the claim does not hold for a model that caps its logits softly, since c · tanh(x / c) is no sum and no
 * product, or adds a bias to them.
 */
export function exceptionOf(
  name: Experiment,
  trunk: Pick<TrunkInfo, 'logitCap' | 'outputBias'> | null | undefined,
): string | null {
  const said = [
    trunk?.logitCap === undefined ? null : exceptionOfCap(name, trunk.logitCap),
    trunk?.outputBias ? exceptionOfBias(name) : null,
  ].filter((text) => text !== null);
  return said.length > 0 ? said.join(' ') : null;
}

function exceptionOfCap(name: Experiment, logitCap: number): string | null {
  if (name === 'softmax-shift')
    return l10n.t(
      'This model caps its logits softly, at {0}: there a shift of all logits does change probabilities.',
      count(logitCap),
    );
  if (name === 'length')
    return l10n.t(
      'This model caps its logits softly, at {0}: there a factor on h is no temperature, though the order stays.',
      count(logitCap),
    );
  return null;
}

function exceptionOfBias(name: Experiment): string | null {
  if (name === 'length')
    return l10n.t(
      'This model adds a bias to each logit, which no factor on h reaches: there it is no temperature, and the predictions can change their order.',
    );
  if (name === 'round-trip' || name === 'target-size')
    return l10n.t('This model adds a bias to each logit; here it is left out.');
  return null;
}
