import { beforeEach, expect, it, vi } from 'vitest';
import { askToDownload } from '../../../../src/extension/modelsView/dialogs';
import { tellOfSetting, tellOfSlip, tellToOpen } from '../../../../src/extension/modelsView/dialogs';

type Item = string | { readonly title: string };
const titleOf = (item: Item) => (typeof item === 'string' ? item : item.title);

const editor = vi.hoisted(() => ({
  shown: [] as { readonly sentence: string; readonly buttons: readonly string[] }[],
  /** The button that the user presses. */
  pressed: '',
  commands: [] as unknown[][],
  setting: '',
}));

vi.mock('vscode', async () => {
  const show = async (sentence: string, ...items: Item[]) => {
    editor.shown.push({ sentence, buttons: items.map(titleOf) });
    return items.find((item) => titleOf(item) === editor.pressed);
  };
  return {
    l10n: await import('@vscode/l10n'),
    window: { showInformationMessage: show, showErrorMessage: show },
    commands: { executeCommand: async (...command: unknown[]) => void editor.commands.push(command) },
    workspace: { getConfiguration: () => ({ get: () => editor.setting }) },
  };
});

beforeEach(() => Object.assign(editor, { shown: [], pressed: '', commands: [], setting: '' }));

it('the question of a download names the model, its size and its server, and only a yes is one', async () => {
  const yes = vi.fn();
  const download = { name: 'SmolLM2-135M-Instruct', bytes: 98_362_432, from: 'host:8080' };
  for (const answer of ['', 'Not now']) {
    editor.pressed = answer;
    await askToDownload(download, yes);
  }
  expect(yes).not.toHaveBeenCalled();
  editor.pressed = 'Download 98 MB';
  await askToDownload(download, yes);
  expect(yes).toHaveBeenCalledOnce();
  expect(editor.shown[0]).toEqual({
    sentence:
      'Vectorscope needs the model SmolLM2-135M-Instruct (98\u00a0MB). It is downloaded from host:8080. This browser keeps it, except in a private or guest window.',
    buttons: ['Download 98 MB', 'Not now'],
  });
});

it('the question of a download makes no link of a name', async () => {
  await askToDownload({ name: '[a](command:b)', bytes: 1e6, from: 'host' }, vi.fn());
  expect(editor.shown[0]?.sentence).toContain('[a] (command:b)');
});

it.each([
  ['Open File…', 'vectorscope.openModelFile'],
  ['Open Folder…', 'vectorscope.openModelFolder'],
])('a search without a result leads to another way: %s', async (button, command) => {
  editor.pressed = button;
  await tellToOpen('No models were found.');
  expect(editor.shown).toEqual([{ sentence: 'No models were found.', buttons: ['Open File…', 'Open Folder…'] }]);
  expect(editor.commands).toEqual([[command]]);
});

it('a choice that cannot be loaded leads to another, or to the setting that names the model', async () => {
  editor.pressed = 'Choose a Model';
  await tellOfSlip('Only files of this machine can be loaded.');
  Object.assign(editor, { pressed: 'Open Settings', setting: 'relative.gguf' });
  await tellOfSlip('The setting is not an absolute path.');
  expect(editor.shown.map(({ buttons }) => buttons)).toEqual([['Choose a Model'], ['Open Settings']]);
  expect(editor.commands).toEqual([
    ['vectorscope.chooseModel'],
    ['workbench.action.openSettings', 'vectorscope.modelFile'],
  ]);
});

it('a choice that the setting overrides leads to the setting', async () => {
  editor.pressed = 'Open Settings';
  await tellOfSetting();
  expect(editor.commands).toEqual([['workbench.action.openSettings', 'vectorscope.modelFile']]);
});
