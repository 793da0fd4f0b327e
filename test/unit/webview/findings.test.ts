import { describe, expect, test } from 'vitest';
import type { TokenFacts } from '../../../src/shared/engine';
import type { PanelState } from '../../../src/shared/panel';
import { agreement } from '../../../src/webview/neighbours/finding';
import { nextTokenFinding } from '../../../src/webview/nextToken/finding';
import { sentence } from '../../../src/webview/parts/words';
import { pipelineFinding, strip } from '../../../src/webview/pipeline/finding';
import { tokenFinding } from '../../../src/webview/token/finding';
import { tokensFinding } from '../../../src/webview/tokens/finding';
import { empty, inspected, list, model, neighbours, predicted, prediction, vocabularyToken } from './build';

const words = ['The', ' capital', ' of', ' France', ' is'];

describe('pipeline', () => {
  const says = (state: PanelState): string => sentence(pipelineFinding(state));
  test('counts what goes in and what comes out', () => {
    expect(says(inspected(words))).toBe('24 characters become five vectors; one matrix stands at both ends');
    expect(says(inspected(['a'], { model: { ...model, tied: false } }))).toBe('1 character becomes one vector; two matrices stand at the ends');
    expect(says(empty)).toBe('');
  });

  test('has the shapes of this text, without the tokens beyond the limit and with the context', () => {
    const state = inspected(words);
    const text = { ...state.text!, leftOut: 2, contextCount: 1 };
    const shapes = strip({ ...state, text })?.stages.map(({ enters }) => enters.replace(/\u00a0/g, ' '));
    expect(shapes).toEqual(['24 chars', '6 ids', '4 × 576', 'r 4 × 576', 'h 4 × 576', '4 × 49,152']);
    expect(strip(empty)).toBeNull();
  });
});

describe('tokens', () => {
  const says = (surprisal: readonly (number | null)[] | undefined, colouring: 'size' | 'surprisal' | 'entropy' | 'none' = 'surprisal', entropy?: readonly number[]): string =>
    sentence(tokensFinding(inspected(words, {}, { ...(surprisal && { surprisal }), ...(entropy && { entropy }) }), { colouring, showSizes: true }));

  test('name the surprise and the expected', () => {
    expect(says([null, 16.65, 0.49, 3.52, 0.65])).toBe('·capital was the surprise, ·of was expected');
  });

  test('say when there was no surprise, and when nothing was expected', () => {
    expect(says([null, 1.5, 0.49, 3.52, 0.65])).toBe('No great surprise: at most 3.52 bits, for ·France');
    expect(says([null, 16.65, 4.49, 3.52, 7])).toBe('·capital was the surprise; nothing was expected, ·France the most at 3.52 bits');
  });

  test('say what is known before the run', () => {
    expect(says(undefined)).toBe('5 tokens');
    expect(says(undefined, 'size')).toBe('·is is the longest vector (2.400), The the shortest (2.000)');
    expect(says(undefined, 'none')).toBe('5 tokens');
  });

  test('compare the openness of what follows', () => {
    expect(says([null, 1, 1, 1, 1], 'entropy', [5, 9, 3, 4, 2.14])).toBe('What follows was most open after ·capital (9.00 bits), most settled after ·is (2.14)');
  });

  test('stand in one token too', () => {
    expect(sentence(tokensFinding(inspected(['The'], {}, { surprisal: [null] }), { colouring: 'surprisal', showSizes: true }))).toBe('1 token; no prediction comes before the first');
  });
});

describe('token', () => {
  const facts = (id: number, raw: TokenFacts['ownRank']['raw'], text = ' Paris'): TokenFacts => ({ token: vocabularyToken(text, id), ownRank: { raw, centred: raw, normed: raw } });
  const first = { euclidean: 1, cosine: 1, dot: 1 };
  const says = (token: TokenFacts, change: Partial<PanelState> = {}): string => sentence(tokenFinding(inspected(words, { token, ...change })));

  test('says where it comes from', () => {
    expect(says(facts(104, first, ' is'))).toBe('·is, position 5. By all three metrics it is first in its own list');
    expect(says(facts(7, first), { prediction: prediction([predicted(' Paris', 7, 0.8, 1), predicted(' the', 8, 0.1, 2)]) })).toMatch(/^·Paris, predicted after position 5\./);
    expect(says(facts(8, first, ' the'), { prediction: prediction([predicted(' Paris', 7, 0.8, 1), predicted(' the', 8, 0.1, 2)]) })).toMatch(/^·the, second in the prediction after position 5\./);
    expect(says(facts(101, first, ' capital'))).toMatch(/^·capital, elsewhere in the text\./);
    expect(says(facts(9999, first))).toMatch(/^·Paris, from the vocabulary\./);
  });

  test('says whether it finds itself', () => {
    expect(says(facts(9999, { ...first, dot: 24 }))).toMatch(/By dot product it is only 24th in its own list$/);
    expect(says(facts(9999, { ...first, dot: 3 }))).toMatch(/By dot product it is third in its own list$/);
    expect(says(facts(9999, { euclidean: 2, cosine: 2, dot: 30 }))).toMatch(/In its own list it is second by distance, second by cosine and 30th by dot product$/);
  });
});

describe('neighbours', () => {
  const says = (...lists: Parameters<typeof neighbours>): string => sentence(agreement(neighbours(...lists)));
  test('say how far the lists agree', () => {
    expect(says([1, 2, 3, 4], [1, 2, 5, 6], [7, 8, 9, 10])).toBe('Distance and cosine share 2 of 4; the dot product shares none with either');
    expect(says([1, 2, 3, 4], [1, 2, 5, 6], [1, 8, 9, 10])).toBe('Distance and cosine share 2 of 4; the dot product shares one with each');
    expect(says([1, 2, 3, 4], [1, 2, 5, 6], [3, 4, 5, 10])).toBe('Distance and cosine share 2 of 4; the dot product shares two with distance and one with cosine');
    expect(says([1, 2, 3, 4], [4, 3, 2, 1], [1, 8, 9, 10])).toBe('Distance and cosine list the same four tokens; the dot product shares one with each');
    expect(says([1, 2], [2, 1], [1, 2])).toBe('All three metrics list the same two tokens');
    expect(says([1, 2], [3, 4], [5, 6])).toBe('Distance and cosine share none of 2; the dot product shares none with either');
  });
});

describe('next token', () => {
  const says = (...top: Parameters<typeof prediction>): string => sentence(nextTokenFinding(inspected(words, { prediction: prediction(...top) })));
  const paris = predicted(' Paris', 7, 0.773, 1);

  test('names what size lifts', () => {
    expect(says([paris, predicted(' the', 8, 0.065, 10)])).toBe('·Paris at 0.773. ·the is second by its size; by angle it is tenth');
    expect(says([paris, predicted(' the', 8, 0.065, 2), predicted(' ', 9, 0.01, 77)])).toBe('·Paris at 0.773. · is third by its size; by angle it is 77th');
    expect(says([paris, predicted(' the', 8, 0.065, 10, 0.5)])).toMatch(/by its size and bias; by angle/);
  });

  test('says when size changes little', () => {
    expect(says([paris, predicted(' the', 8, 0.065, 2)])).toBe('·Paris at 0.773. Size changes little here: all of the first two are also the first by angle');
    expect(says([paris, predicted(' the', 8, 0.065, 3)])).toBe('·Paris at 0.773. Size changes little here: one of the first two are also the first by angle');
  });

  test('says when another metric would have said something else', () => {
    const top = [paris, predicted(' the', 8, 0.065, 2)];
    const nearest = { euclidean: list([7]), cosine: list([7]), dot: list([7]) };
    expect(says(top, { nearest: { ...nearest, cosine: list([9]) } })).toMatch(/By angle t9 would come first$/);
    expect(says(top, { nearest: { ...nearest, euclidean: list([9]) } })).toMatch(/By distance t9 would come first$/);
    expect(says(top, { nearest: { ...nearest, euclidean: list([9]), cosine: list([9]) } })).toMatch(/By angle and by distance t9 would come first$/);
    expect(says(top, { nearest: { ...nearest, euclidean: list([9]), cosine: list([10]) } })).toMatch(/By angle t10 would come first, by distance t9$/);
  });
});
