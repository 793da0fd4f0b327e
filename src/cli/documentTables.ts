import { measureDocument } from '../shared/document/measure';
import { DocumentSums } from '../shared/document/sums';
import type { SurprisingToken } from '../shared/document/view';
import type { Engine, ModelInfo } from '../shared/engine';
import { roundedSize } from '../shared/format';
import { perplexity, type SurprisalSum } from '../shared/surprisalSum';
import { nameOf } from '../tools/tables';
import { count, number, paragraphs, table, visible } from '../tools/text';
import type { DocumentOptions } from './document';

/** As many as the panel lists at first. */
const listed = 10;

/** A document as tables: how it is measured at once, its lines and its most surprising tokens when all is known. */
export async function* documentTables(
  engine: Engine,
  { name }: ModelInfo,
  text: string,
  { plain, window }: DocumentOptions,
): AsyncGenerator<string> {
  const sums = new DocumentSums(text);
  const lines = sums.lines.tokens.length;
  for await (const document of measureDocument(engine, { text, plain, window })) {
    if (document.measured === 0)
      yield `${name}: ${count(document.tokens.ids.length)} tokens in ${lines === 1 ? '1 line' : `${count(lines)} lines`}, measured in windows of ${count(document.window)}\n\n`;
    sums.take(document);
  }
  yield `${paragraphs(
    linesTable(Array.from({ length: lines }, (_, line) => sums.lineSum(line))),
    sums.surprising.length > 0 && `The most surprising tokens\n${surprisingTable(sums.surprising.slice(0, listed))}`,
    totalLine(sums.total),
  )}\n`;
}

function linesTable(sums: readonly SurprisalSum[]): string {
  const rows = sums.map((sum, line) => [
    count(line + 1),
    count(sum.tokens),
    number(sum.bits, 2),
    bitsPerCharacter(sum),
    perplexityCell(sum),
  ]);
  return table(['line', 'tokens', 'bits', 'bits a character', 'perplexity'], rows, 'rrrrr');
}

function surprisingTable(tokens: readonly SurprisingToken[]): string {
  const rows = tokens.map(({ line, text, surprisal, expected }) => [
    count(line + 1),
    visible(text),
    `${number(surprisal, 2)} bits`,
    expected.map(({ token, probability }) => `${nameOf(token)} ${number(probability, 3)}`).join('  '),
  ]);
  return table(['line', 'token', 'surprisal', 'expected instead'], rows, 'rlrl');
}

const totalLine = (total: SurprisalSum): string =>
  total.tokens === 0
    ? 'Nothing was measured: no prediction comes before the first token.'
    : `All: ${number(total.bits, 2)} bits over ${count(total.tokens)} tokens, ${bitsPerCharacter(total)} bits a character, perplexity ${perplexityCell(total)}`;

const bitsPerCharacter = ({ bitsPerCharacter: bits }: SurprisalSum): string => (bits === null ? '' : number(bits, 2));

function perplexityCell(sum: SurprisalSum): string {
  const value = perplexity(sum);
  return value === null ? '' : roundedSize(value);
}
