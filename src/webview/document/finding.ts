import * as l10n from '@vscode/l10n';
import type { DocumentView } from '../../shared/document/view';
import { bits, count, plural, roundedSize, scientific } from '../../shared/format';
import type { PanelState } from '../../shared/panel';
import { perplexityOf } from '../../shared/surprisalSum';
import { tokenCount } from '../parts/numbers';
import { type Words } from '../parts/words';
import { measuredLines, mostBits } from './lines';

/** A line of a few surprises has a perplexity of many digits. */
const largest = 1e6;

export const perplexity = (value: number): string => (value < largest ? roundedSize(value) : scientific(value));

/** The number of a line, from 1. */
export const lineNumber = (line: number): string => count(line + 1);

const lineCount = (lines: number): string =>
  plural(lines, { one: l10n.t('{0} line', count(lines)), other: l10n.t('{0} lines', count(lines)) });

/** The document in one sentence, and its worst line in another. */
export function documentFinding({ document }: Pick<PanelState, 'document'>): Words {
  if (!document) return [];
  const { total, lines, progress, isWhole } = document;
  const value = perplexityOf(total);
  if (value === null)
    return [progress === 'running' ? l10n.t('Nothing is measured yet') : l10n.t('Nothing was measured')];
  const numbers = [bits(total.bitsPerCharacter), perplexity(value), tokenCount(total.tokens)] as const;
  const said = isWhole
    ? l10n.t(
        '{0} bits a character and a perplexity of {1}, over {2} in {3}',
        ...numbers,
        lineCount(lines.tokens.length),
      )
    : l10n.t('{0} bits a character and a perplexity of {1} so far, over the first {2}', ...numbers);
  const worst = lines.tokens.length > 1 ? mostBits(measuredLines(lines)) : null;
  if (!worst) return [said];
  return [
    said,
    '. ',
    l10n.t('Line {0} has the most bits a character: {1}', lineNumber(worst.line), bits(worst.bitsPerCharacter)),
  ];
}

/** How far the measures reach: `line 120 of 400`, inside a sentence. */
export function reachedWords({ lines: { tokens } }: Pick<DocumentView, 'lines'>): string {
  const reached = tokens.findLastIndex((known) => known > 0);
  return l10n.t('line {0} of {1}', lineNumber(Math.max(reached, 0)), count(tokens.length));
}

/** How the tokens were measured; null until the document is cut into tokens. */
export function windowWords({ window, tokens }: Pick<DocumentView, 'window' | 'tokens'>): string | null {
  if (tokens === 0) return null;
  if (tokens <= window)
    return l10n.t(
      'The whole document fits into one window of {0}. Each token is predicted from all of the text before it.',
      tokenCount(window),
    );
  return l10n.t(
    'Measured in windows of {0}. Each token beyond the first window is predicted from at least {1} before it.',
    tokenCount(window),
    tokenCount(Math.floor(window / 2)),
  );
}
