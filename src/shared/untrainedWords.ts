import { count, fixed, percent } from './format';
import { foundIn, type Reach, type UntrainedResult } from './lab';
import { listedInWords, type Translator } from './translator';

/** Below this cosine the reference has no common direction that others could share. */
const scattered = 0.5;
/** A mean of fewer tokens is mostly chance. */
const fewTokens = 5;
/** Sizes tell the reference apart if no more of the other tokens are that small. If half are, they say nothing. */
const few = 0.01;
const half = 0.5;

/** What was found, how sure that is, and whether sizes say it too. */
export const untrainedSaid = (result: UntrainedResult, l10n: Translator): string =>
  [candidatesSaid(result, l10n), certaintySaid(result, l10n), sizesSaid(result, l10n)].join(' ');

function candidatesSaid(result: UntrainedResult, l10n: Translator): string {
  const many = foundIn(result);
  const { text, control, partial, unreachable } = result.found;
  const parts = [
    [control, l10n.t('{0} among the control tokens', count(control))],
    [text, l10n.t('{0} that some text produces', count(text))],
    [unreachable, l10n.t('{0} that no text produces', count(unreachable))],
    [partial, l10n.t('{0} for a part of a character', count(partial))],
  ] as const;
  const named = listedInWords(
    parts.flatMap(([number, words]) => (number > 0 ? [words] : [])),
    l10n,
  );
  return many === 0
    ? l10n.t('No other token points the same way as the reference.')
    : l10n.t('Other tokens that point the same way as the reference: {0} ({1}).', count(many), named);
}

function certaintySaid({ reference, bound }: UntrainedResult, l10n: Translator): string {
  if (reference.count < fewTokens) return l10n.t('This is uncertain: the reference has fewer than five tokens.');
  return bound < scattered
    ? l10n.t(
        'This says little: the tokens of the reference point in different directions, some with a cosine of only {0} to their mean.',
        fixed(bound, 2),
      )
    : l10n.t(
        'The tokens of the reference point the same way: nearly all have a cosine of at least {0} to their mean.',
        fixed(bound, 2),
      );
}

function sizesSaid({ reference: { smaller } }: UntrainedResult, l10n: Translator): string {
  const share = percent(100 * smaller);
  const said =
    smaller <= few
      ? l10n.t('Sizes say the same')
      : smaller < half
        ? l10n.t('Sizes say less')
        : l10n.t('Sizes say nothing here');
  return l10n.t('{0}: {1} of the other tokens are smaller than the largest of the reference.', said, share);
}

/** A template: `{0}` is the number of tokens, `{1}` their examples. */
export function referenceTemplate(
  { kind, count: many }: Pick<UntrainedResult['reference'], 'kind' | 'count'>,
  l10n: Translator,
): string {
  if (many === 1) return l10n.t('Reference: one token, {1}.');
  switch (kind) {
    case 'unused':
    case 'reserved':
      return l10n.t('Reference: {0} tokens that are named as unused or reserved, such as {1}.');
    case 'bytes':
      return l10n.t('Reference: {0} tokens for bytes that never occur in UTF-8, such as {1}.');
    case 'code':
      return l10n.t('Reference: {0} control tokens for code, most of them probably never trained, such as {1}.');
    case 'given':
      return l10n.t('Reference: {0} tokens chosen by their ids, such as {1}.');
  }
}

export function reachWords(reach: Reach, l10n: Translator): string {
  switch (reach) {
    case 'text':
      return l10n.t('some text');
    case 'control':
      return l10n.t('control token');
    case 'partial':
      return l10n.t('part of a character');
    case 'unreachable':
      return l10n.t('no text');
  }
}
