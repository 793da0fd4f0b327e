import { describe, expect, test } from 'vitest';
import { parseIntent } from '../../../../src/shared/intents';
import { defaultView } from '../../../../src/shared/kept';
import { experiments, type LabResult, type NumberRange, rangesOf } from '../../../../src/shared/lab';
import { labTable } from '../../../../src/shared/labColumns';
import { labTablesIn } from '../../../../src/shared/labTables';
import type { PanelState } from '../../../../src/shared/panel';
import { timeLeft } from '../../../../src/shared/timeLeft';
import { english } from '../../../../src/shared/translator';
import { copiedResult, tablesOf, tokensOf, withoutFragments } from '../../../../src/webview/lab/data';
import { offered } from '../../../../src/webview/lab/experiments/between';
import { belongsElsewhere, doneInShort, exceptionOf } from '../../../../src/webview/lab/findings';
import { readNumber } from '../../../../src/webview/lab/options';
import { endedWords } from '../../../../src/webview/lab/run';
import { askedWith, askOf, obstacle } from '../../../../src/webview/lab/section';
import { copiedRows, orderKey } from '../../../../src/webview/parts/columns';
import { hiddenNote, placed } from '../../../../src/webview/parts/fragments';
import { remember } from '../../../../src/webview/parts/remembered';
import { sentence } from '../../../../src/webview/parts/words';
import { apart } from '../../../../src/webview/picture/curves';
import { empty, inspected, model, predicted, prediction, textTokens, vocabularyToken } from '../build';
import { between, entry, extremes, length, results, rulers, run, tied } from '../labResults';

const state = inspected(['The', ' capital', ' of']);
const vocabulary: PanelState = { ...empty, model };
const tokenOf = tokensOf(empty);

describe('what is asked', () => {
  test('takes the chosen token, the lists’ length and sensible numbers', () => {
    expect(experiments.map((name) => askOf(name, defaultView.labOptions, state)?.options)).toEqual([
      { id: 102, k: 10, sample: 1000 },
      { id: 102, k: 10, sample: 1000 },
      { sample: 2000 },
      { directions: 40_000, seed: 1 },
      { size: 5, seed: 1 },
      {},
      { from: 102, to: 100, steps: 11 },
      {},
      {},
      {},
    ]);
    const chosen = { ...defaultView.labOptions, unusedFrom: 3, unusedTo: false };
    expect(askOf('untrained', chosen, state)?.options).toEqual({ from: 3 });
    expect(askOf('round-trip', { ...defaultView.labOptions, whole: true }, state)?.options).toEqual({});
  });

  test('is never more than the vocabulary has', () => {
    const small = { ...state, model: { ...model, vocabulary: 7 } };
    expect(askOf('rulers', defaultView.labOptions, small)?.options).toEqual({ id: 102, k: 7, sample: 7 });
    expect(askOf('round-trip', defaultView.labOptions, small)?.options).toEqual({ sample: 7 });
  });

  test('waits for a text, for a token, and for where a way leads', () => {
    expect(experiments.filter((name) => askOf(name, defaultView.labOptions, vocabulary))).toEqual([
      'round-trip',
      'target-size',
      'tied',
      'extremes',
      'untrained',
    ]);
    expect(obstacle('length', defaultView.labOptions, vocabulary)).toMatch(/needs an inspected text/);
    expect(obstacle('rulers', defaultView.labOptions, vocabulary)).toBe('Choose a token first.');
    expect(obstacle('between', defaultView.labOptions, inspected(['The']))).toBe('Choose the token at the other end.');
    expect(obstacle('length', defaultView.labOptions, state)).toBeNull();
  });

  test('is accepted by the extension with every option in range, and with no other', () => {
    const accepts = (ask: unknown): boolean => parseIntent({ type: 'lab', ask }) !== null;
    for (const name of experiments) {
      const ask = askOf(name, defaultView.labOptions, state);
      expect(parseIntent({ type: 'lab', ask }), name).toEqual({ type: 'lab', ask });
      expect(accepts({ name, options: { ...ask?.options, text: 'a' } }), name).toBe(false);
      for (const [option, { least, most, isFraction, isOptional }] of Object.entries<NumberRange>(rangesOf(name))) {
        const withValue = (value: unknown) => accepts({ name, options: { ...ask?.options, [option]: value } });
        expect([withValue(least), withValue(most)], option).toEqual([true, true]);
        expect([least - 1, most + 1, NaN, '1', null].filter(withValue), option).toEqual([]);
        expect(withValue(least + 0.5), option).toBe(isFraction === true);
        const others = Object.entries({ ...ask?.options }).filter(([key]) => key !== option);
        expect(accepts({ name, options: Object.fromEntries(others) }), option).toBe(isOptional === true);
      }
    }
    expect(accepts({ name: 'nothing', options: {} })).toBe(false);
  });

  test('offers the predicted token first, each token once and never the one it starts from', () => {
    const repeated = inspected([' a', ' b', ' a'], { prediction: prediction([predicted(' P', 7, 0.7, 1)]) });
    const tokens = textTokens([' a', ' b', ' a']).map((token, index) => ({
      ...token,
      id: [100, 101, 100][index] ?? 0,
    }));
    expect(offered({ ...repeated, text: { ...repeated.text!, tokens } })).toEqual([7, 101]);
  });

  test('is told with a result that does not say it', () => {
    expect([
      askedWith({ name: 'target-size', options: { directions: 40_000, seed: 1 } }),
      askedWith({ name: 'target-size', options: { directions: 1, seed: 2 } }),
      askedWith({ name: 'softmax-shift', options: { size: 5, seed: 1 } }),
      askedWith({ name: 'tied', options: {} }),
    ]).toEqual([
      'Settings: directions 40,000, seed 1.',
      'Settings: directions 1, seed 2.',
      'Settings: a vector of size 5, seed 1.',
      null,
    ]);
  });

  test('reads numbers within their bounds', () => {
    const range = { least: 1, most: 1000 };
    expect(['10', ' 7 ', '', '0', '1001', '1.5', 'x', '1e2'].map((text) => readNumber(text, range))).toEqual([
      10,
      7,
      null,
      null,
      null,
      null,
      null,
      100,
    ]);
    expect(readNumber('1.5', { ...range, isFraction: true })).toBe(1.5);
  });
});

describe('a result', () => {
  test('belongs to the text that is shown, or to another', () => {
    const isShown = (ofText: string, shown: PanelState): boolean =>
      belongsElsewhere(run({ name: 'length', result: length() }, {}, ofText).done!, shown).length === 0;
    expect(isShown('The capital of', state)).toBe(true);
    expect(isShown('The capital in', state)).toBe(false);
    expect(isShown('The capital', state)).toBe(false);
    expect(isShown('The', empty)).toBe(false);
    expect(isShown('The 😀 of', inspected(['The', ' 😀', ' of']))).toBe(true);
    // A token that is part of a character has no text of its own.
    const cut = inspected(['a', '\ufffd']);
    expect(isShown('aé', cut)).toBe(true);
  });

  test('says of what it is where that is no longer shown', () => {
    const says = (result: LabResult, text: string | null = null): string =>
      sentence(belongsElsewhere(run(result, {}, text).done!, state));
    expect(says({ name: 'rulers', result: rulers() })).toBe('This result belongs to т1, but the chosen token is ·of.');
    expect(says({ name: 'rulers', result: rulers({ token: { id: 102, text: ' of', size: 2 } }) })).toBe('');
    expect(says({ name: 'between', result: between() }, 'Another\ntext')).toBe(
      'This result belongs to another text: “Another text”. This result belongs to т1, but the chosen token is ·of.',
    );
    expect(says({ name: 'tied', result: tied() })).toBe('');
  });

  test('stays after a run that gave none, and says so', () => {
    const done = run({ name: 'tied', result: tied() });
    expect(endedWords(done)).toBeNull();
    expect(endedWords({ ...done, ended: { kind: 'cancelled' } })).toBe('Stopped. This is the previous result.');
    expect(endedWords({ ...done, done: null, ended: { kind: 'cancelled' } })).toBe('Stopped.');
    expect(endedWords({ ...done, ended: { kind: 'failed', message: 'The engine ended.' } })).toBe(
      'The engine ended. This is the previous result.',
    );
    expect(endedWords({ ...done, done: null, ended: { kind: 'failed', message: 'The engine ended.' } })).toBe(
      'The engine ended.',
    );
    expect(
      endedWords({
        ...done,
        ended: { kind: 'cancelled' },
        running: { fraction: 0, secondsLeft: null },
      }),
    ).toBeNull();
  });

  test('of a stopped run is an estimate: told in the closed row, and marked in its copy', () => {
    const done = { ...run(results[3]!).done!, share: 0.42 };
    expect(endedWords({ running: null, done, ended: { kind: 'cancelled' } })).toBe(
      'Stopped. This is the estimate from the part that was done.',
    );
    expect(sentence(doneInShort(done, tokenOf))).toMatch(/^stopped at 42\.0 %: the largest tenth wins .+ %$/);
    const [said, ...tables] = copiedResult(done, tokenOf, false);
    expect(said).toEqual([['estimate, share done', 0.42]]);
    expect(tables).toEqual(copiedResult({ result: results[3]! }, tokenOf, false));
  });

  test('says the time until its end in words', () => {
    expect([null, 1, 15, 90, 120, 600].map((seconds) => timeLeft(seconds, english))).toEqual([
      '',
      'About 1 s left.',
      'About 15 s left.',
      'About 90 s left.',
      'About 2 min left.',
      'About 10 min left.',
    ]);
  });

  test('has tables whose rows fill their columns, with tokens and ids in what is copied', () => {
    for (const found of results) {
      for (const table of tablesOf(found, tokenOf))
        for (const row of table.rows) expect(row, found.name).toHaveLength(table.columns.length);
      for (const table of tablesOf(found, tokenOf))
        expect(new Set(copiedRows(table).map(({ length }) => length)).size, found.name).toBe(1);
      expect(copiedResult({ result: found }, tokenOf, false).flat().length, found.name).toBeGreaterThan(1);
    }
    expect(copiedResult({ result: { name: 'extremes', result: extremes() } }, tokenOf, false)[0]?.slice(0, 2)).toEqual([
      ['#', 'token', 'token, id', 'size'],
      [1, 'т6', 6, 7.495],
    ]);
  });

  test('copies its tables in the order that is shown, each experiment its own', () => {
    const copied = () => copiedResult({ result: { name: 'rulers', result: rulers() } }, tokenOf, false);
    const pairs = () =>
      copied()[0]
        ?.slice(1)
        .map(([pair]) => pair);
    const described = pairs();
    remember(orderKey('lab one-length agreement'), { key: 'pair', direction: 'ascending' });
    expect(pairs()).toEqual(described);
    remember(orderKey('lab rulers agreement'), { key: 'pair', direction: 'ascending' });
    expect(pairs()).toEqual(described?.toReversed());
    expect(pairs()).toEqual(['dot-cosine', 'euclidean-cosine', 'euclidean-dot']);
  });
});

describe('fragments', () => {
  const special = { ...vocabularyToken('<x>', 5), special: true };
  const bytes = { ...vocabularyToken('', 6), bytes: [0x9f] };
  const whole = vocabularyToken('a', 7);

  test('leave a list without changing the ranks of the others', () => {
    expect(placed([special, whole, bytes, whole], (token) => token, true).map(({ rank }) => rank)).toEqual([2, 4]);
    expect(placed([special, whole, bytes], (token) => token, false).map(({ rank }) => rank)).toEqual([1, 2, 3]);
  });

  test('leave the lists of an experiment, and no table of numbers', () => {
    const list = labTable({ isList: true }, [special, whole, bytes], [{ key: 'token', value: (token) => token }]);
    expect(withoutFragments(list).rows).toEqual([[whole, 7]]);
    expect(withoutFragments({ ...list, isList: false }).rows).toHaveLength(3);
    expect(
      labTablesIn(english, tokenOf)
        .extremes(extremes())[3]
        .rows.map(([group]) => group),
    ).toEqual([1, 1, 2, 2, 2]);
  });

  test('are counted where they are hidden', () => {
    expect([hiddenNote(0, 30), hiddenNote(2, 30), hiddenNote(1, 1)]).toEqual([
      null,
      '2 of 30 rows hidden: control tokens and byte fragments.',
      'The only row is hidden: a control token or a byte fragment.',
    ]);
  });
});

test('names beside lines keep their distance, and stay in the picture', () => {
  expect(apart([10, 12, 90], 13, 0, 100)).toEqual([10, 23, 90]);
  expect(apart([98, 99], 13, 0, 100)).toEqual([87, 100]);
  expect(apart([], 13, 0, 100)).toEqual([]);
});

test('a token of a result is named without the vocabulary too', () => {
  expect(tokenOf(entry(3, 1))).toMatchObject({ id: 3, text: 'т3', special: false });
});

test('a claim says where it does not hold: for logits that are capped', () => {
  expect(exceptionOf('softmax-shift', { logitCap: 30 })).toContain('does change its probabilities');
  expect(exceptionOf('length', { logitCap: 30 })).toContain('not a temperature');
  expect(exceptionOf('length', { logitCap: 30, outputBias: true })).toMatch(
    /not a temperature\. The order stays.*adds a bias.*order of the predictions can change/,
  );
  expect(exceptionOf('round-trip', { outputBias: true })).toContain('leaves it out');
  expect([
    exceptionOf('rulers', { logitCap: 30, outputBias: true }),
    exceptionOf('length', {}),
    exceptionOf('length', null),
  ]).toEqual([null, null, null]);
});
