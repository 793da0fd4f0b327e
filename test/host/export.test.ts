import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { Inspection } from '../../src/shared/inspection';
import { closeAll, inspect, until, write } from './inspecting';

const text = 'The capital of France is';

/** Exports to a file of its own and returns what it holds then. */
async function exported(part: string, ending: string): Promise<string> {
  const file = await write(`${crypto.randomUUID()}.${ending}`, '');
  await vscode.commands.executeCommand('vectorscope.export', part, file);
  return new TextDecoder().decode(await vscode.workspace.fs.readFile(file));
}

describe('export', () => {
  before(async () => {
    await inspect(text);
    await until(({ contrasts }) => contrasts !== null, 'the point is known');
  });
  after(closeAll);

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
});
