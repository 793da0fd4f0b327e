import * as l10n from '@vscode/l10n';
import { count, ordinalForm, plural } from '../../shared/format';

export const tokenCount = (value: number): string =>
  plural(value, { one: l10n.t('{0} token', count(value)), other: l10n.t('{0} tokens', count(value)) });

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
