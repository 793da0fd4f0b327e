import fc from 'fast-check';
import { marked, type Tokens } from 'marked';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { localEngine } from '../../../../src/engine/localEngine';
import {
  endingOf,
  fileName,
  inspectionOf,
  isKnown,
  partOf,
  parts,
  partsShown,
  requestOf,
} from '../../../../src/extension/export/exportParts';
import { textRequest } from '../../../../src/extension/inspection/subject';
import { emptyState, runView, textView } from '../../../../src/extension/inspection/views';
import { markdown } from '../../../../src/shared/columns';
import { defaultModel } from '../../../../src/shared/defaultModel';
import { plainToken } from '../../../../src/shared/glyphs';
import type { Inspection } from '../../../../src/shared/inspection';
import { exportable, type PanelState } from '../../../../src/shared/panel';
import { sectionRows, sectionTitle } from '../../../../src/shared/sectionTables';
import { english } from '../../../../src/shared/translator';
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
      expect([inspectionOf(part, emptyState(options)), sectionRows(part, emptyState(options))]).toEqual([null, null]);
    }
  });
});

describe('what a section shows, as a table', () => {
  it('has a row for every token, with all digits', () => {
    const [head, ...rows] = sectionRows('tokens', state) ?? [];
    expect(rows).toHaveLength(5);
    const of = (row: number, key: string) => rows[row]?.[head?.indexOf(key) ?? -1];
    expect(['index', 'token', 'id', 'bytes', 'start', 'end', 'size'].map((key) => of(3, key))).toEqual([
      ...[3, '·France', 4649, '20 46 72 61 6E 63 65', 14, 21],
      whole.tokens[3]?.size,
    ]);
    expect(of(4, 'surprisal (bits)')).toBe('');
  });

  it('has the capped logits beside the products, where the model caps them', () => {
    const prediction = state.prediction && {
      ...state.prediction,
      top: state.prediction.top.map((entry) => ({ ...entry, logit: 3.25 })),
    };
    const [head = [], ...rows] = sectionRows('predictions', { ...state, prediction }) ?? [];
    expect(rows.map((row) => row[head.indexOf('capped logit')])).toEqual([3.25, 3.25, 3.25, 3.25]);
    expect(sectionRows('predictions', state)?.[0]).not.toContain('capped logit');
  });

  it('says in its title what it is about', () => {
    const model = state.model?.name;
    expect(exportable.map((part) => sectionTitle(part, state, english))).toEqual([
      `Tokens: ${model}`,
      `Neighbours: ·France (id 4649), raw, ${model}`,
      `Likeliest next tokens: ·France, position 4, ${model}`,
    ]);
  });

  it('shows a token in Markdown as it is, whatever stands in it', () => {
    const bytes = fc.oneof(
      fc.array(fc.integer({ min: 0, max: 255 }), { minLength: 1 }),
      fc
        .string({ unit: fc.constantFrom(...'|`\\<>*_[]()&;#~!$: \n.-+=img', 'é', '👩‍🚀', '\u202e'), minLength: 1 })
        .map((text) => [...new TextEncoder().encode(text)]),
    );
    fc.assert(
      fc.property(fc.array(bytes, { minLength: 1, maxLength: 4 }), (tokens) => {
        const named = tokens.map((bytes) => plainToken({ bytes }));
        const [table] = marked.lexer(markdown([[tokens.map(() => 'x'), named]]));
        const [row] = (table as Tokens.Table).rows;
        expect(row?.map((cell) => cell.tokens.map(plainText).join(''))).toEqual(named);
      }),
      { numRuns: sampled(100, 500) },
    );
  });
});

/** What a reader sees of an inline piece; only text and code may come of a token. */
function plainText(piece: Tokens.Generic | Parameters<typeof marked.walkTokens>[0][number]): string {
  expect(['text', 'codespan', 'escape']).toContain(piece.type);
  const { text = '' } = piece as { readonly text?: string };
  return piece.type === 'text' ? text.replace(/&#(\d+);/g, (_, code) => String.fromCodePoint(Number(code))) : text;
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
    const [head = [], first = []] = sectionRows('tokens', own) ?? [];
    expect(['output size', 'output percentile', 'angle (degrees)'].map((key) => first[head.indexOf(key)])).toEqual([
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

  it('has the point, two models and the grid of patches, if the panel shows them', async () => {
    const contrasts = await (await defaultEngine()).contrasts(textRequest(source, options));
    const [example] = contrasts.kind === 'part' ? contrasts.examples : [];
    expect(partsShown({ ...state, contrasts }).point?.[0]).toBe(example);
    expect(partsShown(both()).comparison).toMatchObject({ sameVocabulary: true, text: { kind: 'same' } });
    expect(partsShown(twoTexts({ patch: grid() })).patch?.rows).toEqual(grid().rows);
    expect(partsShown(state)).toEqual({});
  });

  it('is named by its document and its part, and its form by its ending', () => {
    expect([
      fileName('notes.md', 'tokens', 'json'),
      fileName('Untitled-1', 'everything', 'json'),
      fileName('.env', 'neighbours', 'json'),
      fileName('', 'tokens', 'json'),
      fileName('notes.md', 'sizes', 'svg'),
    ]).toEqual([
      'notes-tokens.json',
      'Untitled-1-everything.json',
      '.env-neighbours.json',
      'text-tokens.json',
      'notes-sizes.svg',
    ]);
    expect([endingOf('/a/b.PNG'), endingOf('/a.b/c'), endingOf('/a/b.json')]).toEqual(['png', '', 'json']);
  });
});
