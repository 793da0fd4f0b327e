import { h } from 'preact';
import { renderToString } from 'preact-render-to-string';
import { describe, expect, test, vi } from 'vitest';
import { defaultView } from '../../../../src/shared/kept';
import type { PanelState } from '../../../../src/shared/panel';
import { copiedRows } from '../../../../src/webview/parts/columns';
import { sentence, type Words } from '../../../../src/webview/parts/words';
import { SectionFrame } from '../../../../src/webview/section';
import { sections } from '../../../../src/webview/sections';
import { textColumns, layersFinding, nextFinding, textsFinding } from '../../../../src/webview/texts/finding';
import { openedWords, patchFinding } from '../../../../src/webview/texts/grid';
import { textsTable } from '../../../../src/webview/texts/next';
import { patchTable } from '../../../../src/webview/texts/patch';
import { unfoldAll } from '../folds';
import { act } from '../pages';
import { grid, next, opened, tokensOf, twoTexts, wordsOfBoth } from '../twoTexts';

unfoldAll();

// There is no width here, without which no grid is drawn.
vi.mock('../../../../src/webview/parts/width', () => ({ useWidth: () => ({ ref: { current: null }, width: 600 }) }));

const shown = sections.map(({ id }) => id);
const drawn = (id: string, state: PanelState): string =>
  renderToString(
    h(SectionFrame, {
      section: sections.find((one) => one.id === id)!,
      props: { state, view: defaultView, act, shown },
    }),
  );
const says = (finding: (state: PanelState) => Words, state: PanelState): string => sentence(finding(state));

/** What each pair of a strip is called. */
const namesIn = (html: string): readonly string[] =>
  [...html.matchAll(/<button[^>]*role="option".*?<\/button>/g)].map(([button]) => button.replaceAll(/<[^>]*>/g, ''));

describe('the columns of two texts', () => {
  test('are their pairs, with what has no partner where it stands', () => {
    expect(textColumns([], [1, 0])).toEqual([[0, null]]);
    expect(
      textColumns(
        [
          [0, 0],
          [3, 2],
        ],
        [4, 4],
      ),
    ).toEqual([
      [0, 0],
      [1, null],
      [2, null],
      [null, 1],
      [3, 2],
      [null, 3],
    ]);
  });

  test('name both tokens, mark those that differ, and choose both positions', () => {
    const html = drawn('texts', twoTexts());
    expect(namesIn(html)).toEqual(['A: МирB: Мир', 'A: ·безB: ·от', 'A: ·словB: ·слов']);
    expect([...html.matchAll(/class="chip equal"/g)]).toHaveLength(2);
    expect(html).toMatch(/aria-selected="true"[^>]*data-pair="2 2"/);
    const alone = drawn('texts', twoTexts({ pairs: [[0, 0]] }));
    expect(namesIn(alone)).toContain('A: ·безB: –');
  });
});

test('a long text is quoted by its beginning', () => {
  const long = 'ж'.repeat(5000);
  const state = twoTexts();
  const html = drawn('texts', { ...state, texts: { ...state.texts!, text: long } });
  // The field holds what was typed; the sentence beside it quotes its beginning.
  expect(html.replace(/value="[^"]*"/g, '')).not.toContain(long);
  expect(html).toContain('жж…');
});

describe('the sentence on two texts', () => {
  test('names the one token that differs, and what follows from it', () => {
    expect(says(textsFinding, twoTexts())).toBe(
      'The two texts differ in one token, ·без and ·от. After ·слов A predicts ·да, after ·слов B predicts ·нет. The two h are 62.4° apart',
    );
  });

  test('counts the tokens that differ, and those without a partner', () => {
    const without = { next: null };
    expect(
      says(
        textsFinding,
        twoTexts({
          ...without,
          words: [
            ['a', 'b', 'c'],
            ['x', 'y', 'c'],
          ],
        }),
      ),
    ).toBe('Where the two texts differ, A has 2 tokens and B 2 tokens');
    expect(
      says(
        textsFinding,
        twoTexts({
          ...without,
          pairs: [
            [0, 0],
            [2, 2],
          ],
        }),
      ),
    ).toBe('Where the two texts differ, A has 1 token and B 1 token');
    expect(says(textsFinding, twoTexts({ ...without, words: [wordsOfBoth[0], wordsOfBoth[0]] }))).toBe(
      'The two texts have the same tokens',
    );
    expect(says(textsFinding, twoTexts({ result: null }))).toBe('');
  });

  test('says when both predict the same, and when they are read at different tokens', () => {
    expect(says(textsFinding, twoTexts({ next: next({ likeliest: [7, 7] }) }))).toContain(
      'After ·слов A predicts ·да, after ·слов B predicts ·да',
    );
    expect(says(textsFinding, twoTexts({ next: next({ otherPosition: 1 }) }))).toContain(
      'After ·слов A predicts ·да, after ·от B predicts ·нет',
    );
  });

  test('gives the first tokens of both with their probabilities, and the two h', () => {
    expect(says(nextFinding, twoTexts())).toBe(
      '·да has 0.600 in A and 0.002 in B, ·нет has 0.003 in A and 0.500 in B. The predictions are 5.25 bits apart (KL divergence). h has size 95.00 in A and 93.00 in B, with 62.4° between the two',
    );
  });

  test('follows the residuals of a pair, and of nothing else', () => {
    expect(says(layersFinding, twoTexts())).toContain('layer 1, where their angle goes from 10.0° to 40.0°');
    expect(says(layersFinding, twoTexts({ position: 0 }))).toBe('');
    expect(drawn('texts-layers', twoTexts({ position: 0 }))).toContain('does not match the one in B');
  });
});

test('where both texts are still the same there is nothing to patch', () => {
  const same = 'no difference to bring back';
  expect(drawn('patch', twoTexts({ words: [wordsOfBoth[0], wordsOfBoth[0]] }))).toContain(same);
  expect(drawn('patch', twoTexts())).not.toContain(same);
});

describe('a grid of patches', () => {
  const patched = (change: Parameters<typeof grid>[0] = {}) => twoTexts({ patch: grid(change) });
  const rows = (...values: readonly number[][]) => values.map((row) => Float64Array.from(row));

  test('says where the difference is, and where it goes', () => {
    expect(says(patchFinding, patched())).toBe(
      'The residual of ·без in the place of ·от brings back all of the difference up to layer 0. From layer 2 on, the last position, ·слов, carries it',
    );
    expect(says(patchFinding, patched({ rows: rows([0, 1, 0], [0, 1, 1]) }))).toContain('at every layer');
    expect(says(patchFinding, patched({ rows: rows([0, 0.5, 0], [0, 0.2, 0.2], [0, 0, 1]) }))).toBe(
      'No earlier position carries all of the difference. From layer 1 on, the last one, ·слов, does',
    );
    // A residual before the layers is no layer's.
    expect(says(patchFinding, patched({ rows: rows([0, 0, 1], [0, 0, 1]) }))).toBe(
      'The residual of ·слов brings back all of the difference at every layer',
    );
    expect(says(patchFinding, patched({ rows: rows([0, 1, 0], [0, 0.5, 1]) }))).toBe(
      'The residual of ·без in the place of ·от brings back all of the difference up to the input. From layer 0 on, the last position, ·слов, carries it',
    );
    const { rows: all } = grid();
    expect(says(patchFinding, patched({ progress: 'running', rows: [null, ...all.slice(1)] }))).toBe(
      '3 of 4 rows are filled',
    );
  });

  test('names the best patch where none brings back all', () => {
    const some = rows([0, 0.2, 0.1], [0, 0.1, 0.6]);
    expect(says(patchFinding, patched({ part: 'attention', rows: some }))).toBe(
      'The most comes back with attention of layer 1 at ·слов: 0.60 of the difference',
    );
    expect(says(patchFinding, patched({ part: 'head', layer: 3, rows: some }))).toContain('head 3.1');
    expect(says(patchFinding, patched({ part: 'feedForward', rows: rows([0, 0.01, NaN]) }))).toContain(
      'No single patch',
    );
    expect(says(patchFinding, patched({ rows: rows([NaN, NaN, NaN]), difference: [2, 2] }))).toBe(
      'The difference of the two logits is the same in A and B, so nothing can come back',
    );
  });

  test('draws shares, signs and gaps, and a table that is copied in full', () => {
    const pairs = [
      [1, 1],
      [2, 2],
    ] as const;
    const gap = grid().rows.map((row) => Float64Array.from(row!, (value, at) => (at === 0 ? NaN : value)));
    const html = drawn('patch', twoTexts({ patch: grid({ rows: gap, open: opened }), pairs }));
    expect(html).toMatch(/class="grid-cell lens-cell patch-cell away"[^>]*>−0\.03</);
    expect(html).toContain('no match in A, the residual before the layers, Мир');
    expect(html).toContain('aria-label="1.00, the residual after layer 2, space слов"');
    expect(html).toContain('0.98 of the difference comes back');
    expect(copiedRows(patchTable(grid(), tokensOf(wordsOfBoth[1])))).toEqual([
      ['residual', '0 Мир', '1 ·от', '2 ·слов'],
      ['in', 0, 1, 0.01],
      ['0', 0, 0.98, 0.02],
      ['1', 0, 0.4, 0.5],
      ['2', 0, -0.03, 1],
    ]);
    expect(sentence(openedWords(grid({ open: opened }), null))).toContain('The logit of the first token');
  });

  test('can be filled, stopped and gone on with', () => {
    expect(drawn('patch', twoTexts())).toContain('>Fill the grid<');
    const running = drawn('patch', patched({ progress: 'running', rows: [null, ...grid().rows.slice(1)] }));
    expect(running).toContain('>Stop<');
    expect(running).toContain('aria-valuenow="75"');
    expect(drawn('patch', patched({ progress: 'stopped' }))).toContain('>Go on<');
    expect(drawn('patch', patched())).not.toMatch(/Go on|Fill the grid/);
    expect(drawn('patch', twoTexts({ next: next({ likeliest: [7, 7] }) }))).toContain('predict the same token first');
  });
});

test('both predictions are copied with all factors', () => {
  const [heads, first] = copiedRows(textsTable(next()));
  expect(heads).toEqual([
    ...['id', 'token', '‖u‖', 'cos θ in A', 'cos θ in B', 'bias', 'logit in A', 'logit in B', 'change'],
    ...['probability in A', 'probability in B'],
  ]);
  expect(first).toEqual([7, '·да', 2, 0.09, 0.05, 0, 17, 10, -7, 0.6, 0.002]);
});

test('the other text is typed or selected, and its failure is an alert beside what is known', () => {
  const none = drawn('texts', { ...twoTexts(), texts: null });
  expect(none).toContain('Use the selection');
  expect(none).not.toContain('End the comparison');
  expect(none).not.toContain('Try “');
  const failed = drawn('texts', twoTexts({ failure: 'It is too long.' }));
  expect(failed).toMatch(/role="alert">It is too long\./);
  expect(failed).toContain('data-pair="0 0"');
  expect(failed).not.toContain('left out');
  const long = twoTexts();
  const result = { ...long.texts!.result!, leftOut: 7 };
  expect(drawn('texts', { ...long, texts: { ...long.texts!, result } })).toContain('7 tokens were left out.');
});
