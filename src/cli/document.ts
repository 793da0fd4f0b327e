import type { MeasuredDocument } from '../shared/document/document';
import { measureDocument } from '../shared/document/measure';
import { DocumentSums, lineSum } from '../shared/document/sums';
import type { Engine, ModelInfo } from '../shared/engine';
import { perplexityOf, type SurprisalSum } from '../shared/surprisalSum';

/** What `--document` is given beside its file. */
export interface DocumentOptions {
  readonly plain: boolean;
  readonly window: number;
}

/**
 * A document as JSON lines, each as soon as it is known: first what is measured and how, with the provenance, then the
 * lines of the text with their tokens, and at last the sum. `tell` hears of the share that is measured.
 */
export async function* documentLines(
  engine: Engine,
  { name }: ModelInfo,
  text: string,
  { plain, window }: DocumentOptions,
  made: object = {},
  tell: (fraction: number) => void = () => undefined,
): AsyncGenerator<string> {
  const sums = new DocumentSums(text);
  let [line, at] = [0, 0];
  for await (const document of measureDocument(engine, { text, plain, window })) {
    const { tokens, measured } = document;
    if (measured === 0)
      yield json({
        model: name,
        tokens: tokens.ids.length,
        lines: sums.lines.tokens.length,
        window: document.window,
        ...(tokens.control.length > 0 && { control: tokens.control.map(({ text }) => text) }),
        ...made,
      });
    sums.take(document);
    for (; line < sums.finished; line++) {
      const first = at;
      while (at < measured && sums.lineAt(tokens.starts[at] as number) === line) at++;
      yield json({
        line: line + 1,
        start: sums.lines.starts[line],
        ...sumJson(lineSum(sums.lines, line)),
        tokens: Array.from({ length: at - first }, (_, i) => tokenJson(text, document, first + i)),
      });
    }
    tell(measured / tokens.ids.length);
  }
  yield json({ total: sumJson(sums.total) });
}

const json = (value: object): string => `${JSON.stringify(value)}\n`;

const sumJson = ({ tokens, ...sum }: SurprisalSum) => ({ measured: tokens, ...sum, perplexity: perplexityOf(sum) });

function tokenJson(text: string, { tokens, surprisal, entropy, expected }: MeasuredDocument, i: number) {
  const [start, end] = [tokens.starts[i] as number, tokens.ends[i] as number];
  return {
    id: tokens.ids[i],
    text: text.slice(start, end),
    start,
    end,
    size: tokens.sizes[i],
    // JSON has no NaN: it becomes null.
    surprisal: surprisal[i],
    entropy: entropy[i],
    expected: expected[i]?.map(({ token, probability }) => ({ id: token.id, text: token.text, probability })),
  };
}
