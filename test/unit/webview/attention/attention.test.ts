import { h } from 'preact';
import { renderToString } from 'preact-render-to-string';
import { describe, expect, test, vi } from 'vitest';
import { logitDifference } from '../../../../src/shared/difference';
import { signed } from '../../../../src/shared/format';
import { noAttention, type AttentionView } from '../../../../src/shared/instruments';
import { defaultView } from '../../../../src/shared/kept';
import { type PanelState } from '../../../../src/shared/panel';
import {
  beforeAfterTable,
  promisedWords,
  realChange,
  ablationWords,
  isSamePart,
  translatedPart,
  ablationPush,
} from '../../../../src/webview/attention/ablation';
import { AblationComparison } from '../../../../src/webview/attention/compare';
import { differenceWords, strongestParts, differenceTables } from '../../../../src/webview/attention/difference';
import { HeadsByLayer, headStrength, measureFacts, measures } from '../../../../src/webview/attention/grid';
import { sourcesTable } from '../../../../src/webview/attention/head';
import { byPush, headsTable, headWords } from '../../../../src/webview/attention/headWords';
import {
  cellAt,
  cellStep,
  patternTable,
  pixelsOf,
  patternRowCount,
  weightAt,
} from '../../../../src/webview/attention/pattern';
import { layerShareWords, attentionFinding, attention } from '../../../../src/webview/attention/section';
import { notices } from '../../../../src/webview/header/notices';
import { layerWords as journeyWords, totalWords } from '../../../../src/webview/journey/reading';
import { journeyFinding, journeyTable } from '../../../../src/webview/journey/section';
import { copiedRows, orderKey } from '../../../../src/webview/parts/columns';
import { comparedOf, pushedToken } from '../../../../src/webview/parts/compared';
import { setFold } from '../../../../src/webview/parts/fold';
import { remember } from '../../../../src/webview/parts/remembered';
import { sentence } from '../../../../src/webview/parts/words';
import { ablation, cell, grid, headView, london, pair, paris, pattern } from '../attentions';
import { inspected, predicted, prediction, vocabularyToken } from '../build';
import { is } from '../journeys';

const words = ['The', ' capital', ' of', ' France', ' is'];
const state = (view: Partial<AttentionView> = {}, change: Partial<PanelState> = {}): PanelState => ({
  ...inspected(words, {}, { surprisal: [null, 1, 1, 1, 1] }),
  attention: { ...noAttention, ...view },
  ...change,
});
const tokens = state().text!.tokens;

describe('the finding', () => {
  const says = (change: Parameters<typeof grid>[0] = {}): string =>
    sentence(attentionFinding(state({ grid: grid(change) })));

  test('names the head that pushes most, where it looks, and how many heads attend to the sink', () => {
    expect(says()).toBe(
      'Head 1.0 pushes ·Paris most, by +2.82: it looks at ·France (0.90). The first position, the attention sink, has most of the attention of 1 of 6 heads',
    );
    expect(says({ against: london, heads: [[cell(2.66)]] })).toBe(
      'Head 0.0 pushes ·Paris over ·London most, by +2.66: it looks at ·France (0.60)',
    );
  });

  test('says so if no head pushes up, and at the first position', () => {
    expect(says({ heads: [[cell(-1), cell(-2)]] })).toBe('No head pushes ·Paris up');
    expect(says({ position: 0, heads: [[cell(-1, { first: 1, most: 0, weight: 1 })]] })).toBe(
      'No head pushes ·Paris up',
    );
    expect(attentionFinding(state())).toEqual([]);
  });
});

describe('the sentence of a head', () => {
  const says = (change: Parameters<typeof headView>[0] = {}): string => sentence(headWords(headView(change), tokens));

  test('tells what it adds, where it looks and how it turns the vector', () => {
    expect(says()).toBe(
      'Head 1.0 adds a vector of size 89.88; attention as a whole adds one of size 99.99. It looks at ·France (0.90) and turns the vector 4.2° towards ·Paris.',
    );
    expect(says({ turn: -0.8 })).toMatch(/ turns the vector 0\.8° away from ·Paris\.$/);
    expect(says({ turn: 0.01 })).toMatch(/ hardly turns the vector\.$/);
    expect(says({ turn: NaN })).toMatch(/ hardly turns the vector\.$/);
  });

  test('tells a pair apart', () => {
    expect(says({ against: london })).toMatch(/ turns the vector 4\.2° towards ·Paris and away from ·London\.$/);
    expect(says({ against: london, turn: -1 })).toMatch(
      / turns the vector 1\.0° towards ·London and away from ·Paris\.$/,
    );
    expect(says({ against: london, turn: 0 })).toMatch(/ hardly turns the vector\.$/);
  });

  test('names a second position that counts nearly as much, and its own', () => {
    const source = (position: number, weight: number) => ({ position, weight, size: 1, push: 0, raised: [] });
    expect(says({ sources: [source(3, 0.5), source(1, 0.4)] })).toMatch(
      /\. It looks at ·France \(0\.50\) and ·capital \(0\.40\) and turns/,
    );
    expect(says({ sources: [source(4, 0.9)] })).toMatch(/\. It looks at its own token ·is \(0\.90\) and turns/);
  });
});

describe('the colours of the grid', () => {
  test('grow with the amount of a push, and with the logarithm of a size', () => {
    const made = grid();
    expect(measureFacts.push.domain(made)).toEqual([0, 2.82]);
    expect(headStrength('push', -2.82, measureFacts.push.domain(made))).toBe(1);
    expect(headStrength('push', 0, measureFacts.push.domain(made))).toBe(0);
    expect(measureFacts.size.domain(made)).toEqual([10, 89.88]);
    expect(headStrength('size', 10, measureFacts.size.domain(made))).toBe(0);
    expect(headStrength('size', 0, measureFacts.size.domain(made))).toBe(0);
    expect(measureFacts.sink.domain(made)).toEqual([0, 1]);
    expect(measureFacts.entropy.domain(made)).toEqual([0, Math.log2(5)]);
  });

  test('have a scale of their own where all is the same', () => {
    const same = grid({ position: 0, heads: [[cell(0, { entropy: 0 })]] });
    for (const measure of measures) {
      const [low, high] = measureFacts[measure].domain(same);
      expect(high).toBeGreaterThan(low);
      expect(Number.isFinite(headStrength(measure, measureFacts[measure].of(same.heads[0]![0]!), [low, high]))).toBe(
        true,
      );
    }
  });

  test('know that a bias looks nowhere', () => {
    expect(measureFacts.sink.of({ size: 1, push: 2 })).toBeNull();
    expect(measureFacts.entropy.of({ size: 1, push: 2 })).toBeNull();
    expect(headStrength('sink', null, [0, 1])).toBe(0);
    expect(measureFacts.sink.print(null)).toBe('–');
    // Four characters at most beside each other.
    expect([-0.07, 0.11, -1.26].map((push) => measureFacts.push.print(push, true))).toEqual(['−0.1', '0.1', '−1.3']);
  });

  test('print a sign with a push', () => {
    expect([signed(1.234), signed(-1.234), signed(0.001), signed(NaN)]).toEqual(['+1.23', '−1.23', '0.00', '–']);
  });
});

describe('the list of heads', () => {
  test('begins with the strongest push', () => {
    expect(byPush(grid()).map(({ cell: { push } }) => push)).toEqual([2.82, 0.4, 0.1, 0, -0.2, -1.6]);
    const [header, first] = copiedRows(headsTable(grid(), tokens));
    expect(header?.[2]).toBe('push on ·Paris');
    expect(first).toEqual([1, 0, 2.82, 89.88, 0.2, '·France', 0.9, 1.5]);
  });

  test('can be ordered by its numbers, which its copy follows', () => {
    const table = headsTable(grid(), tokens);
    expect(table.columns.flatMap(({ sorts, key }) => (sorts ? [key] : []))).toEqual([
      'push on ·Paris',
      'size',
      'weight',
      'entropy (bits)',
    ]);
    remember(orderKey('heads'), { key: 'push on ·Paris', direction: 'ascending' });
    expect(
      copiedRows(table)
        .slice(1)
        .map((row) => row[2]),
    ).toEqual([-1.6, -0.2, 0, 0.1, 0.4, 2.82]);
    remember(orderKey('heads'), null);
  });
});

describe('the picture of all positions', () => {
  test('has a triangle of weights', () => {
    const made = pattern(5);
    expect(patternRowCount(made)).toBe(5);
    expect(weightAt(made, 3, 3)).toBeCloseTo(0.3);
    expect(weightAt(made, 3, 4)).toBe(0);
    const pixels = pixelsOf(made, [1, 2, 3]);
    expect([...pixels.slice(0, 4)]).toEqual([1, 2, 3, 255]);
    // Above the diagonal nothing is drawn; on it and below a weight of 0 is faint.
    expect(pixels[4 * 1 + 3]).toBe(0);
    expect(pixels[4 * (2 * 5 + 1) + 3]).toBe(16);
  });

  test('finds the cell at a point, and none above the diagonal', () => {
    expect(cellAt(pattern(5), 0.1, 0.5)).toEqual({ row: 2, column: 0 });
    // A position looks at itself too.
    expect(cellAt(pattern(5), 0.5, 0.5)).toEqual({ row: 2, column: 2 });
    expect(cellAt(pattern(5), 0.9, 0.5)).toBeNull();
    expect(cellAt(pattern(5), 0.5, 1)).toBeNull();
    const step = (key: string, row: number, column: number) => {
      const cell = cellStep(pattern(5), key, { row, column });
      return cell && [cell.row, cell.column];
    };
    expect([step('ArrowUp', 2, 2), step('ArrowUp', 0, 0), step('ArrowDown', 2, 1), step('ArrowDown', 4, 1)]).toEqual([
      [1, 1],
      [0, 0],
      [3, 1],
      [4, 1],
    ]);
    expect([step('ArrowRight', 2, 1), step('ArrowRight', 2, 2), step('ArrowLeft', 2, 0), step('End', 3, 0)]).toEqual([
      [2, 2],
      [2, 2],
      [2, 0],
      [3, 3],
    ]);
    expect(step('a', 1, 1)).toBeNull();
  });

  test('names averaged positions in its table', () => {
    expect(patternTable(pattern(5))[1]).toEqual([1, 1, 1]);
    expect(patternTable(pattern(5, 2)).at(-1)?.slice(0, 2)).toEqual(['5–5', '5–5']);
  });
});

describe('the difference of two logits', () => {
  test('is exactly the sum of what angle, size and bias do', () => {
    const [a, b] = [
      [43.7939, 2.2027, 0.18008, 0.3],
      [43.7939, 2.0748, 0.14573, -0.1],
    ] as const;
    const logit = ([length, size, cosine, bias]: readonly [number, number, number, number]) =>
      length * size * cosine + bias;
    const made = pair({ logits: [logit(a), logit(b)], biases: [0.3, -0.1] });
    const { difference, odds, angle, size, bias } = logitDifference(made);
    expect(angle + size + bias).toBeCloseTo(difference, 12);
    expect(odds).toBeCloseTo(Math.exp(difference), 12);
    expect(bias).toBeCloseTo(0.4);
  });

  test('is told with its odds and its parts', () => {
    expect(sentence(differenceWords(paris, pair(), false))).toBe(
      'The logit of ·Paris is 4.13 above that of ·London: ·Paris is 62.1 times as likely. Angles account for +3.22, sizes for +0.91.',
    );
    const swapped = pair({
      against: paris,
      logits: [13.2418, 17.3713],
      sizes: [2.0748, 2.2027],
      cosines: [0.14573, 0.18008],
    });
    expect(sentence(differenceWords(london, swapped, false))).toBe(sentence(differenceWords(paris, pair(), false)));
    expect(sentence(differenceWords(paris, pair({ biases: [0.5, 0], logits: [17.8713, 13.2418] }), true))).toBe(
      'The logit of ·Paris is 4.63 above that of ·London, before the cap. Angles account for +3.22, sizes for +0.91, biases for +0.50.',
    );
    expect(sentence(differenceWords(paris, pair({ logits: [13.2718, 13.2418] }), false))).toContain(
      ' is 0.03 above that of ·London: ·Paris is 1.03 times as likely.',
    );
    expect(sentence(differenceWords(paris, pair({ logits: [13.2421, 13.2418] }), false))).toBe(
      'The logits of ·Paris and ·London differ by less than 0.01.',
    );
    // The difference of the logits as the rows print them: 20.67 − 18.89.
    expect(sentence(differenceWords(paris, pair({ logits: [20.6749, 18.8851] }), false))).toContain(' is 1.78 above ');
    expect(sentence(differenceWords(paris, pair({ against: paris }), false))).toBe(
      'Both are ·Paris. Compare it with another token.',
    );
  });

  test('has its strongest parts on both sides', () => {
    const push = { input: 0.5, attention: [1, -2], feedForward: [0, 3], bias: -0.1 };
    const { towards, away } = strongestParts({ push });
    expect(towards.map(({ kind, layer }) => [kind, layer])).toEqual([
      ['feedForward', 1],
      ['attention', 0],
      ['input', undefined],
    ]);
    expect(away.map(({ value }) => value)).toEqual([-2, -0.1]);
  });

  test('is copied with every push', () => {
    const [logits, , pushes] = differenceTables(is, pair(), false);
    expect(logits?.map(([token]) => token)).toEqual(['token', '·Paris', '·London']);
    expect(pushes?.find(([part, layer]) => part === 'attention' && layer === 23)?.[2]).toBe(is.push.attention[23]);
  });

  test('is named as soon as both tokens are known', () => {
    const journey = { ...is, pair: pair() };
    expect(comparedOf(state({}, { against: london.id }))).toBeNull();
    expect(comparedOf(state({}, { against: london.id, journey }))?.against).toBe(london);
    expect(comparedOf(state({ grid: grid({ against: london }) }, { against: london.id }))?.output).toBe(paris);
    expect(comparedOf(state({ grid: grid({ against: london }) }, { against: 1 }))).toBeNull();
    const top = [predicted(' Paris', paris.id, 0.8, 1), predicted(' London', london.id, 0.1, 2)];
    expect(comparedOf(state({}, { against: london.id, prediction: prediction(top) }))?.against.text).toBe(' London');
    expect(notices(state({}, { against: london.id })).map(({ text }) => text)).toEqual([
      'Pushes show what separates two tokens.',
    ]);
    expect(notices(state({}, { against: london.id, journey })).map(({ text }) => text)).toEqual([
      '·Paris against ·London: pushes now show what separates them.',
    ]);
    // Framed where they are drawn, so that a token that is a comma is told from punctuation.
    const [{ words = [] } = {}] = notices(state({}, { against: london.id, journey }));
    expect(words.map((part) => (typeof part === 'string' ? part : part.id))).toEqual([
      ...[paris.id, ' against ', london.id, ': pushes now show what separates them.'],
    ]);
  });

  test('is what the journey tells of, too', () => {
    const journey = { ...is, pair: pair() };
    expect(sentence(journeyFinding(state({}, { journey })))).toMatch(
      /\. Pushes show what separates two tokens: ·Paris over ·London$/,
    );
    expect(sentence(totalWords(journey, false))).toMatch(/, the logit of ·Paris minus the logit of ·London\.$/);
    expect(sentence(journeyWords(journey, 24, false))).toMatch(/ They push ·Paris over ·London by 3\.34 and −0\.09\.$/);
    expect(copiedRows(journeyTable(journey))[0]).toContain('push of input on ·Paris − ·London');
    expect(copiedRows(journeyTable(journey))[0]).not.toContain('the same less the mean: input');
    expect(new Set(copiedRows(journeyTable(journey)).map(({ length }) => length)).size).toBe(1);
  });
});

describe('the pushed token', () => {
  test('is the likeliest, unless another was chosen elsewhere than in the text', () => {
    const top = [predicted(' Paris', paris.id, 0.77, 1)];
    const known = state({}, { prediction: prediction(top) });
    expect(pushedToken(known)?.id).toBe(paris.id);
    const ranks = { raw: top[0]!.ranks, centred: top[0]!.ranks, normed: top[0]!.ranks };
    expect(pushedToken({ ...known, token: { token: vocabularyToken('x', 5), ownRank: ranks } })?.id).toBe(5);
    expect(
      pushedToken({ ...known, token: { token: vocabularyToken(tokens[4]!.text, tokens[4]!.id), ownRank: ranks } })?.id,
    ).toBe(paris.id);
    expect(pushedToken(state())).toBeNull();
  });
});

describe('a part that is left out', () => {
  const head = { kind: 'head', layer: 1, head: 0 } as const;
  const ablated = { part: head, by: 'zero', result: ablation() } as const;

  test('has a name', () => {
    expect(
      [head, { kind: 'attention', layer: 1 }, { kind: 'feedForward', layer: 0 }].map((part) =>
        translatedPart(part as typeof head),
      ),
    ).toEqual(['head 1.0', 'attention of layer 1', 'feed-forward of layer 0']);
    expect(isSamePart(head, { ...head })).toBe(true);
    expect(isSamePart(head, { ...head, head: 1 })).toBe(false);
    expect(isSamePart(head, { kind: 'attention', layer: 1 })).toBe(false);
  });

  test('has the push that the grid and the journey have', () => {
    const known = state({ grid: grid() }, { journey: is });
    expect(ablationPush(head, known)).toBe(2.82);
    expect(ablationPush({ kind: 'attention', layer: 23 }, known)).toBe(is.push.attention[23]);
    expect(ablationPush({ kind: 'feedForward', layer: 23 }, known)).toBe(is.push.feedForward[23]);
    expect(ablationPush(head, state())).toBeNull();
  });

  test('is told by what the model predicts then', () => {
    expect(sentence(ablationWords(ablated))).toBe(
      'Without head 1.0 the model still predicts ·Paris (0.773 → 0.141). KL divergence: 1.73 bits.',
    );
    const [first, second] = ablation().tokens;
    const other = ablation({ tokens: [first!, { ...second!, logits: [13.24, 14], probabilities: [0.012, 0.3] }] });
    expect(sentence(ablationWords({ ...ablated, result: other }))).toBe(
      'Without head 1.0 the model predicts ·London (0.300) instead of ·Paris (0.773). KL divergence: 1.73 bits.',
    );
    const alike = ablation({ tokens: [{ ...first!, logits: [17, 17.0001], probabilities: [0.7731, 0.7732] }] });
    expect(sentence(ablationWords({ ...ablated, result: { ...alike, divergence: 0 } }))).toBe(
      'Without head 1.0 the model still predicts ·Paris (0.773 → 0.773). KL divergence: 0.00 bits.',
    );
    expect(ablationWords({ ...ablated, result: null })).toEqual([]);
  });

  test('is told with the push and what really changed', () => {
    const one = { output: paris, against: null };
    const two = { output: paris, against: london };
    expect(realChange(ablation(), one)).toBeCloseTo(-4.06);
    expect(realChange(ablation(), two)).toBeCloseTo(-3.85);
    expect(realChange(ablation(), { output: vocabularyToken('x', 5), against: null })).toBeNull();
    expect(sentence(promisedWords(2.82, -4.06, one))).toBe(
      'The push alone would change the logit of ·Paris by −2.82. It really changed by −4.06, because the final norm and the later layers changed too.',
    );
    expect(sentence(promisedWords(2.66, -3.85, two))).toMatch(
      /^The push alone would change the difference ·Paris over ·London by −2\.66\./,
    );
    expect(sentence(promisedWords(2.66, null, one))).toBe('The push alone would change the logit of ·Paris by −2.66.');
    expect(copiedRows(beforeAfterTable(ablation()))[1]?.slice(0, 4)).toEqual([7042, '·Paris', 17.37, 13.31]);
  });

  test('is marked above the sections, with a way to end it', () => {
    const [notice] = notices(state({}, { ablation: ablated }));
    expect(notice).toEqual({
      kind: 'part-left-out',
      text: 'A second run leaves out head 1.0.',
      section: 'attention',
      action: 'endAblation',
    });
  });
});

describe('the drawn section', () => {
  const act = { post: vi.fn(), setView: vi.fn(), see: vi.fn(), goTo: vi.fn() };
  const drawn = (shown: PanelState): string =>
    renderToString(h(attention.Body, { state: shown, view: defaultView, shown: [], act }));

  test('says why there are no heads', () => {
    const geometry = state();
    expect(drawn({ ...geometry, model: { ...geometry.model!, trunk: null }, run: null })).toContain(
      'The layers of this model are not loaded. Load another model.',
    );
    expect(drawn(state({}, { position: 7 }))).toContain('The model did not read this token');
    expect(drawn(state({}, { loaded: false }))).toContain('Load the model to see this.');
    expect(drawn(state())).toContain('Computing.');
  });

  test('has a cell for each head and a named one for each bias, with one tab stop', () => {
    const biases = [
      { size: 1.5, push: 0.25 },
      { size: 2, push: -0.5 },
    ];
    const html = renderToString(
      h(HeadsByLayer, {
        ...{ grid: grid({ biases }), measure: 'push', tokens, open: { layer: 1, head: 0 }, openLayer: null },
        ...{ onOpen: vi.fn(), onOpenLayer: vi.fn(), width: 400 },
      }),
    );
    expect(html.match(/role="gridcell"/g)).toHaveLength(8);
    expect(html.match(/tabindex="0"/g)).toHaveLength(1);
    expect(html).toContain('aria-label="−0.50 push, Bias of attention in layer 1"');
    expect(html).toMatch(
      /aria-label="2\.82 push, Head 1.0" aria-selected="true" title="[^"]*looks most at space France: 0\.90"/,
    );
  });

  test('has all heads as a table behind the grid, each of which opens', () => {
    setFold('behind heads', true);
    const html = drawn(state({ grid: grid() }));
    expect(html.match(/class="sort"/g)).toHaveLength(4);
    expect(html).toMatch(/<button[^>]*>Head 1\.0<\/button>/);
    setFold('behind heads', false);
  });

  test('has the numbers of the open head, its weights and its sources', () => {
    const open = { layer: 1, head: 0 };
    for (const name of ['behind head', 'pattern']) setFold(name, true);
    const html = drawn(state({ grid: grid(), open, view: headView() }));
    for (const number of ['0.07', '0.9', '89.88', '2.82', '78.3', '89.8', '3.8', '-2.2'])
      expect(html).toContain(`data-value="${number}"`);
    expect(html.match(/class="chip weight/g)).toHaveLength(5);
    expect(html).toContain('Run without this head');
    expect(html).toContain('Computing.');
    expect(copiedRows(sourcesTable(headView(), state().text!))[1]).toEqual(['4', '·France', 0.9, 89.8, 2.82, '·мир']);
  });

  test('waits for a head that was only just opened, and never draws another’s numbers', () => {
    const html = drawn(state({ grid: grid(), open: { layer: 0, head: 2 }, view: headView() }));
    expect(html).toContain('Computing.');
    expect(html).not.toContain('data-fact="head"');
  });

  test('compares two tokens, and both predictions without a part', () => {
    const compared = state(
      { grid: grid({ against: london }) },
      {
        against: london.id,
        journey: { ...is, pair: pair() },
        ablation: { part: { kind: 'attention', layer: 1 }, by: 'zero', result: ablation() },
      },
    );
    expect(renderToString(h(AblationComparison, { state: compared, act }))).toContain('data-fact="difference"');
    const html = drawn(compared);
    expect(html).toContain('Show why in Next token');
    expect(html).toContain('data-fact="promised"');
    expect(html).toContain('Without attention of layer 1');
    expect(html).toContain('data-value="13.31"');
  });

  test('tells what the parts of a layer do', () => {
    expect(sentence(layerShareWords(is, 23))).toBe(
      'Attention: size 99.99, push on ·Paris +3.34. Feed-forward: size 90.07, push −0.09.',
    );
  });
});
