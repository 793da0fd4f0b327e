import assert from 'node:assert/strict';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { defaultModel } from '../../../src/shared/defaultModel';
import { FakeLlamaServer } from '../../servers/fakeLlamaServer';
import { smallModel } from '../../servers/smallModel';
import { activated, closeDocuments, configure, extension, longText } from '../inspecting';
import { invoke } from '../tool';
import { holds } from './engines';

const text = 'The capital of France is';

describe('a call of a tool that is cancelled', () => {
  before(activated);
  afterEach(closeDocuments);

  it('stops the engine, and the next one is answered', async () => {
    const { engineBusy } = await activated();
    const cancellation = new vscode.CancellationTokenSource();
    const call = invoke('predict', { input: { text: longText(900) }, token: cancellation.token });
    await holds(engineBusy, 'the engine runs', 20_000);
    cancellation.cancel();
    await assert.rejects(call, (error: Error) => /cancel/i.test(`${error.name} ${error.message}`));
    await holds(() => !engineBusy(), 'the engine has stopped');
    const answer = await invoke('predict', { input: { text, top: 1 } });
    assert.match(answer, /·Paris/);
  });
});

describe('a tool with a model on a server', () => {
  let server: FakeLlamaServer;
  before(async () => {
    server = await FakeLlamaServer.start(smallModel);
    await (await activated()).chooseServer(server.address);
  });
  after(async () => {
    await configure('toolsUseServers', undefined);
    await vscode.commands.executeCommand('vectorscope.forgetModel', server.address);
    await vscode.commands.executeCommand('vectorscope.useModel', join(extension().extensionPath, defaultModel.path));
    await server.close();
  });

  it('sends nothing unless the setting allows it', async () => {
    const { preparedTool } = await activated();
    const refusal = await invoke('predict', { input: { text } });
    assert.match(
      refusal,
      /^The chosen model runs on the server 127\.0\.0\.1:\d+, and tools may not send texts there\./,
    );
    assert.deepEqual(server.requests, []);
    assert.equal(preparedTool('predict', { text }).confirmationMessages, undefined);
  });

  it('shows the user the text and its receiver, and then sends it', async () => {
    await configure('toolsUseServers', true);
    const { confirmationMessages: shown } = (await activated()).preparedTool('predict', { text });
    const place = server.address.replace('http://', '');
    assert.equal(shown?.title, `Send the text to ${place}?`);
    const message = (shown?.message as vscode.MarkdownString | undefined)?.value.replace(/\\(.)/g, '$1');
    assert.equal(message, `The model on the server ${place} receives: “${text}”`);
    // In tests the editor agrees for the user, and shows no dialog.
    const answer = await invoke('predict', { input: { text } });
    assert.match(answer, new RegExp(`^\\S+ on ${place} \\(llama\\.cpp\\)`));
    assert.ok(server.requests.some(({ body }) => body?.['content'] === text || body?.['prompt'] === text));
  });
});
