import * as l10n from '@vscode/l10n';
import type { SizeSummary } from '../../shared/engine';
import { count, ordinalForm, plural } from '../../shared/format';

/** Share of the vocabulary that an axis of sizes must cover. */
const coveredShare = 0.995;
/** An axis this many times as long as that share needs would serve only a few tokens, often the one before a text. */
const mostStretch = 2.5;
const margin = 1.1;

/** Domain of an axis of sizes, model units: all sizes, unless a few outliers would squeeze the rest. */
export function usefulDomain({
  histogram: { from, width, counts },
}: Pick<SizeSummary, 'histogram'>): readonly [number, number] {
  const total = counts.reduce((sum, many) => sum + many, 0);
  let covered = 0;
  const last = counts.findIndex((many) => (covered += many) >= coveredShare * total);
  const needed = width * (last + 1);
  const whole = width * counts.length;
  return [from, from + (whole > mostStretch * needed ? margin * needed : whole)];
}

export const tokenCount = (value: number): string =>
  plural(value, { one: l10n.t('{0} token', count(value)), other: l10n.t('{0} tokens', count(value)) });

export const charCount = (value: number): string =>
  plural(value, { one: l10n.t('{0} char', count(value)), other: l10n.t('{0} chars', count(value)) });

/**
 * A rank, from 1: `24th`. A translation says what each of English’s forms is in its language, whose rules choose among
 * them.
 */
export function ordinal(value: number): string {
  switch (ordinalForm(value)) {
    case 'one':
      return l10n.t('{0}st', count(value));
    case 'two':
      return l10n.t('{0}nd', count(value));
    case 'few':
      return l10n.t('{0}rd', count(value));
    case 'zero':
    case 'many':
    case 'other':
      return l10n.t('{0}th', count(value));
  }
}
