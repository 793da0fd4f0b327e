import { expect, it, vi } from 'vitest';
import type { Uri } from 'vscode';
import { InFront } from '../../../../src/extension/editor/inFront';

const editor = vi.hoisted(() => ({
  terminal: { name: 'bash', selection: '' },
  read: (_: { readonly query: string }): string => '',
}));

vi.mock('vscode', async () => {
  const nothing = { dispose: () => undefined };
  const text = (uri: { readonly query: string }) => editor.read(uri);
  return {
    l10n: await import('@vscode/l10n'),
    Disposable: { from: () => nothing },
    Position: class {},
    Selection: class {},
    Uri: class {
      static from = (parts: object) => parts;
    },
    window: {
      tabGroups: { activeTabGroup: {} },
      visibleTextEditors: [],
      onDidChangeTextEditorSelection: () => nothing,
      onDidChangeActiveTextEditor: () => nothing,
      get activeTerminal() {
        return editor.terminal;
      },
    },
    workspace: {
      registerTextDocumentContentProvider(_: string, provider: { provideTextDocumentContent: typeof editor.read }) {
        editor.read = (uri) => provider.provideTextDocumentContent(uri);
        return nothing;
      },
      openTextDocument: (uri: { readonly query: string }) =>
        Promise.resolve({ uri, lineCount: 1, lineAt: () => ({ range: {} }), getText: () => text(uri) }),
    },
  };
});

it('the selections of a terminal are read again for as long as inspections are listed', async () => {
  const inFront = new InFront({ path: '/docs' } as Uri);
  const documents: { getText(): string }[] = [];
  for (let i = 0; i < 30; i++) {
    editor.terminal.selection = `line ${i}`;
    const found = await inFront.read('terminal');
    if (typeof found !== 'string') documents.push(found.document);
  }
  const texts = documents.map((document) => document.getText());
  expect(texts.slice(10)).toEqual(Array.from({ length: 20 }, (_, i) => `line ${i + 10}`));
  expect(texts.slice(0, 10).join('')).toBe('');
});
