import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Inspection } from '../../../src/shared/inspection';
import type { Provenance } from '../../../src/shared/provenance';
import { activated, extension } from '../inspecting';
import { column, invoke } from '../tool';

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

  it('gives its numbers, with six digits', async () => {
    const whole = await commandLine(text, '--neighbours', '0', '--top', '7', '--why', ' Paris', ' London');
    const six = (values: readonly number[] = []) => values.map((value) => Number(value.toPrecision(6)));
    // How they were made stands in what a person copies or exports.
    const { why, predictions, provenance } = whole;
    assert.equal(provenance.product, 'Vectorscope');
    const predicted = await invoke('predict', { input: { text, top: 7 } });
    const top = predictions?.at(-1)?.top ?? [];
    assert.equal(top.length, 7);
    for (const key of ['id', 'probability', 'logit', 'size', 'cosine'] as const)
      assert.deepEqual(column(predicted, ['id', 'text', 'probability'], key), six(top.map((one) => one[key])));
    const compared = await invoke('why', { input: { text, a: ' Paris', b: ' London', details: true } });
    assert.ok(
      compared.includes(`Logits ${six(why?.logits).join(' and ')}, difference ${six([why?.difference ?? NaN])[0]}`),
    );
  });
});
