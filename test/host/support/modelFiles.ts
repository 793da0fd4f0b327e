import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { TestApi } from '../../../src/extension/testApi';
import type { PanelState } from '../../../src/shared/panel';
import { activated, untilValue, write } from '../inspecting';

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

export const untilFile = (document: ModelFile, condition: (state: PanelState) => boolean, what: string) =>
  untilValue(
    document.onDidChange,
    () => document.state,
    condition,
    what,
    ({ status, file }) => [status, file?.failure, file?.geometry],
  );
