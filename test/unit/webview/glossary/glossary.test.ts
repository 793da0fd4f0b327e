import * as l10n from '@vscode/l10n';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { TermFinder } from '../../../../src/webview/glossary/find';
import { stopsOf } from '../../../../src/webview/glossary/stops';
import { formsOf, type Term, terms } from '../../../../src/webview/glossary/terms';

const found = (text: string) =>
  new TermFinder().in(text).map(({ term, start, end }) => [term.written[0], text.slice(start, end)]);

describe('the terms of a text', () => {
  test('are letters that stand for vectors, as they are written', () => {
    expect(found('logit = ‖h‖ × ‖u‖ × cos θ')).toEqual([
      ['logit', 'logit'],
      ['h', '‖h‖'],
      ['u', '‖u‖'],
      ['θ', 'θ'],
    ]);
    expect(found('h, what the model ends with: H is no letter of that kind, nor is the h in what')).toEqual([
      ['h', 'h'],
      ['h', 'h'],
    ]);
    expect(found('‖q − w‖')).toEqual([
      ['q', 'q'],
      ['w', 'w'],
    ]);
    expect(found('it’s e.g. the q·w of w')).toEqual([
      ['e', 'e'],
      ['q', 'q'],
      ['w', 'w'],
      ['w', 'w'],
    ]);
  });

  test('are words in any case, the longest first', () => {
    expect(found('Residuals, the Unembedding; oversized: tokens')).toEqual([
      ['residual', 'Residuals'],
      ['unembedding', 'Unembedding'],
      ['token', 'tokens'],
    ]);
    expect(found('the norm’s gain')).toEqual([
      ['norm', 'norm'],
      ['gain', 'gain'],
    ]);
    expect(found('rank-biased overlap')).toEqual([['rank-biased overlap', 'rank-biased overlap']]);
  });
});

describe('the way through the terms of a section', () => {
  const [a, b, c] = terms().slice(0, 3) as [Term, Term, Term];
  const mention = (term: Term, line: number) => ({ term, line });
  const section = [mention(a, 0), mention(b, 0), mention(a, 2), mention(c, 3), mention(b, 5), mention(c, 6)];
  const from = (reader: number) => {
    const { stops, at } = stopsOf(section, ({ line }) => line < reader);
    return { lines: stops.map(({ line }) => line), begins: stops[at]?.line };
  };

  test('stops once at each term, where it comes next', () => {
    expect(from(0)).toEqual({ lines: [0, 0, 3], begins: 0 });
    expect(from(1)).toEqual({ lines: [2, 3, 5], begins: 2 });
    expect(from(3)).toEqual({ lines: [0, 3, 5], begins: 3 });
  });

  test('begins at the first term for a reader at the end', () => {
    expect(from(7)).toEqual({ lines: [0, 0, 3], begins: 0 });
    expect(stopsOf([], () => true)).toEqual({ stops: [], at: 0 });
  });
});

describe('the forms of a term', () => {
  test('are a list, whose commas a translator writes as the language has them', () => {
    expect(formsOf('token, tokens')).toEqual(['token', 'tokens']);
    expect(formsOf('トークン、符号')).toEqual(['トークン', '符号']);
    expect(formsOf('wektor,wektory')).toEqual(['wektor', 'wektory']);
  });

  test('stand for it alone', () => {
    const all = terms().flatMap(({ written }) => written);
    expect(all.filter((form, at) => all.indexOf(form) !== at)).toEqual([]);
    expect(all).not.toContain('');
  });

  test('leave two terms apart that a language calls the same', () => {
    const before = terms().length;
    const bundle = JSON.parse(readFileSync('l10n/bundle.l10n.json', 'utf8')) as object;
    const centred = Object.keys(bundle).find((sentence) => sentence.startsWith('centred: ')) ?? '';
    l10n.config({ contents: { [centred]: 'gain：Another meaning.' } });
    expect(terms()).toHaveLength(before);
    expect(terms()).toContainEqual({ written: ['gain'], meaning: 'Another meaning.' });
    l10n.config({ contents: {} });
  });
});

test('every meaning is one or two sentences that name the term first or explain it', () => {
  for (const { meaning, written } of terms()) {
    expect(meaning, written[0]).toMatch(/^[A-Zhrueqwθε].*\.$/u);
    expect(meaning.length, written[0]).toBeLessThan(230);
  }
});

test('the guide prints the same meanings: npx vitest run glossary -u', async () => {
  const lines = terms().map(({ written, meaning }) => `- **${written.join('**, **')}**: ${meaning}`);
  await expect(
    [
      '# Words and letters',
      '',
      'The panel explains these under the mouse, and at the press of `?` by keyboard.',
      '',
      ...lines,
      '',
    ].join('\n'),
  ).toMatchFileSnapshot('../../../../docs/words.md');
});
