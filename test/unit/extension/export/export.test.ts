import * as l10n from '@vscode/l10n';
import { csvParse } from 'd3-dsv';
import fc from 'fast-check';
import { markdownTable } from 'markdown-table';
import { marked, type Tokens } from 'marked';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { localEngine } from '../../../../src/engine/localEngine';
import { csvOf } from '../../../../src/extension/export/csv';
import { endingOf, fileName, isKnown, parts } from '../../../../src/extension/export/exportParts';
import { inspectionOf } from '../../../../src/extension/export/fromState';
import { markdownOf, tokenCell } from '../../../../src/extension/export/sectionMarkdown';
import { shownMarkdown, partsShown } from '../../../../src/extension/export/shownParts';
import { partOf, requestOf } from '../../../../src/extension/export/wholeInspection';
import { wholeMarkdownOf } from '../../../../src/extension/export/wholeMarkdown';
import { textRequest } from '../../../../src/extension/inspection/subject';
import { emptyState, runView, textView } from '../../../../src/extension/inspection/views';
import { defaultModel } from '../../../../src/shared/defaultModel';
import { bits, size } from '../../../../src/shared/format';
import { plainToken } from '../../../../src/shared/glyphs';
import type { Inspection } from '../../../../src/shared/inspection';
import { exportable, type PanelState } from '../../../../src/shared/panel';
import { subject } from '../../support/controller';
import { defaultEngine, modelPath } from '../../support/engine';
import { initialOptions } from '../../support/manifest';
import { sampled } from '../../support/sample';
import { both } from '../../webview/boths';
import { grid, twoTexts } from '../../webview/twoTexts';

vi.mock('vscode', async () => ({ l10n: await import('@vscode/l10n') }));

const options = { ...initialOptions, neighbours: 5, top: 4, limit: 4 };
const source = subject('The capital of France is');
/** The fourth token is chosen; the fifth is beyond the limit. */
const position = 3;
let state: PanelState;
let whole: Inspection;

beforeAll(async () => {
  const engine = await defaultEngine();
  const request = textRequest(source, options);
  const run = await engine.run(request);
  const view = textView(await engine.tokenise(request), request);
  const id = view.tokens[position]?.id ?? NaN;
  state = {
    ...emptyState(options),
    model: await engine.load({ path: modelPath, sha256: defaultModel.sha256 }),
    text: view,
    run: runView(run),
    position,
    token: await engine.token(id),
    neighbours: await engine.neighbours({ id, count: options.neighbours, centred: false }),
    prediction: await engine.prediction({ ...request, position, count: options.top }),
  };
  whole = await engine.inspect(requestOf('everything', source, state));
});

const json = (part: (typeof parts)[number]) => JSON.parse(JSON.stringify(partOf(part, whole))) as Inspection;
/** Sums over the vocabulary depend on which positions are measured together. */
const nearly = (value: unknown): unknown =>
  JSON.parse(JSON.stringify(value), (_, part: unknown) =>
    typeof part === 'number' && !Number.isInteger(part) ? expect.closeTo(part, 5) : part,
  );

const tableOf = (markdown: string | null): Tokens.Table => {
  const table = marked.lexer(markdown ?? '').find(({ type }) => type === 'table');
  if (!table) throw new Error('There is no table.');
  return table as Tokens.Table;
};

describe('what a section shows, as JSON', () => {
  it('are the numbers of the whole inspection', () => {
    expect(inspectionOf('tokens', state)).toEqual({ model: whole.model, leftOut: 1, tokens: whole.tokens });
    const own = { model: whole.model, leftOut: 1, tokens: [whole.tokens[position]] };
    expect(inspectionOf('neighbours', state)).toEqual({ ...own, neighbours: [whole.neighbours?.[position]] });
    expect(inspectionOf('predictions', state)).toEqual({
      ...own,
      predictions: [nearly(whole.predictions?.[position])],
    });
  });

  it('tells whose neighbours they are where the token does not stand at the position', async () => {
    const neighbours = await (await defaultEngine()).neighbours({ id: 7042, count: 2, centred: true });
    const alone = inspectionOf('neighbours', { ...state, neighbours });
    expect(Object.keys(alone ?? {})).toEqual(['model', 'token', 'euclidean', 'cosine', 'dot']);
    expect(alone).toMatchObject({
      token: { id: 7042, text: ' Paris' },
      dot: [{ id: neighbours.lists.dot[0]?.token.id, value: neighbours.lists.dot[0]?.values.dot }, {}],
    });
  });

  it('is nothing while it is not known', () => {
    const unknown: PanelState = { ...state, neighbours: null, prediction: null };
    expect(exportable.filter((part) => isKnown(part, state))).toEqual(exportable);
    expect(exportable.filter((part) => isKnown(part, unknown))).toEqual(['tokens']);
    for (const part of exportable) {
      expect(isKnown(part, emptyState(options))).toBe(false);
      expect([inspectionOf(part, emptyState(options)), markdownOf(part, emptyState(options), l10n)]).toEqual([
        null,
        null,
      ]);
    }
  });
});

describe('what a section shows, as Markdown', () => {
  it('has a row for every token, numbers as the panel prints them', () => {
    const { header, rows } = tableOf(markdownOf('tokens', state, l10n));
    expect(header.map(({ text }) => text)).toEqual([
      'index from 0',
      'token',
      'id',
      'bytes',
      'start',
      'end',
      'size',
      'smaller',
      'surprisal (bits)',
      'entropy after it (bits)',
    ]);
    expect(rows).toHaveLength(5);
    expect(rows[3]?.map(({ text }) => text).slice(0, 9)).toEqual([
      '3',
      '`·France`',
      '4649',
      '20 46 72 61 6E 63 65',
      '14',
      '21',
      '2.283',
      expect.stringMatching(/^\d\.\d %$/),
      '3.52',
    ]);
    expect(rows[4]?.map(({ text }) => text).slice(8)).toEqual(['–', '–']);
  });

  it('says of which token the neighbours are, and after which token the prediction comes', () => {
    const neighbours = markdownOf('neighbours', state, l10n);
    expect(neighbours).toMatch(/^Neighbours of `·France` \(id 4649\), raw, by SmolLM2-135M-Instruct\n\n/);
    expect(
      tableOf(neighbours)
        .rows[0]?.map(({ text }) => text)
        .slice(0, 3),
    ).toEqual(['1', '`·France`', '0.000']);
    const predictions = markdownOf('predictions', state, l10n);
    expect(predictions).toMatch(/^After `·France` \(position 4\), entropy /);
    expect(tableOf(predictions).rows).toHaveLength(4);
  });

  it('has the capped logits beside the products, where the model caps them', () => {
    const prediction = state.prediction && {
      ...state.prediction,
      top: state.prediction.top.map((entry) => ({ ...entry, logit: 3.25 })),
    };
    const { header, rows } = tableOf(markdownOf('predictions', { ...state, prediction }, l10n));
    const at = header.findIndex(({ text }) => text === 'capped');
    expect(rows.map((row) => row[at]?.text)).toEqual(['3.25', '3.25', '3.25', '3.25']);
    expect(tableOf(markdownOf('predictions', state, l10n)).header.map(({ text }) => text)).not.toContain('capped');
  });

  it('tells the token that the model adds apart, which has no bytes of the text', () => {
    const text = state.text && {
      ...state.text,
      tokens: state.text.tokens.map((token) =>
        token.index === 0 ? { ...token, special: true, start: 0, end: 0 } : token,
      ),
    };
    const own: PanelState = { ...state, text, position: 0 };
    expect(markdownOf('predictions', own, l10n)).toMatch(
      /^After `The`, which the model adds before the text, entropy /,
    );
    const { tokens = [] } = inspectionOf('tokens', own) as Inspection;
    expect(tokens.map(({ bytes }) => bytes.length > 0)).toEqual([false, true, true, true, true]);
    expect(markdownOf('predictions', { ...own, position: 3 }, l10n)).toMatch(/^After `·France` \(position 3\), /);
  });

  it('shows any token as it is in one cell of its table', () => {
    const bytes = fc.oneof(
      fc.array(fc.integer({ min: 0, max: 255 }), { minLength: 1 }),
      fc
        .string({ unit: fc.constantFrom(...'|`\\<>*_[]()&;#~!$: \n.-+=img', 'é', '👩‍🚀', '\u202e'), minLength: 1 })
        .map((text) => [...new TextEncoder().encode(text)]),
    );
    fc.assert(
      fc.property(fc.array(bytes, { minLength: 1, maxLength: 4 }), (tokens) => {
        const { rows } = tableOf(markdownTable([tokens.map(() => 'x'), tokens.map((bytes) => tokenCell({ bytes }))]));
        expect(rows[0]?.map((cell) => cell.tokens.map(plainText).join(''))).toEqual(
          tokens.map((bytes) => plainToken({ bytes })),
        );
      }),
      { numRuns: sampled(100, 500) },
    );
  });
});

/** What a reader sees of an inline piece; only text and code may come of a token. */
function plainText(piece: Tokens.Generic | Parameters<typeof marked.walkTokens>[0][number]): string {
  expect(['text', 'codespan', 'escape']).toContain(piece.type);
  const entities: Readonly<Record<string, string>> = { '&#124;': '|', '&#96;': '`' };
  const { text = '' } = piece as { readonly text?: string };
  return piece.type === 'text' ? text.replace(/&#\d+;/g, (entity) => entities[entity] ?? entity) : text;
}

describe('of a model with two matrices', () => {
  const engine = localEngine();
  const path = fileURLToPath(new URL('../../../fixtures/families/llama-untied.gguf', import.meta.url));
  afterAll(() => engine.close());

  it('a prediction is taken apart by the sizes of the output rows, and the tokens have both sizes', async () => {
    const model = await engine.load({ path, threads: 1 });
    const request = textRequest(source, options);
    const run = await engine.run(request);
    const crossed = { ...options, space: 'cross' } as const;
    const own: PanelState = {
      ...emptyState(crossed),
      model,
      text: textView(await engine.tokenise(request), request),
      run: runView(run),
      position,
      prediction: await engine.prediction({ ...request, position, count: 4 }),
    };
    const inspection = await engine.inspect(requestOf('everything', source, own));
    expect(inspectionOf('tokens', own)).toEqual({
      model: inspection.model,
      leftOut: inspection.leftOut,
      tokens: nearly(inspection.tokens),
    });
    const predicted = inspection.predictions?.[position];
    expect(inspectionOf('predictions', own)).toMatchObject({ predictions: [nearly(predicted)] });
    expect(tableOf(markdownOf('predictions', own, l10n)).rows.map((row) => row[5]?.text)).toEqual(
      predicted?.top.map((entry) => entry.size.toFixed(3)),
    );
    expect(inspection.space).toBe('cross');
    const [id = NaN, other = NaN] = [own.text?.tokens[position]?.id, own.text?.tokens[0]?.id];
    const ask = (of: number) =>
      engine.neighbours({ id: of, count: options.neighbours, centred: false, space: 'cross' });
    const neighbours = await ask(id);
    expect(inspectionOf('neighbours', { ...own, neighbours })).toMatchObject({
      space: 'cross',
      neighbours: [inspection.neighbours?.[position]],
    });
    expect(inspectionOf('neighbours', { ...own, neighbours: await ask(other) })).toMatchObject({
      space: 'cross',
      token: { id: other },
    });
    expect(markdownOf('neighbours', { ...own, neighbours }, l10n)).toMatch(
      /^Neighbours of .*\. Its input vector is compared with output rows\n\n/,
    );
    expect(new Set(csvParse(csvOf('neighbours', inspection)).map(({ space }) => space))).toEqual(new Set(['cross']));
    const [first] = csvParse(csvOf('tokens', inspection));
    expect([first?.outputSize, first?.outputPercentile, first?.angleInputOutput].map(Number)).toEqual([
      inspection.tokens[0]?.outputSize,
      inspection.tokens[0]?.outputPercentile,
      inspection.tokens[0]?.angleInputOutput,
    ]);
  });
});

describe('a file', () => {
  it('holds as JSON what the command line prints, and of it the part alone', () => {
    expect(json('everything')).toEqual(whole);
    expect(Object.keys(json('everything'))).toEqual([
      'model',
      'leftOut',
      'tokens',
      'neighbours',
      'predictions',
      'layers',
    ]);
    expect(parts.map((part) => requestOf(part, source, state))).toMatchObject([
      { text: source.text, limit: 4, neighbours: 0, top: 1, layers: false },
      { neighbours: 5, top: 1, layers: false },
      { neighbours: 0, top: 4, layers: false },
      { neighbours: 5, top: 4, layers: true },
    ]);
    expect(json('tokens')).not.toHaveProperty('predictions');
    expect(json('neighbours')).not.toHaveProperty('predictions');
    expect(json('predictions').predictions).toEqual(whole.predictions);
  });

  it('is asked for with the context and the choices of the inspection', () => {
    const request = requestOf('tokens', source, {
      ...state,
      options: { ...options, context: true, contextTokens: 7, plain: true, centred: true },
    });
    expect(request).toMatchObject({ context: source.before, contextTokens: 7, plain: true, centred: true });
  });

  it('asks for no predictions of a model that was loaded for its geometry', () => {
    const alone = state.model && { ...state.model, trunk: null };
    for (const part of parts)
      expect(requestOf(part, source, { model: alone, options })).toMatchObject({ top: 0, layers: false });
  });

  it('holds as CSV one row a token, with all digits', () => {
    const rows = csvParse(csvOf('tokens', whole));
    expect(rows.columns).toEqual([
      'index',
      'id',
      'text',
      'bytes',
      'start',
      'end',
      'special',
      'size',
      'percentile',
      'surprisal',
      'entropy',
    ]);
    expect(rows.map(({ text }) => text)).toEqual(whole.tokens.map(({ text }) => text));
    expect(Number(rows[1]?.['size'])).toBe(whole.tokens[1]?.size);
    expect(Number(rows[1]?.['entropy'])).toBe(whole.predictions?.[1]?.entropy);
    expect([rows[0]?.['surprisal'], rows[4]?.['surprisal'], rows[4]?.['entropy']]).toEqual(['', '', '']);
  });

  it('holds as CSV one row an entry of a list', () => {
    const neighbours = csvParse(csvOf('neighbours', whole));
    expect(neighbours.columns).toEqual(['index', 'token', 'metric', 'rank', 'id', 'text', 'value']);
    expect(neighbours).toHaveLength(4 * 3 * 5);
    expect(
      neighbours.filter(({ index, metric, rank }) => index === '3' && metric === 'dot' && rank === '1'),
    ).toMatchObject([{ token: ' France', value: String(whole.neighbours?.[3]?.dot[0]?.value) }]);
    const predictions = csvParse(csvOf('predictions', whole));
    expect(predictions).toHaveLength(4 * 4);
    for (const row of predictions) {
      const of = (name: string) => Number(row[name]);
      expect(of('hiddenSize') * of('size') * of('cosine') + of('bias')).toBeCloseTo(of('logit'), 5);
    }
  });

  it('holds as Markdown one table a part, numbers as the panel prints them', () => {
    const tokens = wholeMarkdownOf('tokens', whole, l10n);
    expect(tokens).toMatch(/^Tokens by SmolLM2-135M-Instruct\n\n/);
    expect(tableOf(tokens).rows.map((row) => row[1]?.text)).toEqual(whole.tokens.map((token) => tokenCell(token)));
    const neighbours = tableOf(wholeMarkdownOf('neighbours', whole, l10n));
    expect(neighbours.rows).toHaveLength(4 * 5);
    expect(neighbours.rows[15]?.map(({ text }) => text).slice(0, 5)).toEqual([
      '3',
      '`·France`',
      '1',
      '`·France`',
      '0.000',
    ]);
    const predictions = tableOf(wholeMarkdownOf('predictions', whole, l10n));
    expect(predictions.header.map(({ text }) => text)).toEqual([
      ...[
        'index from 0',
        'after token',
        'entropy (bits)',
        '#',
        'token',
        'id',
        'probability',
        '‖h‖',
        '‖u‖',
        'cos θ',
        'logit',
      ],
    ]);
    expect(predictions.rows).toHaveLength(4 * 4);
    expect(predictions.rows[12]?.map(({ text }) => text).slice(0, 4)).toEqual([
      '3',
      '`·France`',
      bits(whole.predictions?.[3]?.entropy),
      '1',
    ]);
  });

  it('holds all parts and the layers as Markdown', () => {
    const all = marked.lexer(wholeMarkdownOf('everything', whole, l10n));
    const rows = all.flatMap((piece) => (piece.type === 'table' ? [(piece as Tokens.Table).rows] : []));
    expect(rows.map(({ length }) => length)).toEqual([5, 4 * 5, 4 * 4, 31 * 4]);
    const layers = rows[3]?.map((row) => row.map(({ text }) => text));
    expect(layers?.[0]?.slice(-2)).toEqual(['–', '–']);
    expect(layers?.at(-1)?.slice(0, 4)).toEqual(['29', '3', '`·France`', size(whole.layers?.residualSize[30]?.[3])]);
    expect(layers?.at(-1)?.[6]).toBe(size(whole.layers?.attentionSize[29]?.[3]));
    const { predictions: _, layers: __, ...geometry } = whole;
    expect(wholeMarkdownOf('everything', geometry, l10n)).not.toMatch(/Predictions|Layers/);
  });

  it('has the point with its sentence, before the tables', async () => {
    const engine = await defaultEngine();
    const contrasts = await engine.contrasts(textRequest(source, options));
    const [example] = contrasts.kind === 'part' ? contrasts.examples : [];
    expect(partsShown({ ...state, contrasts }).point?.[0]).toBe(example);
    const said = shownMarkdown({ ...state, contrasts }, l10n);
    expect(said).toMatch(/^# After `.*` the model expects `.*`\. (It|But) .*\.\n\n\| index from 0 \| after token/);
    const [row] = tableOf(said).rows;
    expect(row?.[0]?.text).toBe(String(example?.position));
    expect(row?.[8]?.text).toBe(example?.predicted.rawLogit.toFixed(2));
  });

  it('has two models in the words of the command line, and the grid of patches', () => {
    const compared = both();
    expect(partsShown(compared).comparison).toMatchObject({ sameVocabulary: true, text: { kind: 'same' } });
    expect(shownMarkdown(compared, l10n)).toMatch(/^~~~text\n[^]*A is [^]*B is [^]*\n~~~\n/);
    const patched = twoTexts({ patch: grid() });
    const { patch } = partsShown(patched);
    expect(patch?.rows).toEqual(grid().rows);
    const table = tableOf(shownMarkdown(patched, l10n));
    expect(table.header).toHaveLength(1 + (patch?.tokens.length ?? NaN));
    expect(table.rows).toHaveLength(patch?.rows.length ?? NaN);
  });

  it('has nothing of what the panel does not show', () => {
    expect([partsShown(state), shownMarkdown(state, l10n)]).toEqual([{}, '']);
  });

  it('keeps texts exact, whatever stands in them', () => {
    const awkward = ['=1+1', '@x', '-', '"', ',', '\n', '\r\n', ' ', '\ufffd'];
    const [first] = whole.tokens;
    if (!first) throw new Error('There is no token.');
    const tokens = awkward.map((text, index) => ({ ...first, index, text }));
    expect(csvParse(csvOf('tokens', { ...whole, tokens })).map(({ text }) => text)).toEqual(awkward);
  });

  it('is named by its document and its part, and its form by its ending', () => {
    expect([
      fileName('notes.md', 'tokens', 'json'),
      fileName('Untitled-1', 'everything', 'json'),
      fileName('.env', 'neighbours', 'csv'),
      fileName('', 'tokens', 'json'),
      fileName('notes.md', 'sizes', 'svg'),
    ]).toEqual([
      'notes-tokens.json',
      'Untitled-1-everything.json',
      '.env-neighbours.csv',
      'text-tokens.json',
      'notes-sizes.svg',
    ]);
    expect([endingOf('/a/b.CSV'), endingOf('/a.b/c'), endingOf('/a/b.json')]).toEqual(['csv', '', 'json']);
  });
});
