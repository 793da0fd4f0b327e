import * as l10n from '@vscode/l10n';
import { count, ordinalForm, plural } from '../../shared/format';

/** A count in running text: a word up to ten, `none` for 0. */
export const inWords = (value: number): string => numberWords()[value] ?? count(value);

/** A rank in running text, from 1: a word up to ten, `24th` beyond. */
export const ordinal = (value: number): string => ordinalWords()[value - 1] ?? ordinalInFigures(value);

export const tokenCount = (value: number): string =>
  plural(value, { one: l10n.t('{0} token', count(value)), other: l10n.t('{0} tokens', count(value)) });

const numberWords = (): readonly string[] => [
  l10n.t('none'),
  l10n.t('one'),
  l10n.t('two'),
  l10n.t('three'),
  l10n.t('four'),
  l10n.t('five'),
  l10n.t('six'),
  l10n.t('seven'),
  l10n.t('eight'),
  l10n.t('nine'),
  l10n.t('ten'),
];

const ordinalWords = (): readonly string[] => [
  l10n.t('first'),
  l10n.t('second'),
  l10n.t('third'),
  l10n.t('fourth'),
  l10n.t('fifth'),
  l10n.t('sixth'),
  l10n.t('seventh'),
  l10n.t('eighth'),
  l10n.t('ninth'),
  l10n.t('tenth'),
];

/** `24th`. A translation says what each of English's forms is in its language, whose rules choose among them. */
export function ordinalInFigures(value: number): string {
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
