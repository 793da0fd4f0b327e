import * as l10n from '@vscode/l10n';
import { cutTo } from '../../shared/codePoints';
import type { DocumentView } from '../../shared/document/view';
import { bits, count, plural, roundedSize, scientific } from '../../shared/format';
import type { PanelState } from '../../shared/panel';
import { perplexityOf } from '../../shared/surprisalSum';
import { tokenCount } from '../parts/numbers';
import { filled, visibleText, type Words } from '../parts/words';
import { measuredLines, standsOut } from './lines';

/** A line of a few surprises has a perplexity of many digits. */
const largest = 1e6;

export const perplexity = (value: number): string => (value < largest ? roundedSize(value) : scientific(value));

/** Characters of a line in the headline. */
const quoted = 48;

/** The number of a line, from 1. */
export const lineNumber = (line: number): string => count(line + 1);

const lineCount = (lines: number): string =>
  plural(lines, { one: l10n.t('{0} line', count(lines)), other: l10n.t('{0} lines', count(lines)) });

/** The document in one sentence, and the line that is worth a look in another. */
export function documentFinding({ document, documentLines }: Pick<PanelState, 'document' | 'documentLines'>): Words {
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
  const line = lines.tokens.length > 1 ? standsOut(measuredLines(document, documentLines)) : null;
  if (!line) return [said];
  return [
    ...[said, '. '],
    ...filled(
      l10n.t('Line {0} stands out most, {1} bits above average: “{2}”'),
      ...[lineNumber(line.line), bits(line.above), visibleText(cutTo(quoted, line.text))],
    ),
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
