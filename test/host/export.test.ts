import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { Inspection } from '../../src/shared/inspection';
import { closeAll, inspect, write } from './inspecting';

const text = 'The capital of France is';

const copied = () => vscode.env.clipboard.readText();

/** Exports to a file of its own and returns what it holds then. */
async function exported(part: string, ending: string): Promise<string> {
  const file = await write(`${crypto.randomUUID()}.${ending}`, '');
  await vscode.commands.executeCommand('vectorscope.export', part, file);
  return new TextDecoder().decode(await vscode.workspace.fs.readFile(file));
}

describe('export', () => {
  before(async () => {
    await inspect(text);
  });
  beforeEach(() => vscode.env.clipboard.writeText(''));
  after(closeAll);

  it('copies what a section shows, as JSON and as a Markdown table', async () => {
    await vscode.commands.executeCommand('vectorscope.copyJson', 'tokens');
    const { tokens, model } = JSON.parse(await copied()) as Inspection;
    assert.deepEqual([tokens.map((token) => token.text).join(''), model.layers], [text, 30]);
    await vscode.commands.executeCommand('vectorscope.copyMarkdown', 'predictions');
    const table = await copied();
    assert.match(table, /\n\| 1 \| 7042 \| ·Paris \| 0\.77\d* \| .*\| 2\.1[34]\d* \|/);
  });

  it('writes the whole inspection in the form of the command line', async () => {
    const whole = JSON.parse(await exported('everything', 'json')) as Inspection;
    assert.deepEqual(Object.keys(whole), [
      ...['model', 'leftOut', 'tokens', 'neighbours', 'predictions', 'layers', 'point', 'provenance'],
    ]);
    assert.deepEqual(
      [whole.tokens.length, whole.neighbours?.length, whole.predictions?.length, whole.layers?.residualSize.length],
      [5, 5, 5, 31],
    );
    assert.equal(whole.predictions?.[4]?.top[0]?.id, 7042);
    const { predictions, neighbours, tokens } = JSON.parse(await exported('neighbours', 'json')) as Inspection;
    assert.deepEqual([predictions, neighbours, tokens], [undefined, whole.neighbours, whole.tokens]);
  });

  it('settles where nothing can be written', async () => {
    await vscode.commands.executeCommand('vectorscope.export', 'tokens', vscode.Uri.parse('nowhere:/tokens.json'));
  });
});
