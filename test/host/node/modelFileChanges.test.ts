import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { defaultModel } from '../../../src/shared/defaultModel';
import bytes from '../../fixtures/families/qwen2.gguf';
import { closeDocuments, extension } from '../inspecting';
import { openModel, untilFile, writeModel } from '../support/modelFiles';

describe('a model file on a disk', () => {
  afterEach(closeDocuments);

  it('is read anew when it grows, and keeps what was shown when it is deleted', async () => {
    const uri = await writeModel('grows.gguf', bytes.subarray(0, bytes.length - 100));
    const document = await openModel(uri);
    await untilFile(document, ({ file }) => Boolean(file?.contents?.damage), 'it is damaged');
    await vscode.workspace.fs.writeFile(uri, bytes);
    await untilFile(document, ({ file }) => file?.contents?.damage === null, 'it is sound');
    await vscode.workspace.fs.delete(uri);
    const { file } = await untilFile(document, (state) => Boolean(state.file?.failure), 'it is gone');
    assert.match(file?.failure ?? '', /grows\.gguf was moved or deleted/);
    assert.ok(file?.contents);
  });

  it('may be the one that ships inside', async () => {
    const document = await openModel(vscode.Uri.joinPath(extension().extensionUri, defaultModel.path));
    const { file } = await untilFile(document, (state) => Boolean(state.file?.summary), 'its header is read');
    assert.equal(file?.summary?.verdict, 'runs');
  });
});
