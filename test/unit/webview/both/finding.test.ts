import { describe, expect, test } from 'vitest';
import type { Both } from '../../../../src/shared/both';
import type { TokenInBoth } from '../../../../src/shared/both';
import * as twoModelsSaid from '../../../../src/shared/bothFinding';
import type { PanelState } from '../../../../src/shared/panel';
import { verbatim } from '../../../../src/shared/said';
import { english } from '../../../../src/shared/translator';
import {
  bothNames,
  letteredNames,
  titles,
  bothLayersFinding,
  bothRoomFinding,
  bothTextFinding,
  twoModels,
} from '../../../../src/webview/both/sectionFindings';
import { mostDifferent } from '../../../../src/webview/both/text';
import { turnAt } from '../../../../src/webview/journey/twoResiduals';
import { sentence } from '../../../../src/webview/parts/words';
import { tokensFinding } from '../../../../src/webview/tokens/finding';
import { both, other, otherTokens, position, rows, sameText, tokenInBoth } from '../boths';
import { colouredBy, model } from '../build';

const says = (state: PanelState): string => sentence(bothRoomFinding(state));
const two = (state: PanelState) => twoModels(state) ?? expect.fail('There is one model.');
const meaning = (state: PanelState): string => sentence(twoModelsSaid.bothMeaning(two(state), english));
const averages = (state: PanelState) => twoModelsSaid.averagesWords(two(state), english);
const limits = (state: PanelState) => twoModelsSaid.bothLimits(two(state), english);
const moved = (token: TokenInBoth) => twoModelsSaid.movedWords(token, english);
const ofRows = (numbers: Parameters<typeof rows>[0]): string =>
  says(both({ rows: rows(numbers), text: null, position: null }));
const flipped: Both<readonly number[]> = [
  [0, 1],
  [1, 0],
];

describe('the sentence on both models', () => {
  test('says what happened to the tokens, with bounds that hold as printed', () => {
    expect(ofRows({ angle: 6.2 })).toBe('5 turned the tokens by 6.2° (median) and changed their sizes by up to 2.6 %');
    expect(ofRows({ angle: 6.2, ratios: [1, 1] })).toBe(
      '5 turned the tokens by 6.2° (median) and changed their sizes by up to 0.0 %',
    );
    expect(ofRows({ angle: 9, ratios: [0.5, 1.2] })).toBe(
      '5 turned the tokens by 9.0° (median) and changed their sizes by up to 50.0 %',
    );
    expect(ofRows({ angle: 0, ratios: [1, 1.2] })).toBe(
      '5 turned the tokens by <0.1° (median) and changed their sizes by up to 20.0 %',
    );
    expect(ofRows({ angle: 0, most: 0.011, ratios: [1, 1.00001] })).toBe(
      '5 turned the tokens by <0.1° (median) and changed their sizes by up to 0.1 %',
    );
    expect(ofRows({ angle: 0, most: 30, ratios: [1, 1.2] })).toBe(
      '5 turned the tokens by <0.1° (median) and changed their sizes by up to 20.0 %',
    );
  });

  test('names the matrix where a model has two', () => {
    const untied = other({ info: { ...model, quantisation: '5', tied: false } });
    expect(says(both({ other: untied, rows: rows({ angle: 6.2, ratios: [1, 1] }), text: null }))).toBe(
      'input vectors: Tiny turned the tokens by 6.2° (median) and changed their sizes by up to 0.0 %',
    );
  });

  test('names the token after which the predictions of the whole text part most', () => {
    expect(says(both())).toBe(
      '5 turned the tokens by 6.2° (median) and changed their sizes by up to 2.6 %. The predictions differ most after ·без (2.00 bits)',
    );
    const state = both({ text: sameText([0.5, 1, 2]) });
    const [first, , last] = state.text!.tokens;
    const text = { ...state.text!, tokens: [first!, { ...last!, index: 1 }, last!] };
    expect(says({ ...state, text })).toMatch(/The predictions differ most after ·слов at position 3 \(2\.00 bits\)$/);
  });

  test('calls models the same only where every number is', () => {
    const same = { text: sameText([0, 0, 0]), position: position({ same: true }) };
    const equal = both({ ...same, rows: rows({ angle: 0, ratios: [1, 1] }) });
    expect(says(equal)).toBe('The two models are the same: every number is equal');
    expect([meaning(equal), averages(equal)]).toEqual(['', null]);
    expect(says(both({ ...same, rows: rows({ angle: 6.2 }) }))).toMatch(/All predictions of this text are equal$/);
    const cut = { ...sameText([0, 0, 0]), leftOut: 1 };
    expect(says(both({ text: cut, position: null, rows: rows({ angle: 0, ratios: [1, 1] }) }))).not.toMatch(
      /every|All predictions/,
    );
    // The layers alone were changed.
    expect(says(both({ rows: rows({ angle: 0, ratios: [1, 1] }) }))).toBe(
      'The tokens are the same in both models, in direction and size. The predictions differ most after ·без (2.00 bits)',
    );
  });

  test('says of unrelated models that their angles mean nothing, and compares what they predict', () => {
    const unrelated = both({ rows: rows({ angle: 90.4, ratios: [0.5, 1.2] }) });
    expect(says(unrelated)).toBe(
      '4 predicts this text with 1.25 bits a character, 5 with 1.50. The vectors of 4 and 5 have nothing in common (90.4° apart, median). The predictions differ most after ·без (2.00 bits)',
    );
    expect(limits(unrelated)).toEqual([
      'Directions with nothing in common are about 90° apart. So angles between the h or the residuals of these models mean nothing.',
    ]);
    expect(meaning(unrelated)).toMatch(/The size of h goes from 40\.00 to 41\.00$/);
    expect(sentence(bothLayersFinding(unrelated))).toBe('B’s sizes are 1.10 to 1.10 times A’s');
  });

  test('compares characters where the vocabularies differ', () => {
    const vocabularies = (bitsPerCharacter: Both<number>) =>
      says(
        both({
          ...{ other: other({ sameVocabulary: false }), rows: null, position: null },
          text: { ...otherTokens, bitsPerCharacter },
        }),
      );
    expect(vocabularies([1.5, 1.25])).toBe('4 predicts this text with 1.50 bits a character, 5 with 1.25');
    expect(vocabularies([1, 1.25])).toBe('4 predicts this text with 1.00 bits a character, 5 with 1.25');
    expect(vocabularies([1.251, 1.25])).toBe('4 predicts this text with 1.25 bits a character, 5 with 1.25');
    expect(vocabularies([NaN, NaN])).toBe('The text has no token that both models predict');
    expect(says(both({ other: other({ sameVocabulary: false }), text: null, rows: null, position: null }))).toBe(
      'The two models do not have the same vocabulary',
    );
  });

  test('names no angle where the widths differ', () => {
    const wider = both({ rows: rows({ angle: null, ratios: [1, 3] }), position: position({ angles: null }) });
    const apart = { ...wider, both: { ...wider.both, other: other({ sameWidth: false }) } };
    expect(says(apart)).toBe(
      '4 predicts this text with 1.25 bits a character, 5 with 1.50. In 5 a token is 2.00 times as large as in 4 (median). The predictions differ most after ·без (2.00 bits)',
    );
    expect(meaning(apart)).toMatch(/The size of h goes from 40\.00 to 41\.00$/);
    expect(sentence(bothLayersFinding(wider))).toBe('B’s sizes are 1.10 to 1.10 times A’s');
  });

  test('is empty while there is no second model', () => {
    expect(says(both({ other: null }))).toBe('');
  });
});

/** A logit that changes, with the parts of that. */
const movedToken = (
  text: string,
  id: number,
  logit: Both<number>,
  [angle, hiddenSize, size]: readonly [number, number, number],
  rank: Both<number> = [1, 1],
) => tokenInBoth(text, id, { logit, rank, parts: { angle, hiddenSize, size, bias: 0 } });

describe('what it means for the chosen position', () => {
  test('says the residuals before the final norm and h after it', () => {
    expect(meaning(both())).toBe(
      'After ·слов both expect ·да (0.750 → 0.250). Its logit changes by −5.00. The largest part of that comes from the angle (−5.00). The residuals are 6.0° apart at the input, 40.0° at most, and 40.0° at the end. After the final norm h turns by 45.0°. The size of h goes from 40.00 to 41.00',
    );
    const deeper = { ...position({ angles: null, layers: [3, 5] }), hiddenAngle: 12 };
    expect(meaning(both({ position: deeper }))).toMatch(
      /\. After the final norm h turns by 12\.0°\. The size of h [^.]*\.\d\d to [^.]*\.\d\d$/,
    );
    expect(meaning(both({ position: position({ same: true }) }))).toBe('After ·слов both expect ·да (0.750 → 0.250)');
  });

  test('explains a lost first place by the lead, whose parts are the differences of both tokens’ parts', () => {
    // The logit of the first token rises, and it loses its place all the same.
    const lost = position({
      likeliest: flipped,
      hiddenSize: [40, 80],
      entries: [
        movedToken(' да', 7, [12.94, 14.14], [2.02, -0.84, 0.02], [1, 4]),
        movedToken(' нет', 8, [10.91, 14.54], [4.5, -0.9, 0.03], [16, 1]),
      ],
    });
    const lead =
      'The lead of ·да over ·нет goes from +2.03 to −0.40 logits. The largest part of that comes from the angle (−2.48)';
    expect(meaning(both({ position: lost }))).toBe(
      `After ·слов, 5 no longer expects ·да (0.750 → 0.250) but ·нет (0.750 → 0.250). ${lead}. The residuals are 6.0° apart at the input, 40.0° at most, and 40.0° at the end. After the final norm h turns by 45.0°. The size of h goes from 40.00 to 80.00`,
    );
  });

  test('names no part that works against the change', () => {
    const against = movedToken(' да', 7, [12, 10], [4, -3.1, -2.9]);
    expect(moved(against)).toBe(
      'Its logit changes by −2.00. The largest part of that comes from the size of h (−3.10)',
    );
    expect(moved(movedToken(' да', 7, [12, 11.6], [-0.4, 0, 0]))).toBeNull();
  });
});

describe('the averages of the text', () => {
  test('say which predictions they are over', () => {
    expect(averages(both())).toBe(
      'Predictions whose next token is in the text: 2. Their divergence is 1.17 bits on average, and the likeliest next token changes at 1 of them.',
    );
    const one = sameText([1, 2]);
    const text = { ...one, sums: { ...one.sums, sameFirst: 0 } };
    expect(averages(both({ text }))).toBe(
      'Predictions whose next token is in the text: 1. Their divergence is 1.50 bits on average, and the likeliest next token changes at 1 of them.',
    );
  });

  test('have more decimals where they are small', () => {
    const text = sameText([0.001, 0.002, 0]);
    expect(averages(both({ text }))).toMatch(/divergence is 0\.0010 bits/);
    expect(says(both({ text }))).toMatch(/The predictions differ most after ·без \(0\.0020 bits\)$/);
    const tiny = both({ text: sameText([2e-7, 3e-7, 0]) });
    expect(says(tiny)).toMatch(/The predictions differ most after ·без \(3\.0 × 10⁻⁷ bits\)$/);
    expect(sentence(tokensFinding(colouredBy('difference', tiny)))).toBe(
      'The two models differ most after ·без (3.0 × 10⁻⁷ bits) and least after ·слов (0)',
    );
  });
});

test('A that is itself quantised is said to be so', () => {
  const ofType = (quantisation: string) => {
    const state = both();
    return limits({ ...state, model: state.model && { ...state.model, quantisation } });
  };
  expect(ofType('Q4_1')).toEqual(['A is itself rounded to Q4_1, so B is not compared with the full numbers.']);
  expect(ofType('BF16')).toEqual([]);
});

test('what cannot be compared is said with its reason', () => {
  const quantised = 'A is itself rounded to 4, so B is not compared with the full numbers.';
  expect(limits(both())).toEqual([quantised]);
  expect(limits(both({ other: other({ sameVocabulary: false }) }))).toEqual([
    'An id can be another token in B, so rows, predictions and neighbours cannot be compared one by one. The text is compared by its characters.',
  ]);
  expect(
    limits(
      both({
        other: other({
          sameWidth: false,
          info: { ...model, dimensions: 960 },
          runs: 'none',
          refusal: verbatim('Too large.'),
        }),
      }),
    ),
  ).toEqual([
    'Vectors have 576 numbers in A and 960 in B, so there is no angle between them. Sizes, probabilities and neighbours can be compared.',
    'Too large.',
  ]);
  expect(limits(both({ text: otherTokens }))).toEqual([
    quantised,
    'The models cut this text differently, so positions cannot be compared one by one.',
  ]);
});

describe('the findings of the sections', () => {
  test('of the text count the tokens of both cuts, and say nothing that the room says', () => {
    expect(sentence(bothTextFinding(both()))).toBe('');
    expect(sentence(bothTextFinding(both({ text: otherTokens })))).toBe(
      '4 cuts the text into 2 tokens, 5 into 3 tokens',
    );
  });

  test('of the layers name a layer only where the angle takes a step', () => {
    const at = (angles: readonly number[]) => sentence(bothLayersFinding(both({ position: position({ angles }) })));
    expect(at([6, 8, 20, 40])).toBe(
      'The residuals move apart most at layer 2, where their angle goes from 20.0° to 40.0°. It is 6.0° at the input and 40.0° at the end. B’s sizes are 1.10 to 1.10 times A’s',
    );
    expect(at([6, 15, 24, 32, 41])).toMatch(
      /^The residuals are 6\.0° apart at the input, 41\.0° at most, and 41\.0° at the end\. /,
    );
    expect([turnAt([6, 20, 7]), turnAt([0, 0.5, 0.9]), turnAt([6, 30, 32])]).toEqual([null, null, 1]);
    expect(at([6, 20, 7])).toMatch(
      /^The residuals are 6\.0° apart at the input, 20\.0° at most, and 7\.0° at the end\. /,
    );
    expect(sentence(bothLayersFinding(both({ position: position({ same: true }) })))).toBe(
      'The residuals are the same after every layer',
    );
    expect(sentence(bothLayersFinding(both({ position: position({ angles: null, layers: [3, 5] }) })))).toBe(
      'A has 3 layers and B has 5 layers',
    );
  });

  test('of the coloured tokens are about the predictions after them', () => {
    const coloured = (text = sameText()) => sentence(tokensFinding(colouredBy('difference', both({ text }))));
    expect(coloured()).toBe('The two models differ most after ·без (2.000 bits) and least after Мир (0.500)');
    expect(coloured(sameText([0, 0, 0]))).toBe('All predictions of this text are equal');
  });
});

test('a logit changes by what lies between both as they are printed', () => {
  expect(twoModelsSaid.shownChange(tokenInBoth(' да', 7, { logit: [17.367, 11.865] }))).toBe(-5.5);
});

test('models are named by what tells them apart', () => {
  const named = (name: string, quantisation: string) =>
    both({ other: other({ info: { ...model, name, quantisation } }) });
  expect([bothNames(named('№1', '5')), titles(named('№1', '5'))]).toEqual([
    ['4', '5'],
    ['№1 4', '№1 5'],
  ]);
  expect([bothNames(named('Other', '4')), titles(named('Other', '4'))]).toEqual([
    ['№1', 'Other'],
    ['№1 4', 'Other 4'],
  ]);
  expect([bothNames(named('№1', '4')), letteredNames(named('№1', '4'))]).toEqual([
    ['A', 'B'],
    ['4', '4'],
  ]);
});

test('of a long text the positions that differ most are drawn, in reading order', () => {
  expect(mostDifferent([1, 5, 2, 9, 0], [0, 1, 2, 3, 4], 3)).toEqual([1, 2, 3]);
});
