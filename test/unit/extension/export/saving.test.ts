import { beforeEach, describe, expect, it, vi } from 'vitest';
import { Exporter } from '../../../../src/extension/export/exporter';
import { editorOutlet } from '../../../../src/extension/export/saving';
import { Failures } from '../../../../src/extension/failures';
import { emptyState } from '../../../../src/extension/inspection/views';
import type { Backend, BackendView } from '../../../../src/shared/backend';
import type { PanelState } from '../../../../src/shared/panel';
import type { Provenance } from '../../../../src/shared/provenance';
import { subject } from '../../support/controller';
import { editor, resetEditor } from '../../support/fakeEditor';
import { FakeEngine } from '../../support/fakeEngine';
import { initialOptions } from '../../support/manifest';
import { surroundings } from '../../support/surroundings';
import { inspected, model } from '../../webview/build';

interface Dialog {
  readonly title: string;
  readonly filters: Readonly<Record<string, readonly string[]>>;
  readonly defaultUri: { readonly path: string };
}

vi.mock('vscode', () => import('../../support/fakeEditor'));

const state: PanelState = inspected(['a', 'b'], {
  lab: {
    'softmax-shift': {
      running: null,
      ended: null,
      done: {
        ask: { name: 'softmax-shift', options: { size: 5, seed: 1 } },
        result: {
          name: 'softmax-shift',
          result: { probabilityChange: 0, distanceChange: 0, sizeChange: 3, cosineChange: 1, ids: [5] },
        },
        text: null,
      },
    },
  },
});
const { name, architecture, dimensions, vocabulary, tied } = model;

/** `during` happens while the whole text is inspected. */
function setUp(shown = state, during = () => {}) {
  const engine = new FakeEngine().with({
    inspect: async () => {
      during();
      return {
        model: { name, architecture, dimensions, vocabulary, layers: 2, tied },
        leftOut: 0,
        tokens: (state.text?.tokens ?? []).map((token) => ({ ...token, surprisal: null })),
      };
    },
  });
  const log = { error: vi.fn<(line: string) => void>(), show: vi.fn() };
  const failures = new Failures(log, () => ({ path: '/m/wanted.gguf' }));
  const source = { state: shown, shown: subject('ab'), inspections: { all: [] }, ready: () => Promise.resolve() };
  const failed = (error: unknown) => failures.tellOfExport(error);
  return { log, source, exporter: new Exporter(engine, source, editorOutlet, failed, surroundings) };
}

type Save = (exporter: ReturnType<typeof setUp>['exporter']) => Promise<void>;
const png = btoa('\0'.repeat(60));
const picture = { type: 'savePicture', name: 'sizes', svg: '<svg></svg>', png } as const;
const saves: Readonly<Record<string, Save>> = {
  'a-tokens.json': (exporter) => exporter.save('tokens', state),
  'a-sizes.svg': (exporter) => exporter.savePicture(picture, state),
  'a-sizes.png': (exporter) => exporter.savePicture(picture, state),
  'softmax-shift.json': (exporter) =>
    exporter.exportLab({ type: 'exportLab', name: 'softmax-shift', as: 'file' }, state),
};

beforeEach(() => {
  resetEditor();
  editor.pressed = 'Show Log';
});

describe.each(Object.entries(saves))('%s', (file, save) => {
  it('is written, and the status bar says so', async () => {
    editor.saved = file;
    await save(setUp().exporter);
    expect([[...editor.written.keys()], editor.messages, editor.said]).toEqual([
      [`/home/${file}`],
      [],
      [`Saved ${file}.`],
    ]);
    const [content] = editor.written.values();
    expect(content).toMatch(/version\W+1\.2\.3\b/);
  });

  it('that cannot be written is logged with its cause, and the notification opens the log', async () => {
    editor.saved = file;
    editor.full = new Error('ENOSPC: no space left on device');
    const { exporter, log } = setUp();
    await save(exporter);
    const sentence = `${file} could not be written. Choose another folder, or check that you may write there.`;
    expect(editor.messages).toEqual([[sentence, 'Show Log']]);
    expect(log.error.mock.calls).toEqual([[`not-written: ${sentence} (ENOSPC: no space left on device)`]]);
    await vi.waitFor(() => expect(log.show).toHaveBeenCalledOnce());
    expect(editor.said).toEqual([]);
  });
});

describe('the dialog', () => {
  const dialog = async (save: Save): Promise<Dialog> => {
    await save(setUp().exporter);
    return editor.dialogs[0] as Dialog;
  };

  it('of a part offers JSON', async () => {
    for (const part of ['tokens', 'neighbours', 'predictions'] as const) {
      editor.dialogs = [];
      const { title, filters, defaultUri } = await dialog((exporter) => exporter.save(part, state));
      expect(filters).toEqual({ JSON: ['json'] });
      expect(title).toBe('Save as JSON (.json)');
      expect(defaultUri.path).toMatch(new RegExp(`/a-${part}\\.json$`));
    }
  });

  it('of a picture offers SVG and PNG', async () => {
    const { filters, title } = await dialog((exporter) => exporter.savePicture(picture, state));
    expect(filters).toEqual({ SVG: ['svg'], PNG: ['png'] });
    expect(title).toBe('Save as SVG (.svg) or PNG (.png)');
  });
});

it('a file does not say what the layers ran on if they moved meanwhile', async () => {
  const on = (backend: Backend): PanelState => ({ ...state, backend: { backend, choice: 'auto' } as BackendView });
  const ranOn = async (before: Backend, after: Backend) => {
    editor.saved = 'a-tokens.json';
    const parts = setUp(on(before), () => (parts.source.state = on(after)));
    await parts.exporter.save('tokens', state);
    const [content = ''] = editor.written.values();
    return (JSON.parse(content) as { readonly provenance: Provenance }).provenance.backend;
  };
  expect([await ranOn('webgpu', 'webgpu'), await ranOn('wasm', 'webgpu')]).toEqual(['webgpu', 'not known']);
});

it('an export that fails in another way is told with the log too', async () => {
  const { exporter, log } = setUp();
  const other = { ...state, model: { ...model, name: 'another' } };
  await exporter.save('tokens', other);
  expect(editor.messages).toEqual([
    [
      `This inspection was made with another, but ${name} is loaded now. Inspect the text again, or choose another.`,
      'Show Log',
    ],
  ]);
  expect(log.error).toHaveBeenCalledOnce();
});

it('there is nothing to save before the first inspection', async () => {
  await setUp().exporter.save('tokens', emptyState(initialOptions));
  expect(editor.said.join()).toMatch(/nothing to export yet\. Inspect some text/);
});
