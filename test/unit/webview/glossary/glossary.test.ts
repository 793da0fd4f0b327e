import * as l10n from '@vscode/l10n';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { formsOf, TermFinder, terms } from '../../../../src/webview/glossary/terms';

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
      'The panel explains these under the mouse, and lists those of a room at the end of it.',
      '',
      ...lines,
      '',
    ].join('\n'),
  ).toMatchFileSnapshot('../../../../docs/words.md');
});
