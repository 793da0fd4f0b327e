import { describe, expect, test } from 'vitest';
import type { TokenFacts } from '../../../src/shared/engine';
import { byMetric } from '../../../src/shared/metrics';
import { isOneList } from '../../../src/shared/neighbours';
import type { PanelState } from '../../../src/shared/panel';
import { firstOf, neighboursFinding } from '../../../src/webview/neighbours/finding';
import { neighboursTable } from '../../../src/webview/neighbours/list';
import { nextTokenFinding } from '../../../src/webview/nextToken/section';
import { sentence } from '../../../src/webview/parts/words';
import { pipelineFinding, strip } from '../../../src/webview/pipeline/section';
import { tokenFinding } from '../../../src/webview/token/finding';
import { tokensFinding } from '../../../src/webview/tokens/finding';
import {
  added,
  allFirst,
  colouredBy,
  empty,
  inspected,
  list,
  model,
  neighbours,
  predicted,
  prediction,
  textTokens,
  vocabularyToken,
} from './build';

const words = ['The', ' capital', ' of', ' France', ' is'];

describe('pipeline', () => {
  const says = (state: PanelState): string => sentence(pipelineFinding(state));
  test('counts what goes in and what comes out', () => {
    expect(says(inspected(words))).toBe(
      '24 chars → 5 vectors; the same matrix turns ids into vectors and vectors into logits',
    );
    expect(says(inspected(['a'], { model: { ...model, tied: false } }))).toBe(
      '1 char → one vector; one matrix turns ids into vectors, another turns vectors into logits',
    );
    expect(says(empty)).toBe('');
  });

  test('has the shapes of this text, without the tokens beyond the limit and with the context', () => {
    const state = inspected(words);
    const context = textTokens(['Yes']).map((token) => ({ ...token, start: -3, end: 0 }));
    const text = { ...state.text!, tokens: [...context, ...state.text!.tokens], leftOut: 2, contextCount: 1 };
    const shapes = strip({ ...state, text })?.stages.map(({ enters }) => enters.replace(/\u00a0/g, ' '));
    expect(shapes).toEqual(['14 chars + context', '4 ids', '4 × 576', 'r 4 × 576', 'h 4 × 576', '4 × 49,152']);
    expect(strip(empty)).toBeNull();
  });

  test('has one layer in the singular', () => {
    const one = inspected(words, { model: { ...model, trunk: { ...model.trunk!, layers: 1 } } });
    expect(strip(one)?.stages.map(({ name }) => name)).toContain('1 layer');
    expect(strip(inspected(words))?.stages.map(({ name }) => name)).toContain('30 layers');
  });

  test('tells the token that the model adds apart', () => {
    const state = inspected(['', ...words]);
    const text = { ...state.text!, tokens: added(state.text!.tokens) };
    expect(says({ ...state, text })).toBe(
      '24 chars → 5 vectors, and the model adds one before them; the same matrix turns ids into vectors and vectors into logits',
    );
    expect(strip({ ...state, text })?.stages[1]?.enters).toBe('6 ids');
  });

  test('has no layers where only the geometry was loaded', () => {
    const state = inspected(words, { model: { ...model, trunk: null } });
    expect(strip(state)?.stages.map(({ name, enters }) => `${name} ${enters.replace(/\u00a0/g, ' ')}`)).toEqual([
      'Tokenizer 24 chars',
      'Embedding 5 ids',
      'Layers 5 × 576',
      'Unembedding –',
    ]);
    expect(strip(state)?.leaves).toBe('–');
  });

  test('counts characters, not the halves of one', () => {
    expect(says(inspected(['a', '\u{1f600}é']))).toBe(
      '3 chars → 2 vectors; the same matrix turns ids into vectors and vectors into logits',
    );
    expect(strip(inspected(['\u{1f600}']))?.stages[0]?.enters).toBe('1 char');
  });

  test('counts only what the model reads of a text that was cut', () => {
    const state = inspected(['a', '\u{1f600}é', ' capital', ' of']);
    const cut = { ...state, text: { ...state.text!, leftOut: 2 } };
    expect(says(cut)).toMatch(/^3 chars → 2 vectors;/);
    const shapes = strip(cut)!.stages.map(({ enters }) => enters.replace(/\u00a0/g, ' '));
    expect(shapes).toEqual(['3 chars', '2 ids', '2 × 576', 'r 2 × 576', 'h 2 × 576', '2 × 49,152']);
  });

  test('counts the whole text where only the geometry was loaded, which has no limit', () => {
    const state = inspected(words, { model: { ...model, trunk: null } });
    const cut = { ...state, text: { ...state.text!, leftOut: 2 } };
    expect(says(cut)).toMatch(/^24 chars → 5 vectors;/);
    expect(strip(cut)!.stages.map(({ enters }) => enters.replace(/\u00a0/g, ' '))).toEqual([
      '24 chars',
      '5 ids',
      '5 × 576',
      '–',
    ]);
  });

  test('says characters of a text that is not drawn to its end', () => {
    const state = inspected(words);
    expect(says({ ...state, text: { ...state.text!, notDrawn: 3, total: 8 } })).toMatch(/^24 chars → 8 vectors/);
  });
});

describe('tokens', () => {
  const says = (
    surprisal: readonly (number | null)[] | undefined,
    colouring: 'size' | 'surprisal' | 'entropy' | 'none' = 'surprisal',
    entropy?: readonly number[],
  ): string =>
    sentence(
      tokensFinding(
        colouredBy(colouring, inspected(words, {}, { ...(surprisal && { surprisal }), ...(entropy && { entropy }) })),
      ),
    );

  test('name what surprised most and least', () => {
    expect(says([null, 16.65, 0.49, 3.52, 0.65])).toBe(
      '·capital surprised the model most (16.65 bits), ·of least (0.49 bits)',
    );
  });

  test('name both where nothing was a great surprise', () => {
    expect(says([null, 1.5, 0.49, 3.52, 0.65])).toBe(
      '·France surprised the model most (3.52 bits), ·of least (0.49 bits)',
    );
    expect(says([null, 16.65, 4.49, 3.52, 7])).toBe(
      '·capital surprised the model most (16.65 bits), ·France least (3.52 bits)',
    );
  });

  test('say what is known before the run', () => {
    expect(says(undefined)).toBe('5 tokens');
    expect(says(undefined, 'size')).toBe('·is has the largest size (2.400), The the smallest (2.000)');
    expect(says(undefined, 'none')).toBe('5 tokens');
  });

  test('compare the openness of what follows', () => {
    expect(says([null, 1, 1, 1, 1], 'entropy', [5, 9, 3, 4, 2.14])).toBe(
      'The next token was most uncertain after ·capital (9.00 bits) and least uncertain after ·is (2.14)',
    );
  });

  test('print numbers that differ with as many decimals as tell them apart', () => {
    expect(says([null, 1, 1, 1, 1], 'entropy', [2.141, 2.1413, 2.1412, 2.1411, 2.1408])).toBe(
      'The next token was most uncertain after ·capital (2.1413 bits) and least uncertain after ·is (2.1408)',
    );
  });

  test('say at which position where the text has the token more than once', () => {
    const state = inspected(
      ['the', ' the', ' the', ' end'],
      {},
      { surprisal: [null, 12, 7.28, 9], entropy: [5, 9, 3, 4] },
    );
    const again = {
      ...state,
      text: {
        ...state.text!,
        tokens: state.text!.tokens.map((token) => (token.text === ' the' ? { ...token, id: 7 } : token)),
      },
    };
    const of = (colouring: 'surprisal' | 'entropy'): string => sentence(tokensFinding(colouredBy(colouring, again)));
    expect(of('surprisal')).toBe(
      '·the at position 2 surprised the model most (12.00 bits), ·the at position 3 least (7.28 bits)',
    );
    expect(of('entropy')).toBe(
      'The next token was most uncertain after ·the at position 2 (9.00 bits) and least uncertain after ·the at position 3 (3.00)',
    );
  });

  test('say of how many tokens where not all of them are known', () => {
    const state = inspected(words, {}, { surprisal: [null, 1.5, 0.49], entropy: [3, 2, 1] });
    const long = { ...state, text: { ...state.text!, total: 9000, notDrawn: 8995, leftOut: 8997 } };
    const of = (colouring: 'surprisal' | 'size'): string => sentence(tokensFinding(colouredBy(colouring, long)));
    expect(of('surprisal')).toBe(
      'Of the first tokens (3): ·capital surprised the model most (1.50 bits), ·of least (0.49 bits)',
    );
    expect(of('size')).toBe('Of the first tokens (5): ·is has the largest size (2.400), The the smallest (2.000)');
    const one = inspected(words.slice(0, 1));
    const first = { ...one, text: { ...one.text!, total: 9000, notDrawn: 8999, leftOut: 8999 } };
    expect(sentence(tokensFinding(colouredBy('size', first)))).toBe('Of the first tokens (1): The has size 2.000');
  });

  test('call bytes that are no character bytes', () => {
    const state = inspected(['a', 'b'], {}, { surprisal: [null, 9] });
    const bytes = (...list: number[]) => ({
      ...state,
      text: {
        ...state.text!,
        tokens: state.text!.tokens.map((token, index) => (index === 1 ? { ...token, bytes: list } : token)),
      },
    });
    expect(sentence(tokensFinding(colouredBy('surprisal', bytes(0x91))))).toBe('byte 91: 9.00 bits');
    expect(sentence(tokensFinding(colouredBy('surprisal', bytes(0xf0, 0x9f))))).toBe('bytes F0 9F: 9.00 bits');
  });

  test('do not count the token that the model adds', () => {
    const state = inspected(
      ['', ...words],
      {},
      { surprisal: [null, 9, 16.65, 0.49, 3.52, 0.65], entropy: [20, 1, 2, 3, 4, 5] },
    );
    const of = (colouring: 'size' | 'entropy' | 'none'): string =>
      sentence(
        tokensFinding(colouredBy(colouring, { ...state, text: { ...state.text!, tokens: added(state.text!.tokens) } })),
      );
    expect(of('size')).toBe('·is has the largest size (2.500), The the smallest (2.100)');
    expect(of('entropy')).toBe(
      'The next token was most uncertain after ·is (5.00 bits) and least uncertain after The (1.00)',
    );
    expect(of('none')).toBe('5 tokens');
  });

  test('are coloured by size where there is no run to come, and a run was asked for', () => {
    const state = inspected(words, { model: { ...model, trunk: null } });
    expect(sentence(tokensFinding(colouredBy('surprisal', state)))).toMatch(/largest size/);
    expect(sentence(tokensFinding(colouredBy('none', state)))).toBe('5 tokens');
  });

  test('are said to be almost equally large where they are', () => {
    const state = colouredBy('size', inspected(words));
    const tokens = state.text!.tokens.map((token, index) => ({ ...token, size: 1.031 + index / 10_000 }));
    expect(sentence(tokensFinding({ ...state, text: { ...state.text!, tokens } }))).toBe(
      'All tokens of the text are almost equally large: 1.0310 to 1.0314',
    );
  });

  test('stand in one token too', () => {
    expect(sentence(tokensFinding(colouredBy('surprisal', inspected(['The'], {}, { surprisal: [null] }))))).toBe(
      '1 token',
    );
  });
});

describe('token', () => {
  const facts = (id: number, raw: TokenFacts['ownRank']['raw'], text = ' Paris'): TokenFacts => ({
    token: vocabularyToken(text, id),
    ownRank: { raw, centred: raw, normed: raw },
  });
  const first = allFirst;
  const says = (token: TokenFacts, change: Partial<PanelState> = {}): string =>
    sentence(tokenFinding(inspected(words, { token, ...change })));

  test('says where it comes from', () => {
    expect(says(facts(104, first, ' is'))).toBe('·is, position 5. In its own list it is first by all 3 metrics');
    expect(
      says(facts(7, first), { prediction: prediction([predicted(' Paris', 7, 0.8, 1), predicted(' the', 8, 0.1, 2)]) }),
    ).toMatch(/^·Paris, predicted after position 5\./);
    expect(
      says(facts(8, first, ' the'), {
        prediction: prediction([predicted(' Paris', 7, 0.8, 1), predicted(' the', 8, 0.1, 2)]),
      }),
    ).toMatch(/^·the, 2nd in the prediction after position 5\./);
    expect(says(facts(101, first, ' capital'))).toMatch(/^·capital, elsewhere in the text\./);
    expect(says(facts(9999, first))).toMatch(/^·Paris, from the vocabulary\./);
  });

  test('says where it stands before the model was asked', () => {
    expect(sentence(tokenFinding(inspected(words, { position: 1 })))).toBe('·capital, position 2');
    expect(sentence(tokenFinding(empty))).toBe('');
  });

  test('says whether it finds itself', () => {
    expect(says(facts(9999, { ...first, dot: 24 }))).toMatch(/In its own list it is 24th by dot product$/);
    expect(says(facts(9999, { ...first, dot: 3 }))).toMatch(/In its own list it is 3rd by dot product$/);
    expect(says(facts(9999, { ...first, euclidean: 2, cosine: 2, dot: 30 }))).toMatch(
      /In its own list it is 2nd by distance, 2nd by cosine and 30th by dot product$/,
    );
  });

  test('says which column it is about where another has other ranks', () => {
    const king = (centred: TokenFacts['ownRank']['raw'], normed?: TokenFacts['ownRank']['raw']): TokenFacts => ({
      token: vocabularyToken(' king', 9999),
      ownRank: { raw: first, centred, ...(normed && { normed }) },
    });
    expect(says(king({ ...first, dot: 5 }))).toMatch(
      /\. In its own list it is first by all 3 metrics; centred it is 5th by dot product$/,
    );
    expect(says(king(first, { ...first, euclidean: 300 }))).toMatch(/\. In its own list it is first by all 3 metrics$/);
    const paris = { ...king(first), ownRank: { raw: { ...first, dot: 24 }, centred: first } };
    expect(says(paris)).toMatch(/\. In its own list it is 24th by dot product; centred it is first by all 3 metrics$/);
    const untied = { ...paris, token: { ...paris.token, outputSize: 1, outputPercentile: 40 } };
    expect(says(untied)).toMatch(
      /Among the output rows nearest to its input vector, its own is 24th by dot product; centred it is first by all 3 metrics$/,
    );
    expect(says({ ...untied, ownRank: { raw: first, centred: first, normed: { ...first, dot: 2 } } })).toMatch(
      /Among the output rows nearest to its input vector, its own is first by all 3 metrics$/,
    );
  });

  test('says whether the input vector finds its output row where the two are of different matrices', () => {
    const untied = (raw: TokenFacts['ownRank']['raw'], angleInputOutput = 80): TokenFacts => {
      const tied = facts(9999, raw);
      return {
        ...tied,
        token: {
          ...tied.token,
          outputSize: 1,
          outputPercentile: 40,
          ...(angleInputOutput >= 0 && { angleInputOutput }),
        },
      };
    };
    expect(says(untied(first))).toMatch(
      /Among the output rows nearest to its input vector, its own is first by all 3 metrics$/,
    );
    expect(says(untied({ ...first, dot: 3 }))).toMatch(
      /Among the output rows nearest to its input vector, its own is 3rd by dot product$/,
    );
    expect(says(untied(first))).toMatch(/Its input vector and its output row are 80\.0° apart\./);
    expect(says(untied(first, -1))).toMatch(/vocabulary\. Among the output rows nearest/);
    expect(says(untied({ ...first, euclidean: 210, cosine: 2, dot: 30 }))).toMatch(
      /its own is 210th by distance, 2nd by cosine and 30th by dot product$/,
    );
  });
});

describe('neighbours', () => {
  const says = (...lists: Parameters<typeof neighbours>): string =>
    sentence(neighboursFinding({ neighbours: neighbours(...lists) }));
  test('say how far the lists agree', () => {
    expect(says([1, 2, 3, 4], [1, 2, 5, 6], [3, 4, 5, 10])).toBe(
      'Of 4 tokens, distance and cosine share 2, dot product and distance 2, dot product and cosine 1',
    );
    expect(says([1, 2], [3, 4], [5, 6])).toBe(
      'Of 2 tokens, distance and cosine share 0, dot product and distance 0, dot product and cosine 0',
    );
    expect(says([1, 2], [2, 1], [1, 2])).toBe('All 3 metrics list the same tokens (2)');
  });

  test('count only the rows that are drawn', () => {
    const ten = neighbours([1, 2, 3, 4], [1, 2, 5, 3], [3, 7, 8, 9]);
    expect(sentence(neighboursFinding({ neighbours: ten }))).toMatch(/^Of 4 tokens, distance and cosine share 3,/);
    expect(sentence(neighboursFinding({ neighbours: firstOf(ten, 3) }))).toMatch(
      /^Of 3 tokens, distance and cosine share 2,/,
    );
  });

  test('are one where all metrics list the same tokens in one order, or tokens of one size', () => {
    const alike = neighbours([1, 2, 3], [1, 3, 2], [1, 2, 3]);
    const sized = (sizes: readonly number[]): typeof alike => ({
      ...alike,
      lists: byMetric((metric) =>
        alike.lists[metric].map((entry) => ({
          ...entry,
          token: { ...entry.token, size: sizes[entry.token.id - 1] ?? 0 },
        })),
      ),
    });
    expect(isOneList(alike)).toBe(true);
    expect(isOneList(sized([2, 3, 4]))).toBe(false);
    expect(sentence(neighboursFinding({ neighbours: sized([2, 3, 4]) }))).toBe(
      'All 3 metrics list the same tokens (3)',
    );
    expect(isOneList({ ...alike, centred: true })).toBe(false);
    expect(isOneList({ ...neighbours([1, 2], [1, 2], [1, 2]), centred: true })).toBe(true);
    expect(isOneList(neighbours([1, 2], [1, 2], [1, 4]))).toBe(false);
    const { rows, columns } = neighboursTable(sized([1.0311, 1.0312, 1.0314]), ['euclidean'], false);
    const seen = columns.filter(({ head }) => head !== undefined);
    expect(rows.map((row, at) => seen[2]?.print?.(seen[2].value?.(row, at) as number))).toEqual([
      '1.03110',
      '1.03120',
      '1.03140',
    ]);
    expect(seen.map(({ head }) => head)).toEqual(['#', 'token', 'size', 'distance', 'cosine', 'angle', 'dot product']);
  });

  test('say what is compared where the model has two matrices', () => {
    const of = (space: 'input' | 'output' | 'cross'): string =>
      sentence(neighboursFinding({ ...empty, neighbours: { ...neighbours([1, 2], [2, 1], [1, 2]), space } }));
    expect(of('input')).toBe('Its input vector is compared with input vectors. All 3 metrics list the same tokens (2)');
    expect(of('output')).toMatch(/^Its output row is compared with output rows\. /);
    expect(of('cross')).toMatch(/^Its input vector is compared with output rows\. /);
  });
});

describe('next token', () => {
  const says = (...top: Parameters<typeof prediction>): string =>
    sentence(nextTokenFinding(inspected(words, { prediction: prediction(...top) })));
  const paris = predicted(' Paris', 7, 0.773, 1);

  test('names what size lifts', () => {
    expect(says([paris, predicted(' the', 8, 0.065, 10)])).toBe(
      'The likeliest token is ·Paris (0.773). ·the is 2nd because of its size; by angle it is 10th',
    );
    expect(says([paris, predicted(' the', 8, 0.065, 2), predicted(' ', 9, 0.01, 77)])).toBe(
      'The likeliest token is ·Paris (0.773). · is 3rd because of its size; by angle it is 77th',
    );
    expect(says([paris, predicted(' the', 8, 0.065, 10, 0.5)])).toMatch(/because of its size and bias; by angle/);
  });

  test('says when size changes little', () => {
    expect(says([paris, predicted(' the', 8, 0.065, 2)])).toBe(
      'The likeliest token is ·Paris (0.773). Size changes little here: of the first 2, 2 would be there by angle alone',
    );
    expect(says([paris, predicted(' the', 8, 0.065, 3)])).toBe(
      'The likeliest token is ·Paris (0.773). Size changes little here: of the first 2, 1 would be there by angle alone',
    );
  });

  test('says when another metric would have said something else', () => {
    const top = [paris, predicted(' the', 8, 0.065, 2)];
    const nearest = byMetric(() => list([7]));
    expect(says(top, { nearest: { ...nearest, cosine: list([9]) } })).toMatch(
      /t9 is nearest by angle, t7 by distance$/,
    );
    expect(says(top, { nearest: { ...nearest, euclidean: list([9]) } })).toMatch(
      /t7 is nearest by angle, t9 by distance$/,
    );
    expect(says(top, { nearest: { ...nearest, euclidean: list([9]), cosine: list([9]) } })).toMatch(
      /t9 is nearest by angle, t9 by distance$/,
    );
    expect(says(top, { nearest: { ...nearest, euclidean: list([9]), cosine: list([10]) } })).toMatch(
      /\. t10 is nearest by angle, t9 by distance$/,
    );
  });
});
