import { beforeEach, describe, expect, it, vi } from 'vitest';
import { Exporter, type ExportSource } from '../../../../src/extension/export/exporter';
import { editorOutlet } from '../../../../src/extension/export/saving';
import { emptyState } from '../../../../src/extension/inspection/views';
import type { Intent } from '../../../../src/shared/intents';
import type { LabAsk, LabResult } from '../../../../src/shared/lab';
import type { PanelState } from '../../../../src/shared/panel';
import { editor, resetEditor } from '../../support/fakeEditor';
import { FakeEngine } from '../../support/fakeEngine';
import { initialOptions } from '../../support/manifest';
import { surroundings } from '../../support/surroundings';
import { both, other } from '../../webview/boths';
import { model } from '../../webview/build';
import { contentsOf, fileOf, statistics as tensorStatistics } from '../../webview/files';

vi.mock('vscode', () => import('../../support/fakeEditor'));

const source: ExportSource = {
  state: emptyState(initialOptions),
  shown: null,
  inspections: { all: [] },
  ready: () => Promise.resolve(),
};
const exporter = new Exporter(new FakeEngine().engine, source, editorOutlet, (error) => String(error), surroundings);

const shift: LabResult = {
  name: 'softmax-shift',
  result: { probabilityChange: 0, distanceChange: 0, sizeChange: 3, cosineChange: 1, ids: [5] },
};
const asked: LabAsk = { name: 'softmax-shift', options: { size: 5, seed: 1 } };
const state = (text: string | null): PanelState => ({
  ...emptyState(initialOptions),
  model,
  lab: { 'softmax-shift': { running: null, ended: null, done: { ask: asked, result: shift, text } } },
});

describe('the result of an experiment', () => {
  beforeEach(resetEditor);

  it('is copied as the command line prints it, with the text that it is about', async () => {
    await exporter.exportLab({ type: 'exportLab', name: 'softmax-shift', as: 'json' }, state('The capital'));
    expect(JSON.parse(editor.clipboard)).toEqual({
      name: 'softmax-shift',
      model: 'Tiny',
      options: { size: 5, seed: 1, text: 'The capital' },
      result: shift.result,
      provenance: expect.objectContaining({ version: '1.2.3', model: 'Tiny', ids: [], index: null }),
    });
    await exporter.exportLab({ type: 'exportLab', name: 'softmax-shift', as: 'json' }, state(null));
    expect(JSON.parse(editor.clipboard)).toMatchObject({ options: { size: 5, seed: 1 } });
  });

  it('is the estimate of a stopped run, marked as one', async () => {
    const done = { ask: asked, result: shift, text: 'The', share: 0.25 };
    const lab = { 'softmax-shift': { running: null, ended: { kind: 'cancelled' } as const, done } };
    await exporter.exportLab({ type: 'exportLab', name: 'softmax-shift', as: 'json' }, { ...state(null), lab });
    expect(JSON.parse(editor.clipboard)).toEqual({
      name: 'softmax-shift',
      model: 'Tiny',
      options: { size: 5, seed: 1, text: 'The' },
      estimate: { shareDone: 0.25 },
      result: shift.result,
      provenance: expect.objectContaining({ version: '1.2.3', model: 'Tiny', ids: [], index: null }),
    });
  });

  it('is saved where the user says', async () => {
    await exporter.exportLab({ type: 'exportLab', name: 'softmax-shift', as: 'file' }, state(null));
    expect(JSON.parse([...editor.written.values()][0] ?? '')).toMatchObject({ name: 'softmax-shift' });
    expect(editor.clipboard).toBe('');
  });

  it('is not there before there is one', async () => {
    await exporter.exportLab({ type: 'exportLab', name: 'tied', as: 'json' }, state(null));
    expect([editor.clipboard, editor.written.size]).toEqual(['', 0]);
    expect(editor.said.join()).toMatch(/nothing to export/);
  });
});

describe('a copy of a page', () => {
  const copied = async (intent: Omit<Intent<'copy'>, 'type'>) => {
    await exporter.copyText({ type: 'copy', ...intent }, state(null));
    return editor.clipboard;
  };

  it('carries its provenance in the form that it has, and a plain text none', async () => {
    expect(await copied({ text: 'a' })).toBe('a');
    expect(await copied({ text: 'a\tb\n', as: 'table' })).toMatch(/^a\tb\n\nproduct\tVectorscope\nversion\t1\.2\.3\n/);
    expect(await copied({ text: '| a |\n', as: 'markdown' })).toMatch(/^\| a \|\n\n~~~text\nproduct: Vectorscope\n/);
    expect(JSON.parse(await copied({ text: '{"a":1}', as: 'json' }))).toMatchObject({
      a: 1,
      provenance: { version: '1.2.3' },
    });
  });
});

describe('a script', () => {
  beforeEach(resetEditor);
  const shown = { ...state(null), token: { token: { id: 5 } } as PanelState['token'] };

  it('names the path of the model that is shown, as the surface names it', async () => {
    const named = { ...shown, model: { ...model, files: [{ path: '/models/tiny.gguf', bytes: 1 }] } };
    await exporter.copyPython({ type: 'copyPython', what: 'token' }, named);
    expect(editor.clipboard).toContain('file = "/models/tiny.gguf"\n');
    await exporter.copyPython({ type: 'copyPython', what: 'token' }, named, (path) => path.replace(/^.*\//, ''));
    expect(editor.clipboard).toContain('file = "tiny.gguf"\n');
  });

  it('names a folder as on Hugging Face, whichever of its files is read first', async () => {
    const files = [{ path: '/models/phi/model-00001-of-00002.safetensors', bytes: 1 }];
    const named = { ...shown, model: { ...model, layout: 'folder' as const, files } };
    await exporter.copyPython({ type: 'copyPython', what: 'token' }, named, (path) => path.replace(/^.*\//, ''));
    expect(editor.clipboard).toContain('file = "phi"\n');
  });

  it.each([
    ['/models/phi/adapter.safetensors', '/models/phi/adapter.safetensors'],
    ['/models/phi/model.safetensors.index.json', '/models/phi'],
  ])('reads the tensors of %s with the library of their format', async (path, named) => {
    const statistics = { 'a.weight': { kind: 'read', statistics: tensorStatistics } } as const;
    const file = fileOf({ path, contents: contentsOf({ format: 'safetensors' }), statistics });
    await exporter.copyPython({ type: 'copyPython', what: 'tensors' }, { ...state(null), model: null, file });
    expect(editor.clipboard).toContain(`file = "${named}"\n`);
    expect(editor.clipboard).toContain('from safetensors import safe_open');
  });

  it('names the paths of both models that are compared', async () => {
    const compared = both();
    const at = (path: string) => ({ files: [{ path, bytes: 1 }] });
    await exporter.copyPython(
      { type: 'copyPython', what: 'bothRows' },
      {
        ...compared,
        model: { ...model, ...at('/models/a.gguf') },
        both: { ...compared.both, other: other({ info: { ...model, ...at('/models/b.gguf') } }) },
      },
    );
    expect(editor.clipboard).toMatch(/^file, .* = "\/models\/a\.gguf"[^]*^file = "\/models\/b\.gguf"$/m);
  });

  it('is not there before there are numbers', async () => {
    await exporter.copyPython({ type: 'copyPython', what: 'lens' }, state(null));
    expect(editor.clipboard).toBe('');
    expect(editor.said.join()).toMatch(/nothing to export/);
  });
});
