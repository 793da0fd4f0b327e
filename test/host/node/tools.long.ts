import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Inspection } from '../../../src/shared/inspection';
import type { Provenance } from '../../../src/shared/provenance';
import { activated, extension } from '../inspecting';
import { invoke } from '../tool';

const text = 'The capital of France is';
const run = promisify(execFile);

/** What the command line of the installed extension prints. */
async function commandLine(...args: readonly string[]): Promise<Inspection & { readonly provenance: Provenance }> {
  const program = join(extension().extensionPath, 'dist', 'node', 'vectorscope.mjs');
  const { stdout } = await run(process.execPath, [program, 'inspect', '--json', ...args]);
  return JSON.parse(stdout) as Inspection & { readonly provenance: Provenance };
}

describe('a tool of the chat, beside the command line', () => {
  before(activated);

  it('gives its numbers', async () => {
    const whole = await commandLine(text, '--neighbours', '0', '--top', '7', '--why', ' Paris', ' London');
    // How they were made stands in what a person copies or exports.
    const { why, predictions, provenance, ...others } = whole;
    assert.equal(provenance.product, 'Vectorscope');
    const predicted = await invoke<Inspection>('predict', { input: { text, top: 7 } });
    assert.deepEqual(predicted.json(), { ...others, predictions: predictions?.slice(-1) });
    const compared = await invoke<Inspection>('why', { input: { text, a: ' Paris', b: ' London' } });
    assert.deepEqual(compared.json().why, why);
  });
});
