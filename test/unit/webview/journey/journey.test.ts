import { h } from 'preact';
import { renderToString } from 'preact-render-to-string';
import { describe, expect, test } from 'vitest';
import type { Journey } from '../../../../src/shared/layers';
import type { PanelState } from '../../../../src/shared/panel';
import { angleDomain, angleLines } from '../../../../src/webview/journey/angles';
import { downwards, pictureLines, layerAt, layerWidth, rowMiddle } from '../../../../src/webview/journey/figure';
import { firstByLens, likeliestByLayer } from '../../../../src/webview/journey/lens/colouring';
import {
  pushDomain,
  pushes,
  total,
  layerWords,
  meanWords,
  sinkWords,
  totalWords,
} from '../../../../src/webview/journey/reading';
import { journeyFinding, journeyTable } from '../../../../src/webview/journey/section';
import {
  decadeName,
  decades,
  othersShown,
  ownSink,
  sinkAmong,
  sizeDomain,
} from '../../../../src/webview/journey/sizes';
import { copiedRows } from '../../../../src/webview/parts/columns';
import { Table } from '../../../../src/webview/parts/table';
import { sentence } from '../../../../src/webview/parts/words';
import { namedTicks } from '../../../../src/webview/picture/chart';
import { added, inspected, lensOf, vocabularyToken } from '../build';
import { is, likeliest, of, residualSize, the } from '../journeys';

const words = ['The', ' capital', ' of', ' France', ' is'];
const state = (journey: Journey | null, ids?: readonly number[]): PanelState => ({
  ...inspected(words, { journey, position: journey?.position ?? null }, { surprisal: [null, 1, 1, 1, 1] }),
  ...(journey && ids && { lens: { blocks: lensOf([ids], { from: journey.position }), fraction: null } }),
});

describe('what the journey says', () => {
  const says = (journey: Journey, ids?: readonly number[]): string => sentence(journeyFinding(state(journey, ids)));
  /** Likeliest after each of `is`’s residuals: the predicted token in these layers, another in the rest. */
  const firstIn = (layers: (layer: number) => boolean): readonly number[] =>
    is.residualSize.map((_, layer) => (layers(layer) ? is.predicted.id : 5));

  test('is true of the angles, and the same with and without the lens', () => {
    const ends = 'The vector ends 79.6° from ·Paris, and is never closer. It turns there after layer 21, from 96.0°';
    expect(says(is)).toBe(ends);
    expect(says(is, likeliest.is)).toBe(ends);
    expect(says(of, likeliest.of)).toBe(
      'The vector ends 83.7° from ·the. It is closest before the layers, at 65.8°. The text really continues with ·France, and the vector ends 82.4° from it',
    );
    const angled = (angleToPredicted: readonly number[]) => says({ ...is, angleToPredicted });
    // Down, out and in again, as a person found it.
    expect(angled([85.2, 80, 76, 79, 81.3, 79.1])).toBe(
      'The vector ends 79.1° from ·Paris. It is closest after layer 1, at 76.0°',
    );
    expect(angled([98, 89, 91, 80])).toBe(
      'The vector ends 80.0° from ·Paris, and is never closer. It turns there after layer 1, from 91.0°',
    );
    expect(angled([98, 80, 80])).toBe('The vector ends 80.0° from ·Paris');
    expect(angled([98])).toBe('The vector ends 98.0° from ·Paris');
  });

  test('leaves to the lens where the predicted token comes first', () => {
    const first = (journey: Journey, ids?: readonly number[]) => {
      const said = firstByLens(state(journey, ids), journey);
      return said && sentence(said);
    };
    expect(first(is)).toBeNull();
    expect(first(is, likeliest.is)).toBe('·Paris comes first only after the last layer.');
    expect(first(of, likeliest.of)).toBe('·the comes first from layer 23 on.');
    const where = (layers: (layer: number) => boolean) => first(is, firstIn(layers));
    expect(where(() => true)).toBe('·Paris comes first from the input on.');
    expect(where((layer) => layer === 30 || layer === 7)).toBe(
      '·Paris comes first after layer 6 and again after the last layer.',
    );
    expect(where((layer) => layer === 30 || layer === 0)).toBe(
      '·Paris comes first before the layers and again after the last layer.',
    );
    // The lens rounds otherwise than the run: where it has another token first at the end, it decides nothing.
    expect(where(() => false)).toBeNull();
    expect(likeliestByLayer({ lens: { blocks: lensOf([likeliest.is], { from: 3 }), fraction: 0.5 } }, is)).toBeNull();
    expect(likeliestByLayer(state(is, likeliest.is), is)).toEqual(likeliest.is);
  });

  test('says what really follows, and that the position is a sink', () => {
    expect(says({ ...of, next: of.predicted, angleToNext: of.angleToPredicted }, likeliest.of)).toMatch(
      /at 65\.8°\. The text really continues with ·the$/,
    );
    expect(says(the)).toMatch(
      /\. The text really continues with ·capital, and the vector ends 82\.0° from it\. This position is an attention sink: after layer 11 its vector is 163 times as large as the median of the others$/,
    );
    expect(says({ ...the, sink: null })).not.toContain('sink');
    expect(journeyFinding(state(null))).toEqual([]);
  });
});

describe('the angles', () => {
  test('have a line for each token, one where the predicted token follows', () => {
    expect(angleLines(is).map(({ to }) => to)).toEqual(['input', 'predicted']);
    expect(angleLines(of).map(({ to }) => to)).toEqual(['input', 'predicted', 'next']);
    expect(angleLines({ ...of, next: of.predicted }).map(({ to }) => to)).toEqual(['input', 'predicted']);
  });

  test('are on an axis that is zoomed to them, without the input’s 0°', () => {
    expect(angleDomain(angleLines(is))).toEqual([75, 100]);
    expect(angleDomain(angleLines(of))).toEqual([60, 100]);
    const [from, to] = angleDomain(angleLines({ ...is, angleToInput: [0], angleToPredicted: [90], angleToNext: null }));
    expect(from).toBeLessThan(to);
  });
});

describe('the sizes', () => {
  test('tell a sink, here or elsewhere', () => {
    expect(ownSink(the)).toMatchObject({ position: 0, layer: 12 });
    expect(ownSink(is)).toBeNull();
    expect(ownSink({ ...is, sink: null })).toBeNull();
    expect(sinkAmong(residualSize)).toMatchObject({ position: 0, layer: 12 });
    expect(sinkAmong(residualSize.map((row) => row.slice(1)))).toBeNull();
    expect(sinkAmong([[5]])).toBeNull();
    expect(sinkAmong([])).toBeNull();
  });

  test('are on a log axis from power to power of ten', () => {
    expect(sizeDomain(is.residualSize, residualSize)).toEqual([1, 100_000]);
    expect(sizeDomain([3], [])).toEqual([1, 10]);
    expect(sizeDomain([0, 10], [[0, 0]])).toEqual([10, 100]);
    expect(decades([0.1, 1000])).toEqual([0.1, 1, 10, 100, 1000]);
    expect([0.1, 100, 10_000, 1e6].map(decadeName)).toEqual(['0.1', '100', '10k', '1M']);
  });

  test('are drawn of some of many positions, the sink among them', () => {
    expect(othersShown(5, 4, null)).toEqual([0, 1, 2, 3]);
    const many = othersShown(512, 6, { position: 5, layer: 1, here: 100, others: 1 });
    expect(many).toContain(5);
    expect(many).not.toContain(6);
    expect(many.length).toBeLessThanOrEqual(97);
  });
});

describe('the pushes', () => {
  test('add up to the logit, and less the mean to what is above the mean logit', () => {
    for (const journey of [is, of, the]) {
      expect(Math.abs(total(pushes(journey, false)) - journey.logit)).toBeLessThan(0.005);
      expect(total(pushes(journey, true))).toBeCloseTo(total(journey.push) - total(journey.meanPush), 9);
    }
  });

  test('are on one axis in both forms, with 0 on it', () => {
    const [low, high] = pushDomain(is);
    const drawn = [false, true].flatMap((less) => [...pushes(is, less).attention, ...pushes(is, less).feedForward]);
    expect(low).toBe(Math.min(0, ...drawn));
    expect(high).toBe(Math.max(0, ...drawn));
    const nothing = { input: 0, attention: [0], feedForward: [0], bias: 0 };
    expect(pushDomain({ ...is, push: nothing, meanPush: nothing })).toEqual([-1, 1]);
  });

  test('tell whether the mean logit matters to the probabilities', () => {
    expect(meanWords(false)).toContain('changes no probability');
    expect(meanWords(true)).toContain('probabilities depend on the mean');
  });

  test('add up to the logit of the predicted token or of one chosen elsewhere', () => {
    const says = (journey: Journey, lessMean = false): string => sentence(totalWords(journey, lessMean));
    expect(says(is)).toBe('Input + all parts = 17.37, the logit of ·Paris.');
    expect(says({ ...is, output: vocabularyToken(' Rome', 9) })).toBe('Input + all parts = 17.37, the logit of ·Rome.');
    expect(says({ ...is, push: { ...is.push, bias: 0.5 } })).toBe(
      'Input + all parts + biases = 17.87, the logit of ·Paris.',
    );
    expect(says(is, true)).toBe('Input + all parts = 19.23, the logit of ·Paris minus the mean logit of −1.86.');
  });
});

describe('one layer in words', () => {
  test('has all its numbers', () => {
    expect(sentence(layerWords(is, 30, false))).toBe(
      'The residual r after layer 29 has size 619.2 and is 88.6° from ·is. After the final norm it is 79.6° from ·Paris. Attention added a vector of size 69.97, feed-forward one of size 407.5; the two are 88.7° apart. They push ·Paris by 1.21 and 6.98.',
    );
    expect(sentence(layerWords(is, 0, false))).toBe(
      'The residual r before the layers has size 2.601 and is 0.0° from ·is. After the final norm it is 98.4° from ·Paris. The input pushes ·Paris by −0.06.',
    );
    expect(sentence(layerWords(is, 0, true))).toMatch(/The input pushes ·Paris by 0\.09 more than the mean\.$/);
    expect(sentence(layerWords(of, 1, true))).toMatch(
      /After the final norm it is 78\.4° from ·the\. It is 92\.0° from ·France, the token that really follows\. .* more than the mean\.$/,
    );
  });

  test('has the sink beside it', () => {
    const { text, run } = state(is);
    const layers = { ...run!.layers, residualSize };
    expect(sentence(sinkWords(the, text!, run!)!)).toBe(
      'The (position 1) is an attention sink: after layer 11 its residual has size 22,710; the median of the others is 139.7.',
    );
    expect(sentence(sinkWords(is, text!, { ...run!, layers })!)).toMatch(
      /^The \(position 1\) is an attention sink: after layer 11 its residual has size 22,710; the median of the others is 1[234]\d\.\d\./,
    );
    const withAdded = { ...text!, tokens: added(text!.tokens) };
    expect(sentence(sinkWords(is, withAdded, { ...run!, layers })!)).toMatch(
      /^<s> \(added before the text\) is an attention sink: after layer 11 its/,
    );
    expect(sinkWords(is, text!, run!)).toBeNull();
  });

  test('is a row of the copied table', () => {
    const [header, first, second] = copiedRows(journeyTable(of));
    expect(new Set(copiedRows(journeyTable(of)).map(({ length }) => length)).size).toBe(1);
    expect(copiedRows(journeyTable(of))).toHaveLength(32);
    expect(header?.slice(0, 5)).toEqual([
      'layer',
      'size of r',
      'angle of r to ·of (degrees)',
      'angle of norm(r) to ·the (degrees)',
      'angle of norm(r) to ·France (degrees)',
    ]);
    expect(first?.slice(5)).toEqual(['', '', '', of.push.input, '', '', of.push.input - of.meanPush.input, '', '']);
    expect(second?.slice(5, 8)).toEqual([of.attentionSize[0], of.feedForwardSize[0], of.partsAngle[0]]);
  });
});

test('a layer with a part of zeros has no angle between its parts, in words, in the table and for the clipboard', () => {
  const silent = { ...of, feedForwardSize: of.feedForwardSize.with(0, 0), partsAngle: of.partsAngle.with(0, null) };
  for (const lessMean of [false, true]) {
    const said = sentence(layerWords(silent, 1, lessMean));
    expect(said).toMatch(/feed-forward one of size 0\. They push ·the by /);
    expect(said).not.toMatch(/–|apart|NaN|null/);
  }
  expect(copiedRows(journeyTable(silent))[2]?.[7]).toBe('');
  const cells =
    renderToString(h(Table<number>, journeyTable(silent)))
      .split('<tr')[3]
      ?.split('<td') ?? [];
  expect(cells[7]).toBe(' class="number">–</td>');
});

describe('the room for the pictures', () => {
  test('is one line where it is wide, two where it is not', () => {
    for (const width of [520, 388, 248, 0]) {
      const lines = pictureLines(width, true);
      expect(lines.map((line) => line.length)).toEqual(width === 520 ? [4] : [2, 2]);
      for (const line of lines)
        expect(line.reduce((sum, { width: each }) => sum + each, layerWidth)).toBeLessThanOrEqual(
          Math.max(width, layerWidth),
        );
    }
  });

  test('has a row for each layer', () => {
    expect([0, 30].map((layer) => layerAt(rowMiddle(layer), 31))).toEqual([0, 30]);
    expect([3, rowMiddle(31)].map((y) => layerAt(y, 31))).toEqual([null, null]);
  });

  test('leaves out names of ticks that would touch', () => {
    const named = namedTicks(
      [0, 10, 60, 100].map((x) => ({ x, name: '10k' })),
      100,
    );
    expect(named.map(({ x }) => Math.round(x))).toEqual([10, 60, 90]);
  });
});

test('an angle that is not known is no point of a line', () => {
  expect(downwards([NaN, 1], (value) => value)).toBe(downwards([0, 1], (value) => value, 1));
});
