import { describe, expect, test } from 'vitest';
import { TermFinder } from '../../../src/webview/glossary/find';
import { terms } from '../../../src/webview/glossary/terms';

const found = (text: string) =>
  new TermFinder().in(text).map(({ term, start, end }) => [term.id, text.slice(start, end)]);

describe('the terms of a text', () => {
  test('are letters that stand for vectors, as they are written', () => {
    expect(found('logit = ‖h‖ × ‖u‖ × cos θ')).toEqual([
      ['logit', 'logit'],
      ['h', '‖h‖'],
      ['u', '‖u‖'],
      ['theta', 'θ'],
    ]);
    expect(found('h, what the model looks for: H is no letter of that kind, nor is the h in what')).toEqual([
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

test('every meaning is one or two sentences that name the term first or explain it', () => {
  for (const { meaning, id } of terms) {
    expect(meaning(), id).toMatch(/^[A-Zhrueqwθε].*\.$/u);
    expect(meaning().length, id).toBeLessThan(230);
  }
});

test('the guide prints the same meanings: npx vitest run glossary -u', async () => {
  const lines = terms.map(({ written, meaning }) => `- **${written().join('**, **')}**: ${meaning()}`);
  await expect(
    ['# Words and letters', '', 'The panel explains these under the mouse.', '', ...lines, ''].join('\n'),
  ).toMatchFileSnapshot('../../../docs/words.md');
});
