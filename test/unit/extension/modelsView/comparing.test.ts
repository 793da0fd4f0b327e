import { beforeEach, expect, it, vi } from 'vitest';
import { Comparing } from '../../../../src/extension/modelsView/comparing';
import type { Row } from '../../../../src/extension/modelsView/models';
import { ModelsTree } from '../../../../src/extension/modelsView/modelsTree';
import type { ModelsView } from '../../../../src/extension/modelsView/view';
import type { Download } from '../../../../src/shared/panel';

interface Item {
  readonly label: string;
  readonly act?: () => unknown;
}

const editor = vi.hoisted(() => ({
  /** The label of the item, or of the button, that the user chooses. */
  chosen: '',
  items: [] as Item[],
  dialogs: [] as (string | undefined)[],
  commands: [] as unknown[][],
  path: '/far/third.gguf' as string | undefined,
  download: null as Pick<Download, 'bytes' | 'from'> | null,
}));

vi.mock('vscode', async () => ({
  l10n: await import('@vscode/l10n'),
  QuickPickItemKind: { Separator: -1 },
  TreeItem: class {
    constructor(readonly label: string) {}
  },
  TreeItemCollapsibleState: { None: 0, Collapsed: 1 },
  ThemeIcon: class {},
  EventEmitter: class {},
  window: {
    showQuickPick: async (items: Item[]) => {
      editor.items = items;
      return items.find(({ label }) => label.includes(editor.chosen));
    },
    showOpenDialog: async ({ openLabel }: { readonly openLabel?: string }) => {
      editor.dialogs.push(openLabel);
      return editor.path === undefined ? undefined : [{ path: editor.path }];
    },
    showInformationMessage: async (_: string, ...buttons: string[]) =>
      buttons.find((button) => button === editor.chosen),
  },
  commands: { executeCommand: async (...command: unknown[]) => void editor.commands.push(command) },
  workspace: { getConfiguration: () => ({ get: () => undefined }) },
}));
vi.mock('#host', () => ({
  host: {
    placeOf: ({ path }: { readonly path: string }) => path,
    isPlace: (path: string) => path.startsWith('/'),
    bytesOf: async () => 98,
    downloadOf: async () => editor.download,
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

function setUp() {
  const compare = vi.fn(async () => undefined);
  const tell = vi.fn();
  const intend = async () => undefined;
  const view = {
    models: {
      rows,
      entryOf: (path: string) => ({ kind: 'file', path, name: 'its name', named: path.includes('second') }),
    },
    progress: () => undefined,
  } as unknown as ModelsView;
  return { compare, tell, comparing: new Comparing(view, { tell }, { controller: { compare, intend } }) };
}

beforeEach(() => Object.assign(editor, { chosen: '', items: [], dialogs: [], commands: [], download: null }));

it('offers the models beside the loaded one, and files and folders', async () => {
  const { comparing, compare } = setUp();
  editor.chosen = 'second';
  await comparing.ask(undefined);
  expect(editor.items.map(({ label }) => label)).toEqual([
    '$(circle-outline) second',
    '$(circle-large-outline) wide',
    '',
    '$(file-add) Choose a file…',
    '$(folder-opened) Choose a folder…',
  ]);
  expect(compare.mock.calls).toEqual([[{ path: '/m/second.gguf', name: 'its name' }, 'its name']]);
  expect(editor.commands).toEqual([['vectorscope.openPanel', 'both']]);
});

it('asks for a file with a button that says what it is for, and does nothing without one', async () => {
  const { comparing, compare } = setUp();
  editor.chosen = 'Choose a file…';
  await comparing.ask(undefined);
  expect(editor.commands).toEqual([['vectorscope.compareModels', 'file']]);
  await comparing.ask('file');
  editor.path = undefined;
  await comparing.ask('folder');
  expect(editor.dialogs).toEqual(['Compare', 'Compare']);
  expect(compare.mock.calls).toEqual([[{ path: '/far/third.gguf' }, 'its name']]);
});

it('downloads nothing without a yes', async () => {
  const { comparing, compare } = setUp();
  editor.download = { bytes: 98e6, from: 'somewhere.org' };
  await comparing.with('/m/second.gguf');
  expect(compare).not.toHaveBeenCalled();
  editor.chosen = 'Download 98 MB';
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
