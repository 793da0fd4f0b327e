import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { pythonScript as scriptOf } from '../../../../src/extension/python/script';
import type { PanelState } from '../../../../src/shared/panel';
import { figureOf, whats, type PythonFigure, type Literal, type PythonKind } from '../../../../src/shared/python';
import { said } from '../../../../src/shared/said';
import { surroundings } from '../../support/surroundings';
import { both, other } from '../../webview/boths';
import { inspected, model, trunk } from '../../webview/build';
import { twoTexts } from '../../webview/twoTexts';

const pythonScript = scriptOf.bind(null, surroundings.scriptOf);
const folder = fileURLToPath(new URL('../../../../src/extension/python/figures', import.meta.url));
const scripts = readdirSync(folder).map((file) => file.replace('.py', ''));
const gguf = { path: '/models/a "b".gguf', architecture: 'llama', trunk };

/** Every placeholder of a script with a value of no meaning. */
function anyFigure(script: string): PythonFigure {
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
  const figure = { script: 'lens', values: { ids: [1, 2], position: 1 } };
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
  const figure = { script: 'lens', values: { ids: [1], position: 0 } };
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
    const states = [state(), { ...texts, model: { ...model, trunk } }, both()];
    const found = states.flatMap((one) => whats.flatMap((what) => figureOf(what, one) ?? []));
    expect(new Set(found.map(({ script }) => script)).size).toBeGreaterThan(3);
    for (const figure of found) {
      const filled = await pythonScript(figure, gguf, { other: gguf });
      expect(filled).not.toMatch(/Geheim|nis|voll|Andere|Worte|слов/);
    }
    expect(figureOf('tokens', state())?.values).toEqual({ ids: [100, 101, 102] });
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
      expression: '2 * #5 - unit(u(#7))',
      result: { side: 'output', operands: [] } as never,
      fault: null,
    };
    expect(figureOf('vector', state({ vector }))?.code).toEqual({
      vector: '(2 * row(E, 5) + -1 * unit(row(U, 7)))',
      rows: 'U',
    });
    for (const expression of ['king', 'h - u(#7)'])
      expect(figureOf('vector', state({ vector: { ...vector, expression } }))).toBeNull();
  });

  test('is centred if its own numbers are, whatever the options and the other lists say', () => {
    const { options } = state();
    const neighbours = { query: { id: 5 } };
    const centred = (what: PythonKind, change: object) =>
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

  test('of two models takes the rows that both matrices have', () => {
    expect(figureOf('bothRows', both())).toEqual({
      ...{ script: 'bothRows', values: { count: 1, tokens: [100, 101, 102] }, code: { rows: 'E' } },
    });
    expect(figureOf('bothRows', both({ other: other({ info: { ...model, architecture: 'phi2' } }) }))).not.toBeNull();
    expect(figureOf('bothRows', both({ other: null }))).toBeNull();
  });
});
