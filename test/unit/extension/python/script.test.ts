import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { pythonScript as scriptOf } from '../../../../src/extension/python/script';
import type { PanelState } from '../../../../src/shared/panel';
import { figureOf, whats, type What } from '../../../../src/shared/python';
import type { Figure, Literal } from '../../../../src/shared/pythonFigures/figure';
import { said } from '../../../../src/shared/said';
import { surroundings } from '../../support/surroundings';
import { both, neighboursIn, other, otherTokens } from '../../webview/boths';
import { inspected, model, trunk } from '../../webview/build';
import { results, run } from '../../webview/labResults';
import { twoTexts } from '../../webview/twoTexts';

const pythonScript = scriptOf.bind(null, surroundings.scriptOf);
const folder = fileURLToPath(new URL('../../../../src/extension/python/figures', import.meta.url));
const scripts = readdirSync(folder).map((file) => file.replace('.py', ''));
const gguf = { path: '/models/a "b".gguf', architecture: 'llama', trunk };

/** Every placeholder of a script with a value of no meaning. */
function anyFigure(script: string): Figure {
  const text = readFileSync(`${folder}/${script}.py`, 'utf8');
  const names = [...text.matchAll(/\{\{(\w+)\}\}/g)].map(([, name = '']) => name);
  return { script, values: Object.fromEntries(names.map((name): [string, Literal] => [name, [1, null, true, 'x']])) };
}

/** The brackets of a line outside of its strings and its comment, opened and closed again. */
function unbalanced(line: string): string {
  let left = line.replace(/"(?:[^"\\]|\\.)*"/g, '').replace(/#.*/, '');
  for (let before = ''; before !== left;) {
    before = left;
    left = left.replace(/\([^()[\]{}]*\)|\[[^()[\]{}]*\]|\{[^()[\]{}]*\}/, '');
  }
  return left.replace(/[^()[\]{}"]/g, '');
}

describe.each(scripts)('the script %s', (script) => {
  test.each(['gguf', 'folder'] as const)('is filled, short and whole for a model as %s', async (kind) => {
    const model = { ...gguf, ...(kind === 'folder' && { layout: kind }) };
    const filled = await pythonScript(anyFigure(script), model, { other: gguf });
    expect(filled).not.toMatch(/\{\{|\}\}/);
    const lines = filled.trimEnd().split('\n');
    expect(lines.length).toBeLessThanOrEqual(40);
    const imported = lines.flatMap((line) => /^from \S+ import (.*?)( {2}#.*)?$/.exec(line)?.[1]?.split(', ') ?? []);
    expect(imported).toEqual([...new Set(imported)]);
    expect(lines[0]).toMatch(/^# .+\.$/);
    for (const [index, line] of lines.entries()) {
      expect(line.length, line).toBeLessThanOrEqual(160);
      expect(unbalanced(line), line).toBe('');
      expect(line).toMatch(/^(?: {4}){0,3}\S(?:.*\S)?$/);
      // A block needs lines that are further in.
      if (/:$/.test(line) && !line.startsWith('#')) expect(lines[index + 1]).toMatch(/^ {4}/);
    }
  });
});

test('names the model as its library wants it', async () => {
  const figure = { script: 'sizeMap', values: { ids: [1, 2] } };
  expect(await pythonScript(figure, gguf)).toContain(
    'source = {"pretrained_model_name_or_path": "/models", "gguf_file": "a \\"b\\".gguf"}',
  );
  expect(await pythonScript(figure, { path: '/models/phi/config.json', layout: 'folder' })).toContain(
    'source = {"pretrained_model_name_or_path": "/models/phi"}',
  );
  expect(await pythonScript(figure, { path: 'a.gguf' })).toContain(
    'source = {"pretrained_model_name_or_path": ".", "gguf_file": "a.gguf"}',
  );
});

test('reads a model at the root of a drive there, and not in the folder that is current on the drive', async () => {
  const figure = { script: 'sizeMap', values: { ids: [1] } };
  expect(await pythonScript(figure, { path: 'D:\\a.gguf' })).toContain(
    'source = {"pretrained_model_name_or_path": "D:\\\\", "gguf_file": "a.gguf"}',
  );
  expect(await pythonScript(figure, { path: 'D:\\config.json', layout: 'folder' })).toContain(
    'source = {"pretrained_model_name_or_path": "D:\\\\"}',
  );
  expect(await pythonScript(figure, { path: '/a.gguf' })).toContain('path": "/", "gguf_file": "a.gguf"}');
});

test('reads each of two models as its kind of file wants it', async () => {
  const figure = { script: 'bothRows', values: { count: 1, tokens: [2] }, code: { rows: 'E' } };
  const folder = { path: '/models/phi/config.json', layout: 'folder' } as const;
  const filled = await pythonScript(figure, gguf, { other: folder });
  const [first = '', second = ''] = filled.split('\nA = E\n');
  expect(first).toMatch(/^file, .* = "\/models\/a \\"b\\".gguf"/m);
  expect(first).toContain('import GGUFReader');
  expect(second).toContain('file = "/models/phi"\n');
  expect(second).toContain('AutoModelForCausalLM.from_pretrained(file');
  const layers = await pythonScript({ script: 'bothLayers', values: { ids: [1], position: 0 } }, gguf, {
    other: folder,
  });
  expect(layers).toContain('"gguf_file": "a \\"b\\".gguf"}, {"pretrained_model_name_or_path": "/models/phi"}]');
  await expect(pythonScript(figure, gguf)).rejects.toThrow(/two models/);
});

test.each([
  [said`byte-level BPE`, 'bytes_to_unicode'],
  [said`SentencePiece BPE`, 'replace("▁", " ")'],
])('prints the texts of a tokenizer of the kind $message', async (tokenizer, decoded) => {
  const figure = { script: 'sizes', values: { ids: [1] } };
  expect(await pythonScript(figure, { ...gguf, tokenizer })).toContain(decoded);
});

describe('the figure of a section', () => {
  const words = ['Geheim', ' nis', ' voll'];
  const state = (change: Partial<PanelState> = {}): PanelState => ({
    ...inspected(words, {}, { surprisal: [null, 1, 2] }),
    ...change,
  });

  test('holds the ids of the text and nothing else of it', async () => {
    const texts = twoTexts({ text: 'Andere Worte' });
    const lab = Object.fromEntries(results.map((result) => [result.name, run(result, {}, 'Geheim')]));
    const states = [state({ lab }), { ...texts, model: { ...model, trunk } }, both()];
    const found = states.flatMap((one) => whats.flatMap((what) => figureOf(what, one) ?? []));
    expect(new Set(found.map(({ script }) => script)).size).toBeGreaterThan(15);
    for (const figure of found) {
      const filled = await pythonScript(figure, gguf, { other: gguf });
      expect(filled).not.toMatch(/Geheim|nis|voll|Andere|Worte|слов/);
    }
    expect(figureOf('tokens', state())?.values).toMatchObject({ ids: [100, 101, 102] });
  });

  test('is absent where no library reads the layers, while the matrices can still be read', () => {
    for (const change of [
      { architecture: 'phi2' },
      { trunk: { ...trunk, windowed: true } },
      { layout: 'parts' },
    ] as const) {
      const other = state({ model: { ...model, trunk, ...change } });
      expect(figureOf('lens', other)).toBeNull();
      expect(figureOf('tokens', other)?.script).toBe('sizes');
    }
    expect(
      figureOf('lens', state({ model: { ...model, architecture: 'phi2', layout: 'folder', trunk } })),
    ).not.toBeNull();
    expect(figureOf('tokens', state({ model: null }))).toBeNull();
  });

  test('names the tokens of a vector by their ids, and is absent without them', () => {
    const vector = {
      expression: '2 * #5 - unit(u(#7)) + h',
      result: { side: 'output', operands: [] } as never,
      fault: null,
    };
    expect(figureOf('vector', state({ vector }))?.code).toEqual({
      vector: '(2 * row(E, 5) + -1 * unit(row(U, 7)) + residual(-1))',
      rows: 'U',
    });
    expect(figureOf('vector', state({ vector: { ...vector, expression: 'king' } }))).toBeNull();
  });

  test('is centred if its own numbers are, whatever the options and the other lists say', () => {
    const { options } = state();
    const neighbours = { query: { id: 5 } };
    const centred = (what: What, change: object) =>
      figureOf(what, state({ options: { ...options, centred: false }, ...change } as Partial<PanelState>))?.values
        .centred;
    const vector = { expression: '#5', result: { side: 'input', operands: [], centred: true }, fault: null };
    const axis = { kind: 'token', token: { id: 5 } };
    expect([
      centred('vector', { vector }),
      centred('vectorscope', { scope: { axis, centred: true } }),
      centred('vectorscope', { vector, scope: { axis: { kind: 'vector', expression: '#5' }, centred: true } }),
      centred('neighbours', { neighbours: { ...neighbours, centred: true } }),
    ]).toEqual([true, true, true, true]);
    expect(centred('vector', { vector, neighbours: { ...neighbours, centred: false } })).toBe(true);
  });

  test('is absent for a mean over a text that is longer than the ids that are known', () => {
    const result = { tokens: [] } as unknown as NonNullable<PanelState['ablation']>['result'];
    const without = (by: 'mean' | 'zero', length: number) => {
      const { run } = state();
      const ablation = { part: { kind: 'attention', layer: 1 }, by, result } as const;
      return figureOf('ablation', state({ position: 1, ablation, run: run && { ...run, length } }));
    };
    expect([without('mean', 3), without('zero', 4), without('mean', 4)].map((figure) => figure !== null)).toEqual([
      ...[true, true, false],
    ]);
  });

  test.each(['softmax-shift', 'length', 'between'] as const)('reads the ids that %s read', (name) => {
    const lab = Object.fromEntries(results.map((result) => [result.name, run(result)]));
    expect(figureOf(name, state({ lab }))?.values).toMatchObject({ ids: [100, 101] });
    expect(figureOf(name, state({ lab, model: { ...model, architecture: 'phi2' } }))).toBeNull();
  });

  describe('with two models', () => {
    const names = ['bothText', 'bothNext', 'bothLayers', 'bothRows', 'bothNeighbours'] as const;
    const offered = (one: PanelState) => names.filter((name) => figureOf(name, one));

    test('has what the room shows', () => {
      const shown = both();
      expect(offered(shown)).toEqual(names);
      expect(figureOf('bothText', shown)?.values).toEqual({ ids: [100, 101, 102], first: 1, characters: 9 });
      expect(figureOf('bothNext', shown)?.values).toEqual({ ids: [100, 101, 102], position: 2, tokens: [7, 8] });
      expect(figureOf('bothRows', shown)).toEqual({
        ...{ script: 'bothRows', values: { count: 1, tokens: [100, 101, 102] }, code: { rows: 'E' } },
      });
      expect(figureOf('bothNeighbours', shown)?.values).toEqual({ id: 102, count: 2 });
    });

    test('compares a token with the rows that its own lists are from', () => {
      const neighbours = { ...neighboursIn(), matrix: 'output' } as const;
      for (const change of [{ neighbours }, { neighbours, rows: null }])
        expect(figureOf('bothNeighbours', both(change))?.code).toEqual({ rows: 'U' });
    });

    test('is about the matrices alone if Python cannot run the layers of one', () => {
      expect(offered(both({ other: other({ info: { ...model, architecture: 'phi2' } }) }))).toEqual(names.slice(3));
      expect(offered(both({ other: null }))).toEqual([]);
    });

    test('takes each cut of a text that they cut differently, unless it has a context', () => {
      const shown = both({ text: otherTokens, position: null });
      expect(figureOf('bothText', shown)).toMatchObject({
        ...{
          script: 'bothCuts',
          values: {
            cuts: [
              [100, 101],
              [100, 101, 102],
            ],
            spans: [
              [
                [0, 1],
                [0, 1, 2],
              ],
            ],
          },
        },
      });
      const text = shown.text && { ...shown.text, contextCount: 1 };
      expect(figureOf('bothText', { ...shown, text })).toBeNull();
    });
  });
});
