import { describe, expect, test } from 'vitest';
import type { Both } from '../../../../src/shared/both';
import type { PanelState } from '../../../../src/shared/panel';
import { bothFinding, limits, meaning } from '../../../../src/webview/both/finding';
import { bothNames, titles } from '../../../../src/webview/both/names';
import {
  bothLayersFinding,
  bothMatrixFinding,
  bothNextFinding,
  bothTextFinding,
  changeOf,
  partsAt,
} from '../../../../src/webview/both/sectionFindings';
import { mostDifferent } from '../../../../src/webview/both/text';
import { sentence } from '../../../../src/webview/parts/words';
import { tokensFinding } from '../../../../src/webview/tokens/finding';
import { both, other, otherTokens, position, rows, sameText, tokenInBoth } from '../boths';
import { colouredBy, model } from '../build';

const says = (state: PanelState): string => sentence(bothFinding(state));
const ofRows = (numbers: Parameters<typeof rows>[0]): string => says(both({ rows: rows(numbers), position: null }));
const flipped: Both<readonly number[]> = [
  [0, 1],
  [1, 0],
];

describe('the sentence on both models', () => {
  test('says what happened to the tokens, with bounds that hold as printed', () => {
    expect(ofRows({ angle: 6.2 })).toBe('5 turned the tokens by 6.2° (median) and left their sizes, within 2.6 %');
    expect(ofRows({ angle: 6.2, ratios: [1, 1] })).toBe('5 turned the tokens by 6.2° (median) and left their sizes');
    expect(ofRows({ angle: 9, ratios: [0.5, 1.2] })).toBe(
      '5 turned the tokens by 9.0° (median) and changed their sizes by up to 50.0 %',
    );
    expect(ofRows({ angle: 0, ratios: [1, 1.2] })).toBe(
      '5 changed the sizes of the tokens by up to 20.0 % and left their directions',
    );
    expect(ofRows({ angle: 0, most: 0.011, ratios: [1, 1.00001] })).toBe(
      '5 left the tokens as they were: directions within 0.1°, sizes within 0.1 %',
    );
    expect(ofRows({ angle: 0, most: 30, ratios: [1, 1.2] })).toBe(
      '5 turned most tokens by less than 0.1°, some by up to 30.0°, and changed sizes by up to 20.0 %',
    );
  });

  test('names the matrix where a model has two', () => {
    const untied = other({ info: { ...model, quantisation: '5', tied: false } });
    expect(says(both({ other: untied, rows: rows({ angle: 6.2, ratios: [1, 1] }), position: null }))).toBe(
      'Tiny turned the tokens by 6.2° (median) and left their sizes (input vectors)',
    );
  });

  test('says where the turn grows, at the chosen position', () => {
    expect(says(both())).toBe(
      '5 turned the tokens by 6.2° (median) and left their sizes, within 2.6 %. Through the layers the turn grows to 40.0° after ·слов',
    );
    const at = (angles: readonly number[]) => says(both({ position: position({ angles }) }));
    expect(at([6, 7, 7, 6.4])).toMatch(/\. After ·слов the layers end 6\.4° apart$/);
    expect(at([30, 7, 7, 6.4])).toMatch(/\. The layers bring it back to 6\.4° after ·слов$/);
    // What grows has not been said.
    expect(says(both({ rows: null }))).toBe('After ·слов the two h are 45.0° apart');
    const deeper = { ...position({ angles: null, layers: [3, 5] }), hiddenAngle: 12 };
    expect(says(both({ rows: null, position: deeper }))).toBe('After ·слов the two h are 12.0° apart');
  });

  test('calls models the same only where every number is', () => {
    const same = { text: sameText([0, 0, 0]), position: position({ same: true }) };
    expect(says(both({ ...same, rows: rows({ angle: 0, ratios: [1, 1] }) }))).toBe(
      'The two models are the same here: all predictions of this text are equal',
    );
    expect(says(both({ ...same, rows: rows({ angle: 6.2 }) }))).toMatch(/All predictions of this text are equal$/);
    const cut = { ...sameText([0, 0, 0]), leftOut: 1 };
    expect(says(both({ text: cut, position: null, rows: rows({ angle: 0, ratios: [1, 1] }) }))).not.toMatch(
      /predictions/,
    );
    // The layers alone were changed.
    expect(says(both({ rows: rows({ angle: 0, ratios: [1, 1] }) }))).toBe(
      'The tokens are the same in both models, in direction and size. Through the layers the turn grows to 40.0° after ·слов',
    );
  });

  test('compares characters where the vocabularies differ', () => {
    const vocabularies = (bitsPerCharacter: Both<number>) =>
      says(
        both({
          ...{ other: other({ sameVocabulary: false }), rows: null, position: null },
          text: { ...otherTokens, bitsPerCharacter },
        }),
      );
    expect(vocabularies([1.5, 1.25])).toBe(
      '5 predicts this text better than 4: 1.25 bits for each character against 1.50',
    );
    expect(vocabularies([1, 1.25])).toBe(
      '4 predicts this text better than 5: 1.00 bits for each character against 1.25',
    );
    expect(vocabularies([1.251, 1.25])).toBe('4 and 5 predict this text equally well: 1.25 bits for each character');
    expect(vocabularies([NaN, NaN])).toBe('The text has no token that both models predict');
    expect(says(both({ other: other({ sameVocabulary: false }), text: null, rows: null, position: null }))).toBe(
      'The two models do not have the same vocabulary',
    );
  });

  test('names no angle where the widths differ', () => {
    const wider = both({ rows: rows({ angle: null, ratios: [1, 3] }), position: position({ angles: null }) });
    expect(says(wider)).toBe('In 5 a token is 2.00 times as large as in 4 (median)');
    expect(sentence(meaning(wider))).toContain('h kept its size (40.00 → 41.00). On this text');
    expect(sentence(bothLayersFinding(wider))).toBe('B’s sizes are 1.10 to 1.10 times A’s');
    expect(sentence(bothMatrixFinding(wider))).toBe('Half of all 49,152 tokens are at least 2.00 times as large in B');
  });

  test('is empty while there is no second model', () => {
    expect(says(both({ other: null }))).toBe('');
  });
});

describe('what it means for the prediction', () => {
  test('names the first tokens of both, h, and the text', () => {
    expect(sentence(meaning(both()))).toBe(
      'After ·слов both expect ·да (0.750 → 0.250): h kept its size (40.00 → 41.00) and turned by 45.0°. On this text the predictions differ by 1.17 bits on average, and the first token changes at 1 of 2 positions',
    );
    const other_ = both({ position: position({ likeliest: flipped, hiddenSize: [40, 80] }), text: null });
    expect(sentence(meaning(other_))).toBe(
      'After ·слов, 5 no longer expects ·да (0.750 → 0.250) but ·нет (0.750 → 0.250): h changed its size (40.00 → 80.00) and turned by 45.0°',
    );
    expect(sentence(meaning(both({ position: position({ same: true }), text: null })))).toMatch(/: h is the same$/);
  });

  test('is not said of numbers that are too small to print', () => {
    const text = sameText([0.001, 0.002, 0]);
    expect(sentence(meaning(both({ position: null, text })))).toMatch(/differ by 0\.0010 bits/);
    expect(sentence(bothTextFinding(both({ text })))).toBe('The two models part most after ·без (0.0020 bits)');
  });
});

test('what cannot be compared is said with its reason', () => {
  expect(limits(both())).toEqual([]);
  expect(limits(both({ other: other({ sameVocabulary: false }) }))).toEqual([
    'An id can be another token in B, so rows, predictions and neighbours cannot be compared one by one. The text is compared by its characters.',
  ]);
  expect(
    limits(
      both({
        other: other({ sameWidth: false, info: { ...model, dimensions: 960 }, runs: 'none', refusal: 'Too large.' }),
      }),
    ),
  ).toEqual([
    'Vectors have 576 numbers in A and 960 in B, so there is no angle between them. Sizes, probabilities and neighbours can be compared.',
    'Too large.',
  ]);
  expect(limits(both({ text: otherTokens }))).toEqual([
    'The models cut this text differently, so positions cannot be compared one by one.',
  ]);
});

describe('the findings of the sections', () => {
  test('of the text name the position where the models part, or both cuts', () => {
    expect(sentence(bothTextFinding(both()))).toBe('The two models part most after ·без (2.00 bits)');
    expect(sentence(bothTextFinding(both({ text: sameText([0, 0, 0]) })))).toBe(
      'Both models predict the same after every token',
    );
    expect(sentence(bothTextFinding(both({ text: otherTokens })))).toBe(
      '4 cuts the text into 2 tokens, 5 into 3 tokens',
    );
  });

  test('of the next token say where A’s first token is, and what moved it', () => {
    const falls = position({
      likeliest: flipped,
      entries: [tokenInBoth(' да', 7, { rank: [1, 17] }), tokenInBoth(' нет', 8)],
    });
    expect(sentence(bothNextFinding(both({ position: falls })))).toBe(
      '·да falls from first place to 17th; its logit changes by −5.00, and the largest part of that is the angle (−5.00)',
    );
    expect(sentence(bothNextFinding(both({ position: position({ same: true }) })))).toBe(
      '·да stays first; its logit is the same',
    );
  });

  test('of the layers say from which layer on the residuals stay apart', () => {
    expect(sentence(bothLayersFinding(both()))).toBe(
      'The residuals part from layer 1 on: 6.0° at the input, at most 8.0° before that layer, 40.0° at the end; B’s sizes are 1.10 to 1.10 times A’s',
    );
    expect(partsAt([6, 20, 6, 20])).toBe(3);
    expect([partsAt([6, 20, 7]), partsAt([0, 0.5, 0.9])]).toEqual([null, null]);
    expect(sentence(bothLayersFinding(both({ position: position({ angles: [6, 20, 7] }) })))).toMatch(
      /^The residuals are 6\.0° apart at the input, 20\.0° at most, and 7\.0° at the end; /,
    );
    expect(sentence(bothLayersFinding(both({ position: position({ same: true }) })))).toBe(
      'The residuals have the same directions after every layer; B’s sizes are 1.00 to 1.00 times A’s',
    );
    expect(sentence(bothLayersFinding(both({ position: position({ angles: null, layers: [3, 5] }) })))).toBe(
      'A has 3 layers and B 5',
    );
  });

  test('of the matrix have the median and the bound', () => {
    expect(sentence(bothMatrixFinding(both()))).toBe(
      'Half of all 49,152 tokens turned by 6.2° or more; none changed its size by more than 2.6 %',
    );
    expect(sentence(bothMatrixFinding(both({ rows: rows({ angle: 0, ratios: [1, 1] }) })))).toBe(
      'All 49,152 tokens are the same in both models',
    );
    expect(sentence(bothMatrixFinding(both({ rows: rows({ angle: 3, ratios: [1, 1] }) })))).toBe(
      'Half of all 49,152 tokens turned by 3.0° or more; none changed its size',
    );
  });

  test('of the coloured tokens are about the predictions after them', () => {
    const coloured = (text = sameText()) => sentence(tokensFinding(colouredBy('difference', both({ text }))));
    expect(coloured()).toBe('The two models part most after ·без (2.000 bits) and least after Мир (0.500)');
    expect(coloured(sameText([0, 0, 0]))).toBe('The two models predict the same after every token');
  });
});

test('a logit changes by what lies between both as they are printed', () => {
  expect(changeOf(tokenInBoth(' да', 7, { logit: [17.367, 11.865] }))).toBe(-5.5);
});

test('models are named by what tells them apart', () => {
  const named = (name: string, quantisation: string) =>
    both({ other: other({ info: { ...model, name, quantisation } }) });
  expect([bothNames(named('№1', '5')), titles(named('№1', '5'))]).toEqual([
    ['4', '5'],
    ['№1 4', '5'],
  ]);
  expect([bothNames(named('Other', '4')), titles(named('Other', '4'))]).toEqual([
    ['№1', 'Other'],
    ['№1 4', 'Other 4'],
  ]);
  expect(bothNames(named('№1', '4'))).toEqual(['A', 'B']);
});

test('of a long text the positions that differ most are drawn, in reading order', () => {
  expect(mostDifferent([1, 5, 2, 9, 0], [0, 1, 2, 3, 4], 3)).toEqual([1, 2, 3]);
});
