import { scaleLinear } from 'd3-scale';
import { describe, expect, test } from 'vitest';
import { lineBeginnings } from '../../../../src/shared/document/sums';
import { documentFinding, perplexity, reachedWords, windowWords } from '../../../../src/webview/document/finding';
import { binned, byBits, measuredLines, ranks, standsOut } from '../../../../src/webview/document/lines';
import { binWords, lineTicks } from '../../../../src/webview/document/linesChart';
import { linesTable, surprisingTable } from '../../../../src/webview/document/linesTable';
import { copiedRows } from '../../../../src/webview/parts/columns';
import { sentence } from '../../../../src/webview/parts/words';
import { namedTicks } from '../../../../src/webview/picture/chart';
import { documentOf } from '../documents';

const text =
  'One short line of six words\nextraordinarily\n\nsome rather unforeseeable vocabulary appears here\nend of it';
const whole = documentOf(text);
const documentLines = lineBeginnings(text, whole.lines.starts);
const lines = measuredLines(whole, documentLines);
const act = { post: () => undefined, setView: () => undefined, see: () => undefined, goTo: () => undefined };

describe('the lines of a document', () => {
  test('are those with known tokens, each with its place', () => {
    expect(lines.map(({ line }) => line)).toEqual([0, 1, 2, 3, 4]);
    expect(lines.map(({ start, end }) => text.slice(start, end)).join('')).toBe(text);
    const known = measuredLines(documentOf(text, { measured: 6 }));
    expect(known.map(({ line, tokens }) => [line, tokens])).toEqual([[0, 5]]);
  });

  test('have the numbers of their tokens', () => {
    const { lines: sums } = documentOf(text);
    const [, second] = lines;
    expect(second?.bits).toBe(sums.bits[1]);
    expect(second?.bitsPerCharacter).toBe((sums.bits[1] as number) / (sums.characters[1] as number));
    expect(second?.perplexity).toBeCloseTo(2 ** ((sums.bits[1] as number) / 2), 9);
  });

  test('are ordered by bits a character, the short ones last', () => {
    const ordered = lines.toSorted(byBits);
    expect(ordered.map(({ isShort }) => isShort)).toEqual([false, false, true, true, true]);
    const [first, second] = ordered.map(({ bitsPerCharacter }) => bitsPerCharacter ?? 0);
    expect(first).toBeGreaterThan(second ?? Infinity);
  });

  test('are ranked by their bits, by those above the average of their tokens, and by perplexity', () => {
    const ranked = (rank: keyof typeof ranks) => lines.toSorted(ranks[rank]);
    const bits = ranked('bits').map((line) => line.bits);
    expect(bits).toEqual([...bits].sort((a, b) => b - a));
    const { mean } = whole.total;
    const above = lines.map((line) => line.bits - line.tokens * (mean ?? 0));
    expect(lines.map((line) => line.above)).toEqual(above);
    expect(above.reduce((sum, value) => sum + value, 0)).toBeCloseTo(0, 9);
    expect(ranked('above').map((line) => line.above)).toEqual([...above].sort((a, b) => b - a));
    const perplexities = ranked('perplexity').map((line) => [line.isShort, line.perplexity]);
    expect(perplexities).toEqual(
      lines
        .toSorted((a, b) => Number(a.isShort) - Number(b.isShort) || (b.mean ?? 0) - (a.mean ?? 0))
        .map((line) => [line.isShort, line.perplexity]),
    );
  });

  test('stand out by what they have above the average, unless they are short', () => {
    expect(standsOut(lines)?.line).toBe(3);
    expect(standsOut(lines.filter(({ isShort }) => isShort))).toBeNull();
  });

  test('begin with what a table shows of them', () => {
    expect(lines.map((line) => line.text)).toEqual(text.split('\n'));
    const long = `  ${'x'.repeat(157)}👩 end\r\n\tnext `;
    expect(lineBeginnings(long, Uint32Array.of(0, 167, long.length))).toEqual(['x'.repeat(157), 'next']);
  });
});

describe('the bins of a picture', () => {
  test('have a line each where there is room', () => {
    const bins = binned(lines, 5, 300);
    expect(bins.map(({ from, to }) => [from, to])).toEqual([0, 1, 2, 3, 4].map((line) => [line, line + 1]));
    expect(bins.map(({ worst }) => worst)).toEqual(lines);
  });

  test('keep the worst of their lines, and cover all lines', () => {
    const bins = binned(lines, 5, 2);
    expect(bins.map(({ from, to }) => [from, to])).toEqual([
      [0, 3],
      [3, 5],
    ]);
    expect(bins.map(({ worst }) => worst?.line)).toEqual([0, 3]);
  });

  test('say their line, or that nothing is measured', () => {
    const [first, second] = binned(measuredLines(documentOf(text, { measured: 6 })), 5, 2);
    expect(first && binWords(first)).toMatch(/^Line 1: \d\.\d\d bits a character, 5 tokens$/);
    expect(second && binWords(second)).toBe('Lines 4 to 5: nothing measured');
  });

  test.each([60, 999, 14_485, 20_000, 1_234_567])('have labels that never touch, of %i lines', (lines) => {
    for (let width = 120; width < 1400; width += 7) {
      const x = scaleLinear([1, lines + 1], [30, width]);
      const labels = namedTicks(
        lineTicks(lines, width - 30).map((line) => ({ x: x(line), name: String(line) })),
        width,
      );
      expect(labels[0]?.name).toBe('1');
      expect(labels.length).toBeLessThan(2 + width / 60);
    }
  });
});

describe('the words on a document', () => {
  test('name the numbers of the whole and its least predictable line', () => {
    const document = documentOf(text);
    const said = sentence(documentFinding({ document, documentLines }));
    const { bitsPerCharacter, mean, tokens } = document.total;
    expect(said).toContain(`${bitsPerCharacter?.toFixed(2)} bits a character`);
    expect(said).toContain(`perplexity of ${perplexity(2 ** (mean ?? 0))}, over ${tokens} tokens in 5 lines.`);
    expect(said).toMatch(
      /Line 4 stands out most, \d+\.\d\d bits above average: “some rather unforeseeable vocabulary appears he…”$/,
    );
  });

  test('are about all of the earlier text while that is measured again', () => {
    const document = documentOf(text);
    const said = documentFinding({ document, documentLines });
    expect(
      documentFinding({ documentLines, document: { ...document, progress: 'running', outOfDate: true, measured: 0 } }),
    ).toEqual(said);
  });

  test('are about the part that is known so far', () => {
    const document = documentOf(text, { measured: 6 });
    expect(sentence(documentFinding({ document, documentLines }))).toContain('so far, over the first 5 tokens');
    expect(reachedWords(document)).toBe('line 1 of 5');
    expect(sentence(documentFinding({ documentLines, document: documentOf(text, { measured: 0 }) }))).toBe(
      'Nothing is measured yet',
    );
  });

  test('name no line of a few tokens, and the only line not either', () => {
    expect(sentence(documentFinding({ documentLines, document: documentOf('One\nTwo\nThree') }))).not.toContain(
      'Line ',
    );
    const one = sentence(documentFinding({ documentLines, document: documentOf('One short line of six words') }));
    expect(one).toMatch(/in 1 line$/);
  });

  test('say from how much text a token is predicted', () => {
    expect(windowWords({ window: 512, tokens: 2000 })).toBe(
      'Measured in windows of 512 tokens. Each token beyond the first window is predicted from at least 256 tokens before it.',
    );
    expect(windowWords({ window: 512, tokens: 512 })).toContain('fits into one window');
    expect(windowWords({ window: 0, tokens: 0 })).toBeNull();
  });

  test('print a perplexity with four digits, and a huge one by its power', () => {
    expect([12.3456, 1234.56, 123_456.7, 2 ** 31].map(perplexity)).toEqual(['12.35', '1,235', '123,500', '2.1 × 10⁹']);
  });
});

describe('the copies', () => {
  test('have every line, numbers in full', () => {
    const [head, ...rows] = copiedRows(linesTable(lines, act));
    expect(head).toEqual([
      'line',
      'text',
      'tokens',
      'bits',
      'above average',
      'bits a token',
      'bits a character',
      'perplexity',
    ]);
    expect(rows).toEqual(
      lines.map((row) => [
        ...[row.line + 1, row.text, row.tokens, row.bits, row.above],
        ...[row.mean, row.bitsPerCharacter, row.perplexity],
      ]),
    );
  });

  test('have the surprising tokens with all that was expected', () => {
    const found = documentOf(text).surprising.filter((token) => token.text === ' unforeseeable');
    const [, row] = copiedRows(surprisingTable(found, act));
    const [bits] = found.map(({ surprisal }) => surprisal);
    const expected = ['·the', 0.5, '↵', 0.25, '·x', 0.0001];
    expect(row).toEqual([4, '·unforeseeable', 'some rather', ' vocabulary appears here', bits, ...expected]);
  });
});
