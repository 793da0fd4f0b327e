import { beforeEach, expect, it, vi } from 'vitest';
import type { Uri } from 'vscode';
import { registerInspectSelection } from '../../../../src/extension/editor/registerInspectSelection';

const editor = vi.hoisted(() => ({
  offered: [] as string[][],
  commands: [] as string[],
  run: () => Promise.resolve(),
}));

vi.mock('vscode', async () => ({
  l10n: await import('@vscode/l10n'),
  Disposable: { from: () => ({ dispose: () => undefined }) },
  Uri: class {},
  TabInputText: class {},
  TabInputTextDiff: class {},
  TabInputTerminal: class {},
  TabInputCustom: class {},
  TabInputWebview: class {},
  TabInputNotebook: class {},
  workspace: { registerTextDocumentContentProvider: () => ({ dispose: () => undefined }) },
  window: {
    tabGroups: { activeTabGroup: { activeTab: undefined } },
    onDidChangeTextEditorSelection: () => ({ dispose: () => undefined }),
    activeTextEditor: undefined,
    visibleTextEditors: [],
    onDidChangeActiveTextEditor: () => ({ dispose: () => undefined }),
    showInformationMessage: (sentence: string, button: string) => {
      editor.offered.push([sentence, button]);
      return Promise.resolve(button);
    },
  },
  commands: {
    registerCommand: (_: string, run: () => Promise<void>) => void (editor.run = run),
    executeCommand: (command: string) => Promise.resolve(void editor.commands.push(command)),
  },
}));

beforeEach(() => Object.assign(editor, { offered: [], commands: [] }));

const refuse = vi.fn((message: string, help: 'sample' | null) => message !== '' && help !== null);
type Parts = Parameters<typeof registerInspectSelection>;
const register = (visible: boolean) =>
  registerInspectSelection(
    { refuse } as Partial<Parts[0]> as Parts[0],
    { visible } as Partial<Parts[1]> as Parts[1],
    { info: () => undefined },
    { path: '/docs' } as Uri,
  );
const sentence = 'There is no text to inspect. Open a document, select some text and inspect again.';

it('a notification offers the sample if there is no text and the panel is out of sight', async () => {
  register(false);
  await editor.run();
  expect(editor.offered).toEqual([[sentence, 'Open Sample Text']]);
  await vi.waitFor(() => expect(editor.commands).toEqual(['vectorscope.openSample']));
  expect(refuse).not.toHaveBeenCalled();
});

it('the panel offers it if that is in sight', async () => {
  register(true);
  await editor.run();
  expect(refuse).toHaveBeenCalledWith(sentence, 'sample');
  expect(editor.offered).toEqual([]);
});
