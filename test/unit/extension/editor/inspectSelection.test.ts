import { beforeEach, expect, it, vi } from 'vitest';
import type { Uri } from 'vscode';
import { registerInspectSelection } from '../../../../src/extension/editor/registerInspectSelection';
import { editor, resetEditor, run } from '../../support/fakeEditor';

vi.mock('vscode', () => import('../../support/fakeEditor'));

beforeEach(() => {
  resetEditor();
  editor.pressed = 'Open Sample Text';
});

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
  await run('inspectSelection');
  expect(editor.messages).toEqual([[sentence, 'Open Sample Text']]);
  await vi.waitFor(() => expect(editor.executed).toEqual([['vectorscope.openSample']]));
  expect(refuse).not.toHaveBeenCalled();
});

it('the panel offers it if that is in sight', async () => {
  register(true);
  await run('inspectSelection');
  expect(refuse).toHaveBeenCalledWith(sentence, 'sample');
  expect(editor.messages).toEqual([]);
});
