import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { inspect } from '../../../src/cli/inspect';
import { lab } from '../../../src/cli/lab';
import { hubModel } from '../../../src/cli/program';
import { localEngine } from '../../../src/engine/localEngine';
import type { Inspection } from '../../../src/shared/inspection';
import { FakeHub } from '../../servers/fakeHub';
import { call } from '../support/commandLine';
import { families, family } from '../support/hubModels';

// The command line with a model that stays on the Hub.

const hub = new FakeHub();
const cache = mkdtempSync(join(tmpdir(), 'vectorscope-cache-'));
beforeAll(async () => {
  await hub.listen();
  hub.add('owner/model', { 'model-Q8_0.gguf': family('llama-untied'), 'model-F16.gguf': family('llama-3') });
  hub.add('owner/gated', { 'model.gguf': family('gpt2') }, { gated: true });
  hub.tokens.set('hf_mine', ['owner/gated']);
  hub.renamed.set('old/model', 'owner/model');
  env.set('HF_ENDPOINT', hub.address).set('XDG_CACHE_HOME', cache);
});
afterAll(async () => {
  await hub.close();
  rmSync(cache, { recursive: true });
});
beforeEach(() => hub.reset());

const env = new Map<string, string>();
async function run(program: typeof inspect, args: readonly string[]) {
  const engine = localEngine();
  try {
    return await call(program, args, {
      readInput: () => '',
      createEngine: () => engine,
      env: (name) => env.get(name),
    });
  } finally {
    await engine.close();
  }
}
const callInspect = (args: readonly string[]) => run(inspect, args);

const plain = ['of a', '--json', '--neighbours', '3'];

describe('--model owner/name:file', () => {
  it('reads the geometry, says how much, and shows what the whole file shows', async () => {
    const read = await callInspect([...plain, '--model', 'owner/model:Q8_0']);
    expect(read.err).toMatch(
      /^Reading the geometry of owner\/model from 127\.0\.0\.1:\d+\.\nRead 0\.1 MB of the 0\.1 MB of model-Q8_0\.gguf\.\n$/,
    );
    const whole = await callInspect([...plain, '--geometry', '--model', join(families, 'llama-untied.gguf')]);
    const [here, there] = [read, whole].map(({ out }) => JSON.parse(out) as Inspection);
    expect(here?.tokens).toEqual(there?.tokens);
    expect(here?.neighbours).toEqual(there?.neighbours);
    expect(here).not.toHaveProperty('predictions');
    expect(readdirSync(join(cache, 'vectorscope', 'hub'))).toHaveLength(1);

    const again = await run(lab, ['extremes', '--json', '--model', 'owner/model:model-Q8_0.gguf']);
    expect(JSON.parse(again.out)).toMatchObject({
      provenance: { file: ['owner/model:model-Q8_0.gguf'], sha256: ['not known'], backend: null },
    });
    expect(again).toMatchObject({ code: 0, err: expect.stringMatching(/was read before\.\n$/) as string });
  });

  it('names the new name of a repository', async () => {
    const { code, err } = await callInspect([...plain, '--model', 'old/model']);
    expect({ code, err }).toEqual({
      code: 0,
      err: expect.stringContaining('old/model is called owner/model today.\n') as string,
    });
  });

  it('takes the token of HF_TOKEN, and never prints it', async () => {
    expect(await callInspect([...plain, '--model', 'owner/gated'])).toMatchObject({
      code: 1,
      err: expect.stringMatching(/owner\/gated is gated\./) as string,
    });
    env.set('HF_TOKEN', ' hf_mine\n');
    const { code, err, out } = await callInspect([...plain, '--model', 'owner/gated']);
    env.delete('HF_TOKEN');
    expect(code).toBe(0);
    expect(err + out).not.toContain('hf_mine');
  });

  it('refuses a faulty address in HF_ENDPOINT', async () => {
    env.set('HF_ENDPOINT', 'nowhere');
    const { code, err } = await callInspect([...plain, '--model', 'owner/model']);
    env.set('HF_ENDPOINT', hub.address);
    expect({ code, err }).toEqual({
      code: 1,
      err: expect.stringMatching(/“nowhere” is not an address of a Hub/) as string,
    });
  });
});

it.each([
  ['none.gguf', null],
  ['models/none.gguf', null],
  ['test/unit', null],
  ['./owner/name', null],
  ['a/b/c', null],
  ['Qwen/Qwen3-32B-GGUF', { repository: 'Qwen/Qwen3-32B-GGUF' }],
  ['Qwen/Qwen3-32B-GGUF:Q4_K_M', { repository: 'Qwen/Qwen3-32B-GGUF', file: 'Q4_K_M' }],
  ['a/b:sub/model-00001-of-00002.gguf', { repository: 'a/b', file: 'sub/model-00001-of-00002.gguf' }],
])('takes %s for %o', (text, model) => expect(hubModel(text)).toEqual(model));
