import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { TestApi } from '../../../src/extension/testApi';
import type { PanelState } from '../../../src/shared/panel';
import { activated, write } from '../inspecting';

type ModelFile = ReturnType<TestApi['modelFiles']>[number];

/** A file of the workspace with these bytes. */
export async function writeModel(name: string, bytes: Uint8Array): Promise<vscode.Uri> {
  const uri = await write(name, '');
  await vscode.workspace.fs.writeFile(uri, bytes);
  return uri;
}

/** Opens a model file as a double click in the explorer does. */
export async function openModel(uri: vscode.Uri): Promise<ModelFile> {
  await vscode.commands.executeCommand('vscode.openWith', uri, 'vectorscope.modelFile');
  const found = (await activated()).modelFiles().find((document) => document.uri.toString() === uri.toString());
  assert.ok(found, 'the file is open');
  return found;
}

/** Only a test that fails waits so long. Milliseconds. */
const patience = 60_000;

/** Resolves with the first state of a file, the present one included, that the condition holds for. */
export function untilFile(
  document: ModelFile,
  condition: (state: PanelState) => boolean,
  what: string,
): Promise<PanelState> {
  return new Promise((resolve, reject) => {
    const check = () => {
      const { state } = document;
      if (!condition(state)) return;
      clearTimeout(deadline);
      listening.dispose();
      resolve(state);
    };
    const deadline = setTimeout(() => {
      listening.dispose();
      const { status, file } = document.state;
      reject(new Error(`Waited in vain until ${what}: ${JSON.stringify([status, file?.failure, file?.geometry])}.`));
    }, patience);
    const listening = document.onDidChange(check);
    check();
  });
}
