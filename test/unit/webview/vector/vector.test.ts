import * as l10n from '@vscode/l10n';
import { h } from 'preact';
import { renderToString } from 'preact-render-to-string';
import { describe, expect, test, vi } from 'vitest';
import { defaultView } from '../../../../src/shared/kept';
import { byMetric } from '../../../../src/shared/metrics';
import type { PanelState } from '../../../../src/shared/panel';
import type { OwnVector } from '../../../../src/shared/vectors/vector';
import type { Actions } from '../../../../src/webview/actions';
import { copiedRows } from '../../../../src/webview/parts/columns';
import { Faulty, makeVector, readQuery } from '../../../../src/webview/parts/expression';
import { sentence } from '../../../../src/webview/parts/words';
import { SectionFrame } from '../../../../src/webview/section';
import { sections } from '../../../../src/webview/sections';
import { drawnLists, placesWords, vectorFinding, withoutOperands } from '../../../../src/webview/vector/finding';
import { operandTable, predictedTable } from '../../../../src/webview/vector/section';
import { steerFinding, steeringName, strengthRange } from '../../../../src/webview/vector/steer';
import { ranked } from '../build';
import { unfoldAll } from '../folds';
import { king, ownVector, prince, queen, steered, withVector } from '../ownVectors';
import { act } from '../pages';

unfoldAll();

// There is no width here, without which no chart is drawn.
vi.mock('../../../../src/webview/parts/width', () => ({ useWidth: () => ({ ref: { current: null }, width: 600 }) }));

const drawn = (id: string, state: PanelState): string =>
  renderToString(
    h(SectionFrame, {
      section: sections.find((one) => one.id === id)!,
      props: { state, view: defaultView, act, shown: sections.map((one) => one.id) },
    }),
  );

describe('a query', () => {
  test.each([
    ['king - man + woman', true],
    ['king−man', true],
    ['2 * king', true],
    ['mean(Paris, Rome)', true],
    ['h', true],
    ['r12', true],
    ['e(king)', true],
    ['king', null],
    ['"king"', null],
    ['#12', null],
    ['--', null],
    ['it’s "', null],
    ['king + * man', false],
    ['mean(king', false],
  ])('%s is a vector: %s', (query, made) => {
    const read = readQuery(query);
    expect(read && 'expression' in read).toBe(made);
  });

  test('has its fault underlined at its place', () => {
    const read = readQuery('king + * man');
    if (!read || !('fault' in read)) throw new Error('There is no fault.');
    expect(renderToString(h(Faulty, { expression: 'king + * man', fault: read.fault }))).toContain(
      'king + <span class="faulty-place">*</span> man',
    );
    const ended = { message: l10n.t('No.'), at: { from: 4, to: 4 } };
    expect(renderToString(h(Faulty, { expression: 'king', fault: ended }))).toContain('king<span');
  });

  test('becomes the axis too, unless it has a fault', () => {
    const post = vi.fn<Actions['post']>();
    makeVector('a + b', { ...act, post });
    makeVector('a +', { ...act, post });
    expect(post.mock.calls.map(([intent]) => intent)).toEqual([
      { type: 'makeVector', expression: 'a + b' },
      { type: 'chooseAxis', axis: { kind: 'vector', expression: 'a + b' } },
      { type: 'makeVector', expression: 'a +' },
    ]);
  });
});

describe('the sentence on a vector', () => {
  const says = (change: Partial<OwnVector>): string => sentence(vectorFinding(withVector(ownVector(change))));
  test('names an operand that is nearest, and what is without it', () => {
    expect(says({})).toBe(
      'By distance, cosine and dot product the nearest is ·царь itself; without operands ·царица is nearest',
    );
    expect(says({ lists: byMetric(() => [king]) })).toMatch(/is ·царь itself$/);
  });
  test('names what is nearest by each metric, those that agree together', () => {
    const lists = { euclidean: [queen, king], cosine: [king, queen], dot: [queen, king] };
    expect(says({ lists: { ...byMetric(() => []), ...lists } })).toBe(
      'By distance and dot product the nearest is ·царица. By cosine the nearest is ·царь itself; without operands ·царица is nearest',
    );
  });
  test('says that nothing is left, and nothing before there is a vector', () => {
    expect(says({ size: 0 })).toBe('The operands cancel out: this vector has size 0 and no direction');
    expect(vectorFinding(withVector(null))).toEqual([]);
  });
  test('says where the chosen token stands', () => {
    expect(sentence(placesWords(prince))).toBe(
      'The chosen token ·князь is 3rd by distance, 3rd by cosine and 3rd by dot product.',
    );
    expect(placesWords({ ...prince, ranks: byMetric(() => 48_254) })).toEqual([]);
  });
});

test('without its operands the others move up', () => {
  const { lists, also } = withoutOperands(ownVector());
  expect(lists.cosine.map(({ token, ranks }) => [token.id, ranks.cosine])).toEqual([
    [3, 1],
    [4, 2],
  ]);
  expect(also[0]?.ranks.dot).toBe(2);
});

test('with its operands the lists are as long as without them', () => {
  const namesIn = (isWithout: boolean) => drawnLists(ownVector(), isWithout).lists.cosine.map(({ token }) => token.id);
  expect(namesIn(false)).toEqual([1, 3]);
  expect(namesIn(true)).toEqual([3, 4]);
});

test('an operand that is a residual has no ranks, and one of a zero vector no angle', () => {
  const operands = [{ span: { from: 0, to: 1 }, name: 'h', layer: 30, size: 42 }];
  expect(copiedRows(operandTable(ownVector({ operands })))[1]).toEqual(['h', '', 42, '', '', '', '']);
  expect(copiedRows(predictedTable(ownVector()))[1]).toEqual([3, '·царица', 8.45, 0.25]);
});

describe('the room of a vector', () => {
  test('begins with an example, and has the result with the operands marked', () => {
    expect(drawn('vector', { ...withVector(), vector: null })).toContain('king - man + woman');
    const html = drawn('vector', withVector());
    expect(html).toContain('size is 3.250');
    expect([...html.matchAll(/<tr class="query" data-id="1"/g)]).toHaveLength(3);
    expect(html).toContain('entropy 14.73 bits');
  });
  test('does not rank the chosen token by a vector that has no direction', () => {
    expect(drawn('vector', withVector())).toContain('The chosen token');
    expect(drawn('vector', withVector(ownVector({ size: 0 })))).not.toContain('The chosen token');
  });
  test('keeps vectors by name', () => {
    const keptVectors = [{ name: 'Царица', expression: '1 - 2' }];
    const html = drawn('vector', { ...withVector(), vector: null, keptVectors });
    expect(html).toContain('aria-label="Forget Царица"');
    expect(html).toContain('<td class="mono">1 - 2</td>');
  });
  test('draws its own vectorscope and the run that it steers once there is a vector', () => {
    const shown = (state: PanelState) =>
      sections.filter((one) => one.shown(state) && /^vector-|^steer/.test(one.id)).map(({ id }) => id);
    expect(shown(withVector())).toEqual(['vector-scope', 'steer']);
    expect(shown(withVector(null))).toEqual([]);
    expect(shown(withVector(null, { steer: steered }))).toEqual(['steer']);
  });
});

describe('a steered run', () => {
  test('says what is predicted, and what the push had promised', () => {
    expect(sentence(steerFinding({ steer: steered }))).toBe(
      'With 4 times “1 - 2” added after layer 12, the model predicts ·нет (0.500) instead of ·да (0.750). The push alone would change the logit of ·нет by +7.50. It really changed by +5.00. KL divergence: 2.50 bits',
    );
    const tokens = steered.result!.tokens.slice(0, 1);
    const same = { ...steered, result: { ...steered.result!, tokens } };
    expect(sentence(steerFinding({ steer: same }))).toContain('the model still predicts ·да (0.750 → 0.005).');
    const alike = tokens.map((one) => ({ ...one, probabilities: [0.75, 0.7501] as const }));
    expect(sentence(steerFinding({ steer: { ...steered, result: { ...steered.result!, tokens: alike } } }))).toContain(
      'the model still predicts ·да (0.750 → 0.750).',
    );
    expect(steerFinding({ steer: null })).toEqual([]);
  });
  test('is named by what happens, how strongly and where', () => {
    const removed = { ...steered.steering, how: 'remove', strength: 1, layer: null, positions: 'all' } as const;
    expect(steeringName(removed)).toBe(
      '100 % of the direction of “1 - 2” taken out after every layer at all positions',
    );
    expect(steeringName({ ...removed, strength: 0.5 })).toContain('50 % of the direction of “1 - 2”');
    expect(steeringName({ ...removed, layer: 0, positions: 'last' })).toContain('taken out before the layers');
  });
  test('is as strong at the end of its slider as the residual', () => {
    expect(strengthRange('add', null)).toEqual({ least: -16, most: 16, step: 0.5 });
    expect(strengthRange('add', steered.result)).toMatchObject({ most: 64 });
    expect(strengthRange('add', { ...steered.result!, vectorSize: 0 })).toMatchObject({ most: 16 });
    expect(strengthRange('remove', steered.result)).toMatchObject({ least: 0, most: 1 });
  });
  test('has both predictions, the promise and the curve over the strength', () => {
    const html = drawn('steer', withVector(undefined, { steer: steered }));
    expect(html).toMatch(/<td class="number promised" data-value="7.5">\+7\.50<\/td>/);
    expect([...html.matchAll(/class="leader-line( predicted)?"/g)].map(([, now]) => now)).toEqual([
      undefined,
      ' predicted',
    ]);
    expect(html).toContain('нет, at most 0.700, at the strength 6');
    expect(html).not.toContain('Run with');
  });
  test('waits for a press, and shows a fault in its place', () => {
    expect(drawn('steer', withVector())).toContain('Run with 1 - 2');
    const fault = { message: 'Нет.', at: null };
    expect(drawn('steer', withVector(undefined, { steer: { ...steered, result: null, fault } }))).toContain('Нет.');
  });
});

test('a token of the vocabulary alone is a vector with one operand', () => {
  const one = ranked(' да', 7);
  const finding = vectorFinding(withVector(ownVector({ operands: [], lists: byMetric(() => [one]) })));
  expect(sentence(finding)).toBe('By distance, cosine and dot product the nearest is ·да');
});
