import { beforeEach, expect, it, vi } from 'vitest';
import { registerCompareTexts } from '../../../../src/extension/editor/registerInspectSelection';
import type { PanelState } from '../../../../src/shared/panel';
import { subject } from '../../support/controller';

const editor = vi.hoisted(() => ({
  selected: null as unknown,
  boxes: [] as (string | undefined)[],
  typed: undefined as string | undefined,
  said: [] as string[],
  run: () => Promise.resolve(),
}));

vi.mock('vscode', async () => ({
  l10n: await import('@vscode/l10n'),
  Disposable: { from: () => ({ dispose: () => undefined }) },
  window: {
    activeTextEditor: { selection: { isEmpty: false } },
    visibleTextEditors: [],
    onDidChangeActiveTextEditor: () => ({ dispose: () => undefined }),
    showInputBox: ({ value }: { readonly value?: string }) => Promise.resolve((editor.boxes.push(value), editor.typed)),
    showInformationMessage: (sentence: string) => void editor.said.push(sentence),
  },
  commands: {
    registerCommand: (name: string, run: () => Promise<void>) =>
      void (name === 'vectorscope.compareTexts' && (editor.run = run)),
  },
}));
vi.mock('../../../../src/extension/editor/reading', async (original) => ({
  ...(await original<object>()),
  selectedIn: () => editor.selected,
}));

beforeEach(() => Object.assign(editor, { boxes: [], typed: undefined, said: [] }));

const a = subject('The capital of France is');

/** Runs the command and returns what is compared. */
async function compared(shown: typeof a | null, selected: typeof a, trunk: object | null = {}): Promise<unknown[]> {
  editor.selected = selected;
  const asked: unknown[] = [];
  const compareText = async (...given: unknown[]) => void asked.push(given);
  const state = { model: { trunk } } as unknown as PanelState;
  registerCompareTexts({ shown, state, compareText }, { goTo: (section) => void asked.push(section) });
  await editor.run();
  return asked;
}

it('takes a selection that is not the inspected text, and names its document', async () => {
  const other = subject('Italy', { uri: 'file:///b.md', name: 'b.md' });
  expect(await compared(a, other)).toEqual(['texts', ['Italy', 'b.md']]);
  expect(editor.boxes).toEqual([]);
});

it('asks for a text where the inspected one is still selected, and offers that to be changed', async () => {
  expect(await compared(a, a)).toEqual([]);
  editor.typed = 'The capital of Italy is';
  expect(await compared(a, a)).toEqual(['texts', ['The capital of Italy is', null]]);
  await compared(subject('two\nlines'), subject(' \n'));
  expect(editor.boxes).toEqual([a.text, a.text, '']);
});

it('says that nothing is inspected', async () => {
  expect(await compared(null, a)).toEqual([]);
  expect(editor.said).toEqual(['There is no text to compare with yet. Inspect some text first.']);
});

it('says that a server’s model compares no texts, before one is typed', async () => {
  editor.typed = 'The capital of Italy is';
  expect(await compared(a, a, null)).toEqual([]);
  expect([editor.boxes, editor.said[0]]).toEqual([[], expect.stringContaining('Load another model.')]);
});
