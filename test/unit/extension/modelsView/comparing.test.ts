import { beforeEach, expect, it, vi } from 'vitest';
import type { Row } from '../../../../src/extension/modelsView/models';
import { ModelsTree } from '../../../../src/extension/modelsView/modelsTree';
import { Comparing } from '../../../../src/extension/modelsView/registerModels';
import { recentlyCompared } from '../../../../src/extension/modelsView/remembered';
import type { ModelsView } from '../../../../src/extension/modelsView/view';
import type { Download } from '../../../../src/shared/panel';
import { editor, resetEditor } from '../../support/fakeEditor';

vi.mock('vscode', () => import('../../support/fakeEditor'));
const shown = vi.hoisted(() => ({
  work: null as Promise<unknown> | null,
  download: null as Pick<Download, 'bytes' | 'from'> | null,
}));
vi.mock('#host', () => ({
  host: {
    kind: 'node',
    placeOf: ({ path }: { readonly path: string }) => path,
    isPlace: (path: string) => path.startsWith('/'),
    bytesOf: async (path: string) => (path.includes('gone') ? null : 98),
    downloadOf: async () => shown.download,
  },
}));

const row = (label: string, more: Partial<Row> = {}): Row => ({
  ...{ path: `/m/${label}.gguf`, label, description: '', icon: 'circle-outline', facts: [], details: [] },
  can: ['load', 'geometry'],
  ...more,
});
const rows: readonly Row[] = [
  row('loaded', { icon: 'check' }),
  row('second'),
  row('wide', { icon: 'circle-large-outline', can: ['geometry'] }),
  row('torn', { icon: 'warning', can: [] }),
  row('served', { icon: 'server', isServer: true, can: ['load'] }),
];

function setUp({ fails = false, comparedWith = null as string | null } = {}) {
  const controller = {
    comparedWith,
    compare: vi.fn(async ({ path }: { readonly path: string }) => {
      if (!fails) controller.comparedWith = path;
    }),
    intend: async () => undefined,
  };
  const { compare } = controller;
  const stored = new Map<string, unknown>();
  const store = {
    get: (key: string) => stored.get(key),
    update: async (key: string, value: unknown) => void stored.set(key, value),
  };
  const compared = recentlyCompared(store, 'here');
  const tell = vi.fn();
  const view = {
    actions: [
      { title: 'Open File…', icon: 'file-add', command: 'vectorscope.openModelFile' },
      { title: 'Look for Models', icon: 'search', command: 'vectorscope.findModels' },
    ],
    models: {
      rows,
      inUse: '/m/loaded.gguf',
      entryOf: (path: string) => ({ kind: 'file', path, name: 'its name', named: path.includes('second') }),
    },
    progress: (work: Promise<unknown>) => (shown.work = work),
  } as unknown as ModelsView;
  return { compare, compared, tell, comparing: new Comparing(view, { tell }, { controller, compared }) };
}

beforeEach(() => {
  resetEditor();
  editor.opened = '/far/third.gguf';
  Object.assign(shown, { work: null, download: null });
});

const labels = () => editor.items.map((item) => (typeof item === 'string' ? item : item.label));

it('offers the models beside the loaded one, and files and folders', async () => {
  const { comparing, compare } = setUp();
  editor.chosen = 'second';
  await comparing.ask(undefined);
  expect(labels()).toEqual([
    '$(circle-outline) second',
    '$(circle-large-outline) wide',
    '',
    '$(search) Look for Models',
    '$(file-add) Open File…',
    '$(folder-opened) Open Folder…',
  ]);
  expect(compare.mock.calls).toEqual([[{ path: '/m/second.gguf', name: 'its name' }, 'its name']]);
  expect(editor.executed).toEqual([['vectorscope.openPanel', 'both']]);
});

it('asks for a file with a button that says what it is for, and does nothing without one', async () => {
  const { comparing, compare } = setUp();
  editor.chosen = 'Open File…';
  await comparing.ask(undefined);
  expect(editor.executed).toEqual([['vectorscope.compareModels', 'file']]);
  await comparing.ask('file');
  editor.opened = undefined;
  await comparing.ask('folder');
  expect(editor.dialogs).toMatchObject([{ openLabel: 'Compare' }, { openLabel: 'Compare' }]);
  expect(compare.mock.calls).toEqual([[{ path: '/far/third.gguf' }, 'its name']]);
});

it('offers first what was compared last and is still there', async () => {
  const { comparing, compared } = setUp({ comparedWith: '/m/now.gguf' });
  const others = ['one', 'gone', 'two', 'three'].map((name) => `/far/${name}.gguf`);
  for (const path of [...others, '/m/wide.gguf', '/m/loaded.gguf', '/m/now.gguf']) await compared.add(path);
  expect(compared.all).toHaveLength(5);
  for (const path of ['/far/gone.gguf', '/m/wide.gguf', '/far/one.gguf']) await compared.add(path);
  await comparing.ask(undefined);
  expect(labels().slice(0, 6)).toEqual([
    'compared last',
    '$(history) its name',
    '$(circle-large-outline) wide',
    'other models',
    '$(circle-outline) second',
    '',
  ]);
  editor.opened = '/far/one.gguf';
  await comparing.ask('file');
  expect(editor.dialogs).toMatchObject([{ defaultUri: { path: '/far' } }]);
});

it('keeps what was compared, and nothing that could not be loaded', async () => {
  for (const fails of [false, true]) {
    const { comparing, compared } = setUp({ fails });
    await comparing.with('/m/second.gguf');
    await shown.work;
    expect(compared.all).toEqual(fails ? [] : ['/m/second.gguf']);
  }
});

it('downloads nothing without a yes', async () => {
  const { comparing, compare } = setUp();
  shown.download = { bytes: 98e6, from: 'somewhere.org' };
  await comparing.with('/m/second.gguf');
  expect(compare).not.toHaveBeenCalled();
  editor.pressed = 'Download 98 MB';
  await comparing.with('/m/second.gguf');
  expect(compare).toHaveBeenCalledOnce();
});

it('says of a place that is none why it is not', async () => {
  const { comparing, compare, tell } = setUp();
  await comparing.with('second.gguf');
  expect([compare.mock.calls.length, tell.mock.calls.length]).toEqual([0, 1]);
});

it('is an action of the rows that it offers', () => {
  const tree = new ModelsTree({ rows: () => rows, canAsk: () => false, ask: async () => undefined }, () => []);
  const contexts = rows.map(({ path }) => tree.getTreeItem({ path }).contextValue);
  expect(contexts).toEqual([
    'model load geometry',
    'model load geometry compare',
    'model geometry compare',
    'model',
    'server load',
  ]);
});
