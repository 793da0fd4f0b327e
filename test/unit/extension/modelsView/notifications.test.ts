import { beforeEach, expect, it, vi } from 'vitest';
import { askToDownload } from '../../../../src/extension/modelsView/dialogs';
import { tellOfSetting, tellOfSlip, tellToOpen } from '../../../../src/extension/modelsView/dialogs';
import { editor, resetEditor } from '../../support/fakeEditor';

vi.mock('vscode', () => import('../../support/fakeEditor'));

beforeEach(resetEditor);

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
  expect(editor.messages[0]).toEqual([
    'Vectorscope needs the model SmolLM2-135M-Instruct (98\u00a0MB). It is downloaded from host:8080. This browser keeps it, except in a private or guest window.',
    'Download 98 MB',
    'Not now',
  ]);
});

it('the question of a download makes no link of a name', async () => {
  await askToDownload({ name: '[a](command:b)', bytes: 1e6, from: 'host' }, vi.fn());
  expect(editor.messages[0]?.[0]).toContain('[a] (command:b)');
});

it.each([
  ['Open File…', 'vectorscope.openModelFile'],
  ['Open Folder…', 'vectorscope.openModelFolder'],
])('a search without a result leads to another way: %s', async (button, command) => {
  editor.pressed = button;
  await tellToOpen('No models were found.');
  expect(editor.messages).toEqual([['No models were found.', 'Open File…', 'Open Folder…']]);
  expect(editor.executed).toEqual([[command]]);
});

it('a choice that cannot be loaded leads to another, or to the setting that names the model', async () => {
  editor.pressed = 'Choose a Model';
  await tellOfSlip('Only files of this machine can be loaded.');
  Object.assign(editor, { pressed: 'Open Settings', settings: { modelFile: 'relative.gguf' } });
  await tellOfSlip('The setting is not an absolute path.');
  expect(editor.messages.map(([, ...buttons]) => buttons)).toEqual([['Choose a Model'], ['Open Settings']]);
  expect(editor.executed).toEqual([
    ['vectorscope.chooseModel'],
    ['workbench.action.openSettings', 'vectorscope.modelFile'],
  ]);
});

it('a choice that the setting overrides leads to the setting', async () => {
  editor.pressed = 'Open Settings';
  await tellOfSetting();
  expect(editor.executed).toEqual([['workbench.action.openSettings', 'vectorscope.modelFile']]);
});
