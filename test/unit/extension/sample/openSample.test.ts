import { beforeEach, expect, it, vi } from 'vitest';
import type { Uri } from 'vscode';
import { registerOpenSample } from '../../../../src/extension/sample/registerOpenSample';

const editor = vi.hoisted(() => ({
  run: () => Promise.resolve(),
  groups: [] as { viewColumn: number; activeTab: { input: unknown } | undefined; tabs: unknown[] }[],
  active: 0,
  shown: [] as { viewColumn: number; selected: string }[],
  Webview: class {},
}));

vi.mock('vscode', () => {
  const sample = 'First of all.\n\nThe best way to learn a language is to speak it\n';
  const uri = { scheme: 'untitled', toString: () => 'untitled:1' };
  const document = { uri, isClosed: false, getText: () => sample, positionAt: (at: number) => at };
  return {
    Uri: { joinPath: () => ({}) },
    ViewColumn: { Active: -1, Beside: -2 },
    Range: class {
      constructor(
        readonly start: number,
        readonly end: number,
      ) {}
    },
    TabInputText: class {},
    TabInputNotebook: class {},
    TabInputWebview: editor.Webview,
    window: {
      tabGroups: {
        get all() {
          return editor.groups;
        },
        get activeTabGroup() {
          return editor.groups[editor.active];
        },
      },
      showTextDocument: async (
        _: unknown,
        options: { viewColumn: number; selection: { start: number; end: number } },
      ) =>
        void editor.shown.push({
          viewColumn: options.viewColumn,
          selected: sample.slice(options.selection.start, options.selection.end),
        }),
    },
    workspace: { fs: { readFile: async () => new Uint8Array() }, openTextDocument: async () => document },
    commands: {
      registerCommand: (_: string, run: () => Promise<void>) => void (editor.run = run),
      executeCommand: async () => undefined,
    },
  };
});

beforeEach(() => Object.assign(editor, { groups: [], active: 0, shown: [] }));

const group = (viewColumn: number, input: unknown) => ({ viewColumn, activeTab: { input }, tabs: [] });

it('opens where the user is, and beside the panel if that has the focus', async () => {
  registerOpenSample({} as Uri);
  editor.groups = [group(1, {})];
  await editor.run();
  editor.groups = [group(1, {}), group(2, new editor.Webview())];
  editor.active = 1;
  await editor.run();
  editor.groups = [group(1, new editor.Webview())];
  editor.active = 0;
  await editor.run();
  expect(editor.shown.map(({ viewColumn }) => viewColumn)).toEqual([-1, 1, -2]);
  expect(editor.shown[0]?.selected).toBe('The best way to learn a language is to speak it');
});
