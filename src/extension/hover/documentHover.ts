import { bisectLeft, bisectRight } from 'd3-array';
import { bits, valued } from '../../shared/format';
import type { Range } from '../../shared/tokens';
import type { Translator } from '../../shared/translator';
import type { PlacedDocument } from '../shown';
import { hoverParagraphs, likely, name, surprisalWords } from './content';
import { escapeMarkdown } from './hoverMarkdown';

const encoder = new TextEncoder();

/**
 * The hover of a character in a document that is inspected as a whole, and its range in the document: one paragraph for
 * each of its tokens. null if none of them was measured. `textOf` reads the document.
 */
export function documentHover(
  { measured, places: { starts, ends } }: Pick<PlacedDocument, 'measured' | 'places'>,
  character: Range,
  textOf: (span: Range) => string,
  l10n: Translator,
): { readonly markdown: string; readonly span: Range } | null {
  const { tokens, surprisal, entropy, expected } = measured;
  const first = bisectRight(ends, character.start);
  const behind = Math.min(bisectLeft(starts, character.end), measured.measured);
  const found = Array.from({ length: Math.max(0, behind - first) }, (_, index) => first + index);
  const [start, end] = [starts[first], ends[behind - 1]];
  if (found.length === 0 || start === undefined || end === undefined) return null;
  const described = found.map((i) => {
    const bytes = [...encoder.encode(textOf({ start: starts[i] as number, end: ends[i] as number }))];
    const instead = likely(expected[i] ?? [], l10n);
    const own = surprisal[i] as number;
    return [
      `${name({ bytes }, l10n)}\u2003${escapeMarkdown(valued(l10n.t('id'), tokens.ids[i] as number))}`,
      [
        ...(Number.isNaN(own) ? [] : [surprisalWords(bits(own), l10n)]),
        l10n.t('Entropy after it {0} bits', escapeMarkdown(bits(entropy[i] as number))),
      ].join('\u2003'),
      ...(instead === null ? [] : [l10n.t('Expected instead: {0}', instead)]),
    ];
  });
  return { markdown: hoverParagraphs(described), span: { start, end } };
}
