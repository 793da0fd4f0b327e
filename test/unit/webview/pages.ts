// Whole pages as HTML, in the states that between them say nearly all that the webview can say.
import { isDeepStrictEqual } from 'node:util';
import { h } from 'preact';
import { renderToString } from 'preact-render-to-string';
import type { AdapterModule } from '../../../src/shared/adapter';
import type { BlamedPart, BlameGrain } from '../../../src/shared/blame';
import type { TokenFacts } from '../../../src/shared/engine';
import {
  type BlameView,
  lensColourings,
  noAttention,
  noBlame,
  noBoth,
  noMatters,
  type SteerView,
} from '../../../src/shared/instruments';
import { type ViewChoices } from '../../../src/shared/kept';
import { defaultView } from '../../../src/shared/kept';
import { experiments } from '../../../src/shared/lab';
import { lensSteps } from '../../../src/shared/layers';
import { matterGrains } from '../../../src/shared/matters';
import { byMetric } from '../../../src/shared/metrics';
import type { PanelState } from '../../../src/shared/panel';
import { verbatim } from '../../../src/shared/said';
import { neighbourSpaces } from '../../../src/shared/sides';
import type { Actions } from '../../../src/webview/actions';
import { Header } from '../../../src/webview/header/header';
import { remember } from '../../../src/webview/parts/remembered';
import { SectionFrame } from '../../../src/webview/section';
import { sections } from '../../../src/webview/sections';
import { SideView } from '../../../src/webview/side/side';
import { backends } from '../support/backends';
import { blamed, blamedPart } from '../support/fakeBoth';
import { mattersKnown } from '../support/fakeMatters';
import { ablation, cell, grid, headView, pair, pattern } from './attentions';
import { both, neighboursIn, other as otherModel, otherTokens, position as positionInBoth, rows } from './boths';
import {
  added,
  allFirst,
  colouredBy,
  empty as plain,
  inspected,
  lensOf,
  model as plainModel,
  neighbours,
  predicted,
  prediction,
  ranked,
  scopeOf,
  trunk,
  vocabularyOf,
  vocabularyToken,
} from './build';
import { allFindings, conversation } from './conversations';
import { fileStates, openedFile } from './files';
import { unfoldAll } from './folds';
import { is, of, residualSize, the } from './journeys';
import {
  between,
  extremes,
  length,
  misses,
  oneLength,
  results,
  roundTrip,
  rulers,
  run as labRun,
  shares,
  softmaxShift,
  targetSize,
  tied,
} from './labResults';
import { ownVector, steered, withVector } from './ownVectors';
import { servedStates } from './servedStates';
import { cutsBeside, cutText, twoTokenizers } from './tokenizing';
import { grid as patches, next, opened, twoTexts } from './twoTexts';

/** Names and tokens without a Latin letter, so that every Latin letter on a page is one of the webview's own words. */
const words = ['Мир', ' без', ' 42', ' слов', '\n', ' '];
const model = {
  ...plainModel,
  name: '№1',
  quantisation: '4',
  tokenizer: verbatim('№2'),
  // The names of norms are the same in every language.
  trunk: { ...trunk, norm: '№4' as 'RMSNorm' },
  sizes: {
    ...plainModel.sizes,
    smallest: vocabularyToken(' малый', 7, 1.793),
    largest: vocabularyToken(' большой', 8, 7.495),
  },
};
const download = { name: '№1', bytes: 98_362_432, from: '№2' };
const empty: PanelState = { ...plain, upcoming: { name: '№1', bytes: 98_362_432 } };

const facts = (id: number, raw: TokenFacts['ownRank']['raw'], text = ' мир'): TokenFacts => ({
  token: vocabularyToken(text, id),
  ownRank: { raw, centred: raw, normed: raw },
});

const ids = (...lists: Parameters<typeof neighbours>): PanelState['neighbours'] => {
  const made = neighbours(...lists);
  const cyrillic = (entries: readonly number[]) => entries.map((id) => ranked(`т${id}`, id));
  return {
    ...made,
    query: vocabularyToken('я', 1),
    lists: {
      ...byMetric(() => []),
      euclidean: cyrillic(lists[0]),
      cosine: cyrillic(lists[1]),
      dot: cyrillic(lists[2]),
    },
  };
};

const top = [predicted(' мир', 7, 0.773, 1), predicted(' да', 9, 0.065, 2), predicted(' ', 10, 0.00001, 77)];
const nearest = byMetric(() => [ranked('да', 7)]);
const other = [ranked('нет', 12)];
const sweep = {
  lengths: [0.5, 2.51, 43.794, 1000],
  actual: 2,
  tokens: [model.sizes.smallest, vocabularyToken('да', 9)],
  nearest: [[0], [1], [], []],
  sharedWithDot: [0, 4, 7, 10],
  sharedWithCosine: [1, 8, 9, 6],
};

const base = (
  change: Partial<PanelState> = {},
  numbers: Parameters<typeof inspected>[2] = { surprisal: [null, 16.65, 0.49, 3.52, 0.65, 1] },
): PanelState => {
  const state = inspected(words, { model, ...change }, numbers);
  return { ...state, ...(state.source && { source: { ...state.source, name: '№.1', ...change.source } }) };
};

const named = {
  input: vocabularyToken(' мир', 5),
  predicted: vocabularyToken(' да', 6),
  output: vocabularyToken(' да', 6),
};
/** One position’s way, with tokens that have no Latin letter. */
export const journeys = {
  last: { ...is, position: 5, ...named },
  followed: { ...of, ...named, next: vocabularyToken('нет', 7) },
  sunk: { ...the, ...named, next: named.predicted },
};
const likeliestAt = (first: (layer: number) => boolean): PanelState['lens'] => ({
  blocks: lensOf(words.map(() => is.residualSize.map((_, layer) => (first(layer) ? 6 : 4)))),
  fraction: null,
});
const vocabulary = vocabularyOf(['а', 'б', 'в', 'г', 'д', 'мир', ' да', 'нет']);
const leaders: PanelState['leaders'] = {
  position: 5,
  rows: lensSteps(30, true),
  tokens: [vocabularyToken(' да', 6), vocabularyToken(' мир', 5)].map((token, at) => ({
    token,
    probability: Float64Array.from(lensSteps(30, true), (_, row) => (row < 30 === (at === 0) ? 0.9 : 0.1)),
    rank: Int32Array.from(lensSteps(30, true), (_, row) => (row < 30 === (at === 0) ? 1 : 2)),
  })),
};
const instruments = { journey: journeys.last, lens: likeliestAt((layer) => layer === 30), leaders, vocabulary };

/** All is known of it. */
export const full = base({
  ...instruments,
  token: facts(105, allFirst, ' '),
  neighbours: ids([1, 2, 3], [1, 2, 4], [5, 6, 7]),
  prediction: prediction(top, { nearest, lengths: sweep }),
});
const text = full.text!;
const source = full.source!;
const run = full.run!;
const withSink = { ...run, layers: { ...run.layers, residualSize } };
const likeliest = words.map(() => [{ token: vocabularyToken(' да', 3), probability: 0.5 }]);

const working = (change: Partial<Extract<PanelState['status'], { kind: 'working' }>>): PanelState['status'] => ({
  kind: 'working',
  what: 'loading',
  fraction: 0.3,
  modelBytes: null,
  ...change,
});
const predicting = (...made: Parameters<typeof prediction>): PanelState => ({
  ...full,
  prediction: prediction(made[0], { nearest, lengths: sweep, ...made[1] }),
});
const repeated = {
  ...text,
  tokens: text.tokens.map((token) => ({ ...token, id: 3, bytes: vocabularyToken(' да', 3).bytes })),
};

const learnedTrunk = { ...model.trunk, position: 'learned', rotary: null } as const;
const untied = {
  ...model,
  tied: false,
  outputSizes: {
    ...model.sizes,
    smallest: { ...model.sizes.smallest, outputSize: 1 },
    largest: { ...model.sizes.largest, outputSize: 40 },
    histogram: { from: 1, width: 1, counts: Array.from({ length: 40 }, () => 1) },
  },
};
const asWritten = (angleInputOutput: number): TokenFacts => ({
  ...full.token!,
  token: { ...full.token!.token, outputSize: 1.1, outputPercentile: 30, angleInputOutput },
  facing: { size: 1.3, angle: 16, centred: false },
});
const addedToken = added(text.tokens).map((token) =>
  token.index === 0 ? { ...token, text: '№', bytes: [...new TextEncoder().encode('№')] } : token,
);

const inBoth = (change: Parameters<typeof both>[0] = {}): PanelState => both(change, full);
const adapterModule = (relative: number): AdapterModule => ({
  ...{ tensor: '№.9', kind: 'lora', rank: 8, relative, directions: 3 },
  ...{ angle: 2, ratio: 1, isZero: false },
});

function partsKnown(by: BlameGrain, reverse: boolean): BlameView {
  const known = blamed({ position: 2, by, reverse });
  const named = ({ part, ...effect }: BlamedPart) => ({
    ...effect,
    part: { ...part, tensor: `№.${part.kind.length}` },
  });
  const tensor = (error: number) => ({
    ...{ name: '№.9', shape: [2, 2], error, angle: 3, ratio: 1, worst: { row: 1, angle: 5 } },
    bitsPerWeight: [16, 4.5] as const,
  });
  return {
    ...{ known: by === 'tensors' ? { ...known, parts: known.parts.map(named) } : known, isDone: true },
    ...{ working: null, failure: null },
    tensors: {
      tensors: [tensor(0.1), { ...tensor(0.2), name: '№.11' }],
      every: 1,
      unlike: ['№'],
      tokens: { '№.9': vocabularyToken('Мир', 5) },
    },
  };
}

const twoModels: Readonly<Record<string, PanelState>> = {
  'two models': inBoth(),
  'two models, another first token': inBoth({
    position: positionInBoth({
      likeliest: [
        [0, 1],
        [1, 0],
      ],
    }),
  }),
  'two models that are the same': inBoth({
    position: positionInBoth({ same: true }),
    rows: rows({ angle: 0, ratios: [1, 1] }),
  }),
  'two models, few turned': inBoth({ rows: rows({ angle: 0, most: 3, ratios: [1, 1.2] }) }),
  'two models, sizes alone': inBoth({ rows: rows({ angle: 0, ratios: [0.5, 1.2] }) }),
  'two models, sizes and directions': inBoth({ rows: rows({ angle: 9, ratios: [0.5, 1.2] }) }),
  'two models of different widths': inBoth({
    other: otherModel({ sameWidth: false }),
    rows: rows({ angle: null }),
    position: positionInBoth({ angles: null }),
    neighbours: neighboursIn(null),
  }),
  'two models of different depths': inBoth({ position: positionInBoth({ layers: [3, 2], angles: null }) }),
  'two vocabularies': inBoth({
    other: otherModel({ sameVocabulary: false }),
    text: otherTokens,
    position: null,
    rows: null,
  }),
  'two models, one after the other': inBoth({ other: otherModel({ runs: 'inTurn' }), text: null, position: null }),
  'two models that do not run': inBoth({ other: otherModel({ runs: 'none' }), text: null, position: null, rows: null }),
  'two models, running': inBoth({
    text: null,
    position: null,
    working: { what: 'running', name: '№2', fraction: 0.5 },
  }),
  'a model with an adapter': inBoth({
    other: otherModel({
      scale: 0.5,
      adapter: {
        ...{ path: '№', form: 'gguf', method: 'rslora', rank: 8, alpha: 16, base: '№', unknown: ['№'], notices: ['№'] },
        modules: [adapterModule(0.2), { ...adapterModule(0), isZero: true }],
      },
    }),
  }),
  'two models, part by part': { ...inBoth(), blame: partsKnown('parts', false) },
  'two models, tensor by tensor': { ...inBoth(), blame: partsKnown('tensors', true) },
  'two models, parts under way': {
    ...inBoth(),
    blame: {
      ...noBlame,
      known: {
        ...blamed({ position: 2, by: 'layers', reverse: true }),
        parts: [blamedPart({ kind: 'layer', layer: 0 }, 3)],
      },
      working: { what: 'parts', fraction: 0.5, secondsLeft: 4 },
    },
  },
  'two models, tensors under way': {
    ...inBoth(),
    blame: { ...noBlame, working: { what: 'tensors', fraction: 0.5, secondsLeft: 4 } },
  },
  'two models, no part': { ...inBoth(), blame: { ...noBlame, failure: 'Нет.' } },
  'a second model is loaded': inBoth({ ...noBoth, working: { what: 'loading', name: '№2', fraction: null } }),
  'a second model failed': inBoth({ ...noBoth, failure: 'Нет.' }),
  'two models, coloured': colouredBy('difference', inBoth()),
};

const parts = ['Мир', ' без', ' 42'].map((text, at) => ({ text, positions: [at] }));
const grains = matterGrains.map((by) => ({ by, parts: 3 }));
/** A text that ends inside a word that begins at a position. */
const endsInside = (from: number): PanelState => {
  const { run, ...state } = base({ position: 5 });
  const edge = { from, whole: vocabularyToken(' да', 9), probability: 0.2, typed: 0.01 };
  return { ...state, run: run && { ...run, edge } };
};
const whatMattered: Readonly<Record<string, PanelState>> = {
  'what mattered': {
    ...base(),
    matters: mattersKnown(parts, { grains, together: { parts: [0, 1], bits: 3, change: 2 } }),
  },
  'what mattered, under way': {
    ...base(),
    matters: {
      ...mattersKnown(parts),
      asked: { by: 'line', answer: '№', parts },
      working: { fraction: 0.5, secondsLeft: 4 },
    },
  },
  'what mattered, coloured': colouredBy('matters', { ...base(), matters: mattersKnown(parts) }),
  'what mattered, refused': { ...base(), matters: { ...noMatters, grains, failure: 'Нет.' } },
  'a text that ends in a space': endsInside(5),
  'a text that ends inside a word': endsInside(3),
};

const spoken = ['«№', 'Да', ' так', '«№', 'он:', 'Эй', '№»', '«№', 'я:', 'Ну', '№»', '«№', 'я:'];
const heard = conversation([], {}, spoken).text?.chat;
const roles = {
  template: '№',
  templates: ['№', '№2'],
  bands: (heard?.bands ?? []).map((band) => ({ ...band, role: 'я' })),
};
const inFull = (state: PanelState): PanelState => ({ ...state, source, model });
const conversations: Readonly<Record<string, PanelState>> = {
  'a conversation': inFull(conversation([], { ...roles, messages: [{ role: 'он' }, { role: 'assistant' }] }, spoken)),
  'a conversation with findings': inFull(allFindings(roles, spoken)),
  'a conversation of one more': inFull(conversation(undefined, { ...roles, others: 1 }, spoken)),
};

const ofTexts = (change: Parameters<typeof twoTexts>[0] = {}): PanelState => twoTexts(change, full);
const texts: Readonly<Record<string, PanelState>> = {
  'two texts': ofTexts({ patch: patches({ open: opened }) }),
  'two texts at other positions': ofTexts({ position: 0, next: next({ likeliest: [7, 7] }), from: '№.1' }),
  'two texts without partners': ofTexts({ pairs: [[0, 0]], patch: patches({ progress: 'stopped' }) }),
  'two texts, a cell runs': ofTexts({ patch: patches({ part: 'attention', open: { ...opened, result: null } }) }),
  'two texts, running': ofTexts({ result: null, next: null }),
};

const vectorOf = (change: Partial<PanelState> = {}, made: Parameters<typeof withVector>[0] = ownVector()): PanelState =>
  withVector(made, change, full);
const steer = (change: Partial<SteerView>): PanelState => vectorOf({ steer: { ...steered, ...change } });
const removed = { ...steered.steering, how: 'remove', layer: null, positions: 'all' } as const;
const axis = { kind: 'vector', expression: '1 - 2' } as const;
const vectors: Readonly<Record<string, PanelState>> = {
  'a vector': steer({}),
  'a vector that is kept': vectorOf({ keptVectors: [{ name: 'Царица', expression: '1 - 2' }], steer: null }),
  'a vector of output rows': vectorOf({ model: untied }, ownVector({ side: 'output', size: 0 })),
  'a vector of input vectors': vectorOf({ model: untied }, ownVector({ operands: ownVector().operands.slice(1) })),
  'a vector is made': vectorOf({}, null),
  'a vector is the axis': vectorOf({
    axes: { now: axis, back: true, forward: false },
    scope: {
      ...scopeOf(2, '0:2 50:2 70:6'),
      axis,
    },
  }),
  'a direction is taken out': steer({ steering: removed }),
  'a steered run with the same prediction': steer({
    result: { ...steered.result!, tokens: steered.result!.tokens.slice(0, 1) },
  }),
};

const states: Readonly<Record<string, PanelState>> = {
  ...twoModels,
  ...whatMattered,
  ...vectors,
  ...texts,
  ...conversations,
  empty: plain,
  upcoming: empty,
  'not downloaded': { ...empty, status: { kind: 'not-downloaded', ...download } },
  'not sent': base({ status: { kind: 'not-sent', server: 'localhost:8080' } }, {}),
  'empty with a token': { ...empty, model, loaded: true, token: facts(7, allFirst), neighbours: ids([1], [1], [1]) },
  'loading so many bytes': { ...empty, status: working({ modelBytes: 98_362_432, fraction: null }) },
  'loading by name': { ...empty, status: working({ modelBytes: 98_362_432, modelName: '№1' }) },
  'loading a named one of no known length': { ...empty, status: working({ modelName: '№1' }) },
  connecting: { ...empty, status: working({ modelName: '№1', server: 'localhost:8080' }) },
  running: { ...base({ status: working({ what: 'running' }) }, {}), loaded: true },
  comparing: { ...base({ status: working({ what: 'running', fraction: null, comparing: true }) }, {}), loaded: true },
  'running nothing': { ...empty, status: working({ what: 'running' }) },
  'loading again': { ...base({ status: working({}) }, {}), loaded: false },
  cancelled: base({ status: { kind: 'cancelled' } }, {}),
  'cancelled download': base({ status: { kind: 'cancelled', fetching: true } }, {}),
  failed: { ...full, status: { kind: 'failed', message: 'Нет.', help: 'log' } },
  'not loaded': base({ loaded: false }),
  'nothing known': base({}, {}),
  full,
  'out of date': { ...full, outOfDate: true },
  'one left out': {
    ...full,
    text: { ...text, leftOut: 1 },
    source: { ...source, otherSelections: 1, wholeLine: true },
  },
  context: { ...full, position: 0, text: { ...text, contextCount: 2, total: 4 } },
  'one token of context': { ...full, position: 0, text: { ...text, contextCount: 1, total: 5, notDrawn: 12 } },
  'one token': { ...inspected(['Мир'], { model }, { surprisal: [null] }), source },
  'one token with a run of context': { ...inspected(['Мир'], { model }, { surprisal: [3] }), source },
  untied: {
    ...full,
    model: { ...untied, trunk: { ...model.trunk, heads: 1 } },
    token: asWritten(62),
    neighbours: { ...full.neighbours!, space: 'input' },
  },
  ...Object.fromEntries(
    neighbourSpaces.map((space) => [
      `neighbours in the space ${space}`,
      {
        ...full,
        model: untied,
        token: asWritten(space === 'input' ? 90 : space === 'output' ? 0.5 : 140),
        options: { ...full.options, space },
        neighbours: { ...full.neighbours!, space, centred: space === 'cross' },
      },
    ]),
  ),
  'around an input vector': {
    ...full,
    model: untied,
    axes: { now: { kind: 'token', side: 'input' }, back: false, forward: false },
    scope: {
      ...scopeOf(2, '0:2 50:2 70:6'),
      axis: { kind: 'token', token: vocabularyToken('Мир', 0), side: 'input' },
    },
  },
  'with the gain, centred': { ...full, token: { ...full.token!, facing: { size: 0, centred: true } } },
  'a token is added before the context': {
    ...full,
    position: 0,
    text: { ...text, tokens: addedToken, contextCount: 3, total: 3 },
  },
  centred: { ...full, options: { ...full.options, centred: true }, neighbours: { ...full.neighbours!, centred: true } },
  special: { ...full, token: { ...full.token!, token: { ...full.token!.token, special: true } } },
  elsewhere: { ...full, position: 1, token: facts(7, { ...allFirst, dot: 24 }), run: { ...run, likeliest } },
  'second in the prediction': { ...full, position: 1, token: facts(9, { ...allFirst, dot: 3 }) },
  'elsewhere in the text': {
    ...full,
    position: 1,
    token: facts(103, { ...allFirst, euclidean: 2, cosine: 2, dot: 30 }),
  },
  'of the vocabulary': { ...full, position: 1, token: facts(999, { ...allFirst, euclidean: 2, cosine: 1, dot: 21 }) },
  'behind by one': {
    ...full,
    position: 1,
    token: facts(999, { ...allFirst, euclidean: 2, cosine: 1, dot: 1 }),
    options: { ...full.options, centred: true },
  },
  'only by dot product, centred': {
    ...full,
    position: 1,
    token: facts(999, { ...allFirst, dot: 112 }),
    options: { ...full.options, centred: true },
  },
  'first, centred': { ...full, position: 1, token: facts(999, allFirst), options: { ...full.options, centred: true } },
  bytes: {
    ...full,
    position: 1,
    text: {
      ...text,
      tokens: text.tokens.map((token) => ({
        ...token,
        bytes: token.index === 0 ? [0x91] : token.index === 1 ? [0xf0, 0x9f] : token.bytes,
      })),
    },
  },
  marks: {
    ...full,
    text: {
      ...text,
      tokens: text.tokens.map((token, index) => ({
        ...token,
        bytes:
          [
            [9, 9],
            [13, 10],
            [0xc2, 0xa0, 1],
            [127, 127],
            [32, 32, 10, 9],
            [32, 10, 32, 10],
          ][index] ?? [],
      })),
    },
  },
  'more marks': {
    ...full,
    text: {
      ...text,
      tokens: text.tokens.map((token, index) => ({
        ...token,
        bytes: [[9], [13, 13], [0xc2, 0xa0, 0xc2, 0xa0], [127], [10, 10], [2, 2]][index] ?? [],
      })),
    },
  },
  tokenizers: { ...full, tokenizers: twoTokenizers },
  'tokenizers, one beside': {
    ...full,
    tokenizers: { ...twoTokenizers, beside: 'r50k_base', cuts: { text: cutText, ...cutsBeside } },
  },
  'another text than counted': { ...full, source: { ...source, characters: 4000 } },
  'one UTF-16 unit': { ...full, source: { ...source, characters: 1 }, text: { ...text, notDrawn: 2 } },
  'entropy of the first': colouredBy('entropy', {
    ...base({}, { surprisal: [null, 16], entropy: [1, 2] }),
    text: { ...text, total: 900, leftOut: 898 },
  }),
  'one entropy of the first': colouredBy('entropy', {
    ...base({}, { surprisal: [null], entropy: [1] }),
    text: { ...text, total: 900, leftOut: 899 },
  }),
  'size of the first': colouredBy('size', { ...full, text: { ...text, total: 900, notDrawn: 894 } }),
  'one size': colouredBy('size', { ...inspected(['Мир'], { model }), source }),
  'one size of the first': colouredBy('size', {
    ...inspected(['Мир'], { model }),
    source,
    text: { ...inspected(['Мир']).text!, total: 9, notDrawn: 8 },
  }),
  ...Object.fromEntries(
    (['surprisal', 'entropy'] as const).flatMap((colouring) => [
      [`coloured by ${colouring}`, colouredBy(colouring, full)],
      [`coloured by ${colouring}, a token twice`, colouredBy(colouring, { ...full, text: repeated })],
      [
        `coloured by ${colouring} before the run`,
        colouredBy(colouring, base({ status: working({ what: 'running' }) }, {})),
      ],
      [`coloured by ${colouring} without a run`, colouredBy(colouring, base({}, {}))],
    ]),
  ),
  biased: predicting(top.map((entry) => ({ ...entry, bias: 0.5, ranks: { ...entry.ranks, cosine: 40 } }))),
  capped: predicting(top.map((entry) => ({ ...entry, logit: 9 }))),
  'size changes little': predicting(top.slice(0, 2)),
  'another by angle': predicting(top, { nearest: { ...nearest, cosine: other } }),
  ...Object.fromEntries(
    [0, 3].map((actual) => [
      `of length ${actual}`,
      predicting(top, { lengths: { ...sweep, actual, sharedWithDot: [2, 0, 0, 10] } }),
    ]),
  ),
  'always the smallest': predicting(top, { lengths: { ...sweep, nearest: [[0], [0], [0], [0]] } }),
  'never the smallest': predicting(top, {
    lengths: { ...sweep, nearest: sweep.nearest.map(() => [1]) },
  }),
  'around h': {
    ...full,
    axes: { now: { kind: 'residual', position: 1, layer: 30 }, back: true, forward: true },
    scope: scopeOf(40, '80:3 85:2 90:6'),
  },
  'around a residual': {
    ...full,
    axes: { now: { kind: 'residual', position: 1, layer: 3 }, back: true, forward: true },
    scope: {
      ...scopeOf(40, '80:3 79:2'),
      axis: { kind: 'residual', position: 1, layer: 3 },
    },
  },
  'a sink': { ...full, journey: journeys.sunk, position: 0, run: withSink },
  'a sink elsewhere': { ...full, journey: { ...journeys.last, position: 4, output: named.input }, run: withSink },
  'a push with biases': { ...full, journey: { ...journeys.last, push: { ...is.push, bias: 1 } } },
  'followed by another': { ...full, journey: journeys.followed, position: 2, lens: likeliestAt((layer) => layer > 20) },
  'first at every layer': { ...full, lens: likeliestAt(() => true) },
  'first before the first layer': { ...full, lens: likeliestAt((layer) => layer === 0 || layer === 30) },
  'first at a layer before': { ...full, lens: likeliestAt((layer) => layer === 7 || layer === 30) },
  'turned away at last': {
    ...full,
    journey: { ...journeys.last, angleToPredicted: is.angleToPredicted.with(29, 79) },
    lens: likeliestAt((layer) => layer >= 20),
  },
  'the lens is not known': { ...full, lens: { blocks: [], fraction: 0.25 } },
  'the lens is not known, and never turned towards': {
    ...full,
    lens: null,
    journey: { ...journeys.last, angleToPredicted: is.angleToPredicted.map((_, layer) => 80 + layer) },
  },
  'positions enter before the layers': { ...full, journey: { ...journeys.last, inputDeviation: 1 } },
  'at position 4': { ...full, position: 4 },
  'all pairs turned': {
    ...full,
    model: { ...model, trunk: { ...model.trunk, rotary: { base: 1, headSize: 4 } } },
    position: 100,
  },
  'geometry alone, working': {
    ...base({ status: working({ what: 'running' }), model: { ...model, trunk: null } }, {}),
    loaded: true,
  },
  ...servedStates(full),
  ...fileStates(empty),
  ...Object.fromEntries(
    [0.5, 0.2, -0.1, NaN].map((share, at) => [
      `learned positions, ${at}`,
      {
        ...full,
        model: { ...model, trunk: learnedTrunk },
        journey: {
          ...journeys.last,
          learned: { sizes: [1, 2, 3, 4, 5, 6, 7], ...(at > 0 && { angleToInput: 40 * at }), share },
        },
      },
    ]),
  ),
  'no rotary positions': { ...full, model: { ...model, trunk: { ...model.trunk, rotary: null } } },
  'nothing near': predicting(top, { lengths: { ...sweep, nearest: [[], [], [], []] } }),
};

const [world, yes] = [vocabularyToken(' мир', 7), vocabularyToken(' да', 9)];
const heads = grid({ position: 5, output: world });
const pairs = pair({ against: yes });
const shown = { open: { layer: 1, head: 0 }, view: headView({ position: 5, output: world }), pattern: pattern(6) };
const changed = ablation({
  tokens: ablation().tokens.map((one, index) => ({ ...one, token: index === 0 ? world : yes })),
});
const attending = (change: Partial<PanelState> = {}, view: Partial<PanelState['attention']> = {}): PanelState => ({
  ...full,
  attention: { ...noAttention, grid: heads, ...view },
  ...change,
});
const comparing = (change: Partial<typeof pairs> = {}): PanelState =>
  attending(
    { against: 9, journey: { ...journeys.last, output: world, pair: { ...pairs, ...change } } },
    { ...shown, grid: { ...heads, against: yes } },
  );

/** States of the attention of a position. */
const attended: Readonly<Record<string, PanelState>> = {
  heads: attending(),
  'heads of the first position': attending({}, { grid: { ...heads, position: 0 } }),
  'no head pushes up': attending({}, { grid: grid({ position: 5, output: world, heads: [[cell(-1)]] }) }),
  'heads with biases': attending({}, { grid: { ...heads, biases: [cell(1), cell(2)] } }),
  'a head is open': attending({}, shown),
  'a head that turns away': attending(
    {},
    { ...shown, view: headView({ output: world, position: 5, turn: -3, push: -1 }) },
  ),
  'a head that turns nothing': attending({}, { ...shown, view: headView({ output: world, position: 3, turn: 0 }) }),
  'a head that others cancel': attending({}, { ...shown, view: headView({ output: world, size: 200 }) }),
  'a pattern of a long text': attending({}, { ...shown, pattern: pattern(6, 2) }),
  'two tokens are compared': comparing(),
  'two tokens are compared, with biases': comparing({ biases: [0.3, 0.1] }),
  ...Object.fromEntries(
    (
      [
        { kind: 'head', ...shown.open },
        { kind: 'attention', layer: 1 },
        { kind: 'feedForward', layer: 1 },
      ] as const
    ).flatMap((part) => [
      [`without ${part.kind}`, attending({ ablation: { part, by: 'zero', result: changed } }, shown)],
    ]),
  ),
  'another is predicted without it': attending({
    ablation: {
      part: { kind: 'attention', layer: 1 },
      by: 'zero',
      result: { ...changed, tokens: changed.tokens.map((one, at) => ({ ...one, logits: [9 - at, 8 + at] as const })) },
    },
  }),
};

const lab = Object.fromEntries(
  results.map((found) => [found.name, labRun(found, {}, found.name === 'length' ? words.join('') : 'нет')]),
);
const withLab = (change: PanelState['lab']): PanelState => ({ ...full, lab: { ...lab, ...change } });
const control = { ...full.neighbours!.lists.euclidean[0]!, token: { ...vocabularyToken('<мир>', 77), special: true } };
const none = { size: 0, overlap: shares(0, 0, 0), rbo: shares(0, 0, 0) };

const estimated = { ...lab['round-trip']!.done!, share: 0.5 };

/** States of the lab and of lists with fragments, with what is chosen on the page. */
const viewed: Readonly<Record<string, readonly [PanelState, Partial<ViewChoices>]>> = {
  'the lens with the rows after attention': [full, { lensBetween: true }],
  'the lens with the rows after attention, which is parallel to feed-forward': [
    { ...full, model: { ...model, trunk: { ...model.trunk, parallel: true } } },
    { lensBetween: true },
  ],
  ...Object.fromEntries(
    experiments.map((experiment) => [`${experiment}, done`, [withLab({}), { experiment, hideFragments: true }]]),
  ),
  ...Object.fromEntries(
    (['rulers', 'softmax-shift'] as const).flatMap((experiment) => [
      [`${experiment}, without a text`, [{ ...empty, model, loaded: true }, { experiment }]],
      [
        `${experiment}, of the geometry alone`,
        [{ ...full, model: { ...model, trunk: null }, run: null }, { experiment }],
      ],
      [
        `${experiment}, in context`,
        [{ ...full, text: { ...text, contextCount: 2, leftOut: 1 }, model: { ...model, tied: false } }, { experiment }],
      ],
    ]),
  ),
  'running, with an estimate': [
    withLab({
      'round-trip': { ...lab['round-trip']!, running: { fraction: 0.5, secondsLeft: 15 }, done: estimated },
    }),
    { experiment: 'round-trip' },
  ],
  ...Object.fromEntries(
    backends.map((backend, index) => [`another backend, ${index}`, [{ ...empty, model, loaded: true, backend }, {}]]),
  ),
  'running, without': [
    withLab({ tied: { running: { fraction: 0.5, secondsLeft: null }, done: null, ended: null } }),
    { experiment: 'tied' },
  ],
  'stopped, with an estimate': [
    withLab({ 'round-trip': { running: null, done: estimated, ended: { kind: 'cancelled' } } }),
    { experiment: 'round-trip' },
  ],
  cancelled: [withLab({ tied: { ...lab['tied']!, ended: { kind: 'cancelled' } } }), { experiment: 'tied' }],
  'cancelled at first': [
    withLab({ tied: { ...lab['tied']!, done: null, ended: { kind: 'cancelled' } } }),
    { experiment: 'tied' },
  ],
  failed: [withLab({ tied: { ...lab['tied']!, ended: { kind: 'failed', message: 'Нет.' } } }), { experiment: 'tied' }],
  'one fragment hidden': [
    {
      ...full,
      neighbours: {
        ...full.neighbours!,
        lists: { ...full.neighbours!.lists, euclidean: [control, ...full.neighbours!.lists.euclidean] },
      },
    },
    { hideFragments: true },
  ],
  ...Object.fromEntries(
    [
      { name: 'rulers', result: rulers({ sample: none }) } as const,
      {
        name: 'rulers',
        result: rulers({ overlap: shares(1, 1, 1), sample: { ...none, size: 1, overlap: shares(1, 1, 1) } }),
      } as const,
      { name: 'one-length', result: oneLength({ identical: false }) } as const,
      {
        name: 'round-trip',
        result: roundTrip({
          misses: { raw: misses(0, 0, 0), centred: misses(0, 0, 0), normed: misses(0, 0, 0) },
          examples: [],
        }),
      } as const,
      { name: 'target-size', result: targetSize({ winsBySizeDecile: [0.02, 0.1], never: 1 }) } as const,
      { name: 'softmax-shift', result: softmaxShift({ probabilityChange: 1 }) } as const,
      { name: 'softmax-shift', result: softmaxShift({ cosineChange: 0 }) } as const,
      {
        name: 'length',
        result: length({ beforeNorm: [1, 0, 0], afterNorm: [...length().afterNorm].reverse() }),
      } as const,
      {
        name: 'between',
        result: between([
          [2, 1, 7],
          [2.1, 5, 7],
          [2.2, 2, 7],
        ]),
      } as const,
      {
        name: 'between',
        result: between([
          [2, 1, 7],
          [2, 1, 7],
        ]),
      } as const,
      {
        name: 'between',
        result: between(
          [
            [2, 1, 7],
            [2, 1, 7],
          ],
          { to: { id: 1, text: 'т1' } },
        ),
      } as const,
      ...[88, 50].map(
        (mean) => ({ name: 'tied', result: tied({ tied: false, angle: { mean, min: 1, max: 120 } }) }) as const,
      ),
      {
        name: 'extremes',
        result: extremes({
          duplicates: [],
          unreachable: Array.from({ length: 30 }, (_, id) => ({ id, text: `т${id}` })),
        }),
      } as const,
    ].map((found, index) => [
      `another result, ${index}`,
      [{ ...full, lab: { [found.name]: labRun(found) } }, { experiment: found.name }],
    ]),
  ),
};

export const act: Actions = {
  post: () => undefined,
  setView: () => undefined,
  see: () => undefined,
  goTo: () => undefined,
};

/** Remembers what is read of it. */
const watched = <T extends object>(whole: T, reads: Map<string | symbol, unknown>): T =>
  new Proxy(whole, {
    get(target, key) {
      const value: unknown = Reflect.get(target, key);
      reads.set(key, value);
      return value;
    },
  });

/** Draws a part with a state, unless it has been drawn with all that it reads of it. */
function drawer() {
  const drawn = new Map<string, ReadonlyMap<string | symbol, unknown>[]>();
  return <T extends object>(part: string, of: (whole: T) => string, whole: T): readonly string[] => {
    const known = drawn.get(part) ?? [];
    if (known.some((reads) => [...reads].every(([key, value]) => isDeepStrictEqual(Reflect.get(whole, key), value))))
      return [];
    const reads = new Map<string | symbol, unknown>();
    const html = of(watched(whole, reads));
    drawn.set(part, [...known, reads]);
    return [html];
  };
}

/** The side bar in every state in which it looks different. */
export function sideBars(): readonly string[] {
  const draw = drawer();
  const drawn = (state: PanelState) => renderToString(h(SideView, { state, act }));
  return Object.values({ ...states, ...attended }).flatMap((state) => draw('side bar', drawn, state));
}

/** Those with a table behind them. */
const pictures = [
  ...['sizes', 'sizes-input', 'sizes-output', 'lengths', 'journey', 'lens', 'leaders', 'size-map', 'position'],
  ...['both-layers', 'both-turned', 'both-resized', 'steer', 'vectorscope', 'texts-layers', 'patch', 'head'],
  ...['rulers-overlap', 'rulers-rbo', 'one-length-overlap', 'one-length-rbo', 'target-size-tenths', 'length-overlap']
    .concat(
      'softmax-shift-changes',
      'length-entropy',
      'length-before',
      'between-sizes',
      'tied-angles',
      'extremes-sizes',
    )
    .map((name) => `lab-${name}`),
];

/** Every state of the panel: those of its parts that look different. */
export function pages(): readonly (readonly [name: string, html: string])[] {
  unfoldAll([
    'both-tensors',
    'adapter',
    ...openedFile.folds.map((key) => `metadata ${key}`),
    ...pictures.map((name) => `behind ${name}`),
  ]);
  remember('open tensors', { of: [openedFile.path], value: new Set(openedFile.tensors) });
  const draw = drawer();
  const panel = (state: PanelState, choices: Partial<ViewChoices> = {}): string => {
    const filled = sections.filter((section) => section.shown(state));
    const shown = filled.map(({ id }) => id);
    const props = (whole: PanelState & ViewChoices) => ({ state: whole, view: whole, act, shown });
    const whole = { ...defaultView, ...choices, ...state };
    return [
      ...draw('header', (of: typeof whole) => renderToString(h(Header, props(of))), whole),
      ...filled.flatMap((section) =>
        draw(
          `${section.id} ${shown.join()}`,
          (of: typeof whole) => renderToString(h(SectionFrame, { section, props: props(of) })),
          whole,
        ),
      ),
    ].join('');
  };
  return [
    ...Object.entries({ ...states, ...attended }).map(([name, state]) => [name, panel(state)] as const),
    ...lensColourings.map((lensColouring) => [lensColouring, panel(full, { lensColouring })] as const),
    ...Object.entries(viewed).map(([name, [state, view]]) => [name, panel(state, view)] as const),
  ];
}
