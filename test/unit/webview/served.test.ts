import { describe, expect, test } from 'vitest';
import { colouringOf, colours, possibleColourings, printed } from '../../../src/shared/colouring';
import { defaultView } from '../../../src/shared/kept';
import type { PanelState } from '../../../src/shared/panel';
import { sectionRows } from '../../../src/shared/sectionTables';
import { intentOfNotice } from '../../../src/webview/header/noticeList';
import { notices } from '../../../src/webview/header/notices';
import { needsLayers, obstacle } from '../../../src/webview/lab/section';
import { entropyRange, listAt, listedFinding } from '../../../src/webview/nextToken/listed';
import { withoutHidden, withoutLayers, withoutMatrices, withoutPredictions } from '../../../src/webview/parts/unknown';
import { sentence } from '../../../src/webview/parts/words';
import { pipelineFinding, strip } from '../../../src/webview/pipeline/section';
import { sections } from '../../../src/webview/sections';
import { withoutRanks } from '../../../src/webview/token/section';
import { tokensFinding } from '../../../src/webview/tokens/finding';
import { inspected, model, predicted, prediction } from './build';
import { listed, server, unsized } from './servedStates';

const text = inspected(['The', ' capital', ' of'], {}, { surprisal: [null, 9, 1.5], entropy: [5, 3, 2] });
const local: PanelState = {
  ...text,
  prediction: prediction([predicted(' France', 4, 0.5, 1), predicted(' the', 5, 0.25, 2)]),
};
const on = (state: PanelState, change: Partial<typeof server> = {}): PanelState => ({
  ...state,
  model: state.model && { ...state.model, trunk: null, server: { ...server, ...change } },
});
const shownOf = (state: PanelState) => sections.filter(({ shown }) => shown(state));
const missingOf = (state: PanelState) =>
  Object.fromEntries(shownOf(state).flatMap(({ id, missing }) => (missing?.(state) ? [[id, missing(state)]] : [])));

test('the button beside the sentence that names a server says which one, and no other button does', () => {
  const state: PanelState = { ...on(local), status: { kind: 'not-sent', server: 'example.com' } };
  expect(intentOfNotice('send', state)).toEqual({ type: 'refresh', server: 'example.com' });
  expect(intentOfNotice('refresh', state)).toEqual({ type: 'refresh' });
  expect(intentOfNotice('again', state)).toEqual({ type: 'refresh' });
});

describe('with h and the file of the model', () => {
  const state = on(local);
  test('only what happens between the layers is missing, and says so', () => {
    expect(Object.keys(missingOf(state))).toEqual(['journey', 'attention', 'neurons']);
    expect(withoutLayers(state)).toBe(
      'The layers run on №5:8080, which does not say what happens between them. Load the whole model on this machine to see it.',
    );
    expect([withoutHidden(state), withoutMatrices(state), withoutPredictions(state)]).toEqual([null, null, null]);
    expect(shownOf(state).map(({ id }) => id)).toContain('point');
  });
  test('the header says where texts go and how far the numbers agree', () => {
    expect(notices(state).find(({ kind }) => kind === 'served')?.text).toBe(
      '№5:8080 (llama.cpp) runs the layers: the texts that you inspect are sent there. On a test text, its own probabilities agree with the ones from its h and your file to within 0.4 %: many servers round to 8 bits between the layers.',
    );
    const equal = on(local, { agreement: { tokens: 5, largest: 1e-6 } });
    expect(notices(equal).find(({ kind }) => kind === 'served')?.text).toMatch(
      /agree with the ones from its h and your file\.$/,
    );
    expect(notices(state).some(({ kind }) => kind === 'geometry')).toBe(false);
  });
  test('experiments run, but for those that need the residuals', () => {
    expect(needsLayers('softmax-shift', state)).toBe(false);
    expect(needsLayers('round-trip', state)).toBe(false);
    expect(needsLayers('length', state)).toBe(true);
    expect(obstacle('between', defaultView.labOptions, state)).toContain('№5:8080');
  });
});

describe('with a list of the likeliest tokens', () => {
  const state = on(listed(local), { gives: 'listed', agreement: null });
  test('the list stands in the place of the prediction, with bounds', () => {
    expect(listAt(state)).toHaveLength(2);
    expect(sentence(listedFinding(state))).toBe(
      'The likeliest token is ·France (0.500). The entropy is 2.00 to 3.00 bits',
    );
    expect(entropyRange(state.run!, 0)).toBe('at least 5.00 bits');
    expect(withoutHidden(state)).toBe(
      '№5:8080 does not send h, the vector that makes the prediction. Start llama-server with --embeddings --pooling none, and choose the model’s file, to see it.',
    );
    expect(withoutHidden(on(listed(local), { gives: 'listed', kind: 'vLLM' }))).toBe(
      '№5:8080 does not send h, the vector that makes the prediction, so no logit can be taken apart.',
    );
  });
  test('a surprisal beyond the list is a bound, and so is every entropy', () => {
    expect(colours('surprisal', state.text!, state.run).isLeast).toEqual([false, true, false]);
    expect([printed('surprisal', 9), printed('surprisal', 9, true), printed('size', null, true)]).toEqual([
      '9.00',
      '≥ 9.00',
      '–',
    ]);
    expect(colours('entropy', state.text!, state.run).isLeast).toEqual([true, true, true]);
    expect(colours('size', state.text!, state.run).isLeast).toEqual([false, false, false]);
  });
  test('sentences and tables give a bound as one', () => {
    const surprisal = { ...state, options: { ...state.options, colouring: 'surprisal' as const } };
    expect(sentence(tokensFinding(surprisal))).toBe(
      '·capital surprised the model most (≥ 9.00 bits), ·of least (1.50 bits)',
    );
    const entropy = { ...state, options: { ...state.options, colouring: 'entropy' as const } };
    expect(sentence(tokensFinding(entropy))).toContain('(≥ 5.00 bits)');
    const [head = [], , row = []] = sectionRows('tokens', state) ?? [];
    expect(row[head.indexOf('surprisal is at least')]).toBe('true');
    expect(head).toContain('entropy is at least');
    expect(sectionRows('tokens', local)?.[0]).not.toContain('entropy is at least');
  });
  test('there is no point to make without h', () => {
    expect(shownOf(state).map(({ id }) => id)).not.toContain('point');
  });
});

describe('without the file of the model', () => {
  const state = on(unsized(listed(local)), { gives: 'listed', agreement: null });
  const why =
    'Sizes and directions are in the model’s file, which №5:8080 does not send. Choose the file in Models to see them.';
  test('every section of sizes and directions says what would give them', () => {
    expect(missingOf(state)).toEqual({
      neighbours: why,
      vector: why,
      vectorscope: why,
      attention: withoutLayers(state),
      journey: withoutLayers(state),
      neurons: withoutLayers(state),
      lab: why,
    });
  });
  test('loading the model again promises no ranks', () => {
    const unloaded = { loaded: false, token: null };
    expect(withoutRanks({ ...state, ...unloaded })).toBeNull();
    expect(withoutRanks({ ...local, ...unloaded })).toBe('Load the model to see this.');
  });
  test('tokens are coloured by surprisal or entropy, never by a size', () => {
    expect(possibleColourings(state)).toEqual(['surprisal', 'entropy', 'none']);
    expect(colouringOf({ ...state, options: { ...state.options, colouring: 'size' } })).toBe('surprisal');
  });
  test('nothing is said of matrices that nobody has seen', () => {
    expect(sentence(pipelineFinding(state))).toBe('14 chars → 3 vectors');
    expect(strip(state)?.stages.map(({ note }) => note)).toEqual(['byte-level BPE', '–', 'on №5:8080', '–']);
    const bare = { ...state, model: { ...state.model!, dimensions: 0, vocabulary: 0 } };
    expect(strip(bare)?.leaves).toBe('3 ×\u00a0V');
  });
  test('a server of tokens alone predicts nothing', () => {
    const bare = on(unsized({ ...local, run: null, prediction: null }), { gives: 'tokens', agreement: null });
    expect(withoutPredictions(bare)).toBe('№5:8080 gives the tokens of a text but says nothing about the next one.');
    expect(missingOf(bare)['next-token']).toBe(withoutPredictions(bare));
    expect(possibleColourings(bare)).toEqual(['none']);
    expect(colouringOf(bare)).toBe('none');
  });
});

test('a model of this machine misses nothing', () => {
  expect(missingOf({ ...local, model })).toEqual({});
});
