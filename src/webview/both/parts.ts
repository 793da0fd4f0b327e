import * as l10n from '@vscode/l10n';
import type { Both, LogitParts, TokenInBoth } from '../../shared/both';
import { largestPart, leadOf, type Lead } from '../../shared/bothFacts';
import { signed } from '../../shared/format';
import { type Words, words } from '../parts/words';

// Sentences on the change of a logit, or of a lead, and the largest part of it. `Next token` has their numbers.

/** A smaller change of a logit is not worth a sentence: it changes a token's chances by less than two thirds. */
const worthSaying = 0.5;

const partNames = (): Readonly<Record<keyof LogitParts, string>> => ({
  hiddenSize: l10n.t('size of h'),
  size: l10n.t('size of the token'),
  angle: l10n.t('angle'),
  bias: l10n.t('bias'),
});

/** The parts of a lead, which has two tokens. */
const leadPartNames = (): Readonly<Record<keyof LogitParts, string>> => ({
  hiddenSize: l10n.t('the size of h'),
  size: l10n.t('the sizes of the two tokens'),
  angle: l10n.t('the angles between h and the two tokens'),
  bias: l10n.t('the biases of the two tokens'),
});

const printed = (value: number): number => Number(value.toFixed(2));

/** The change of a logit, between the logits as they are printed. */
export const changeOf = ({ logit: [a, b] }: Pick<TokenInBoth, 'logit'>): number => printed(printed(b) - printed(a));

/** Leads, between the logits as they are printed. */
export const printedLead = ([token, over]: Both<TokenInBoth>): Lead => ({
  ...leadOf(token, over),
  logit: [
    printed(printed(token.logit[0]) - printed(over.logit[0])),
    printed(printed(token.logit[1]) - printed(over.logit[1])),
  ],
});

/** How A’s first token lost its lead over B’s. */
export function leadWords([first, other]: Both<TokenInBoth>): Words {
  const lead = printedLead([first, other]);
  const part = largestPart(leadOf(first, other));
  return words(
    l10n.t('The lead of {0} over {1} goes from {2} to {3} logits. The largest part of that comes from {4} ({5})'),
    first.token,
    other.token,
    ...lead.logit.map((value) => signed(value)),
    leadPartNames()[part],
    signed(lead.parts[part]),
  );
}

/** How the logit of a token changed; null if that is not worth a sentence. */
export function movedWords(token: TokenInBoth): Words | null {
  if (Math.abs(changeOf(token)) < worthSaying) return null;
  const part = largestPart(token);
  return [
    l10n.t(
      'Its logit changes by {0}. The largest part of that comes from the {1} ({2})',
      signed(changeOf(token)),
      partNames()[part],
      signed(token.parts[part]),
    ),
  ];
}
