import { describe, expect, it, vi } from 'vitest';
import { inspect } from '../../src/cli/inspect';
import { lab } from '../../src/cli/lab';
import type { Engine, InspectRequest } from '../../src/shared/engine';
import type { Inspection } from '../../src/shared/inspection';
import { call } from './support/commandLine';
import { address, serverInfo } from './support/controller';
import { FakeEngine } from './support/fakeEngine';

/** Runs a program with an engine whose model is on a server, and returns what the engine was asked. */
async function run(program: typeof inspect, args: readonly string[], key?: string, more: Partial<Inspection> = {}) {
  const fake = new FakeEngine();
  const hasMatrices = args.includes('--model');
  fake.model = { name: 'SmolLM2-135M', trunk: null, server: serverInfo, ...(!hasMatrices && { sizes: null }) };
  const asked = vi.fn(async (_: InspectRequest): Promise<Inspection> => ({
    model: {
      ...{ name: 'SmolLM2-135M', architecture: 'llama', dimensions: 2, vocabulary: 3, layers: null, tied: true },
      server: serverInfo,
    },
    leftOut: 0,
    tokens: [],
    ...more,
  }));
  const engine: Engine = { ...fake.engine, inspect: asked };
  const env = vi.fn((_: string) => key);
  const ended = await call(program, args, { readInput: () => '', createEngine: () => engine, env });
  return {
    ...ended,
    load: fake.last('load')?.request,
    loads: fake.count('load'),
    asked: asked.mock.calls[0]?.[0],
    env,
  };
}

describe('the command line with a server', () => {
  it('asks it, with the key of the environment and the matrices of --model', async () => {
    const { code, load, asked, env, out } = await run(
      inspect,
      ['abc', '--server', 'localhost:8080/', '--model', '/m/one.gguf', '--server-model', 'smol', '--json'],
      'sk-1',
    );
    expect(code).toBe(0);
    expect(load).toEqual({
      path: address,
      server: { address, key: 'sk-1', model: 'smol', matrices: '/m/one.gguf' },
    });
    expect(env.mock.calls).toEqual([['VECTORSCOPE_SERVER_KEY']]);
    expect(asked).toMatchObject({ text: 'abc', neighbours: 10, top: 20 });
    expect(JSON.parse(out)).toMatchObject({ model: { server: { address, kind: 'llama.cpp', gives: 'hidden' } } });
    expect(out).not.toContain('sk-1');
  });

  it('asks for no neighbours without matrices, unless it is told to', async () => {
    const { load, asked, out } = await run(inspect, ['abc', '--server', address]);
    expect(load).toEqual({ path: address, server: { address } });
    expect(asked).toMatchObject({ neighbours: 0, top: 20 });
    expect(out).toContain('SmolLM2-135M on localhost:8080 (llama.cpp)');
    expect((await run(inspect, ['abc', '--server', address, '--neighbours', '3'])).asked).toMatchObject({
      neighbours: 3,
    });
  });

  it('takes http at a public address only if that is allowed', async () => {
    const args = ['abc', '--server', 'http://example.org'];
    expect((await run(inspect, args)).load).toEqual({
      path: 'http://example.org',
      server: { address: 'http://example.org' },
    });
    expect((await run(inspect, [...args, '--allow-http'])).load).toMatchObject({ server: { allowsHttp: true } });
  });

  it.each([
    [['abc', '--server-model', 'smol'], '--server-model is about a server. Name one with --server.\n'],
    [['abc', '--allow-http'], '--allow-http is about a server. Name one with --server.\n'],
    [
      ['abc', '--server', address, '--geometry'],
      '--geometry needs no server. Leave out --server, or leave out --geometry to get predictions.\n',
    ],
    [['abc', '--server', 'ftp://a'], 'A server is reached by http or https, not by ftp.\n'],
  ])('refuses %j', async (args, err) => {
    expect(await run(inspect, args)).toMatchObject({ code: 1, err, loads: 0 });
  });

  it('prints lists of likeliest tokens without factors, and says that the matrices are not known', async () => {
    const token = { index: 0, id: 5, text: 'is', bytes: [105, 115], start: 0, end: 2, special: false };
    const top = [
      { id: 7, text: ' Paris', probability: 0.786 },
      { id: 8, text: ' the', probability: 0.0001 },
    ];
    const { out } = await run(inspect, ['is', '--server', address], undefined, {
      model: {
        ...{ name: 'SmolLM2-135M', architecture: '', dimensions: 0, vocabulary: 49152, layers: null, tied: true },
        server: { ...serverInfo, gives: 'listed' },
      },
      tokens: [{ ...token, size: null, percentile: null, surprisal: null }],
      listed: [
        { index: 0, hiddenSize: null, entropy: { atLeast: 1.25, atMost: 2.5 }, top },
        { index: 0, hiddenSize: null, entropy: { atLeast: 1, atMost: null }, top: [] },
      ],
    });
    expect(out).toContain('SmolLM2-135M on localhost:8080 (llama.cpp): 49,152 tokens, matrices not known\n');
    expect(out).toContain('After is (1), entropy 1.25 to 2.50 bits\n   token   probability\n1  ·Paris        0.786\n');
    expect(out).toContain('<0.001');
    expect(out).toContain('entropy at least 1.00 bits');
  });

  it('names it in the results of the lab', async () => {
    const { code, out, load } = await run(lab, ['extremes', '--server', address, '--json']);
    expect([code, load]).toEqual([0, { path: address, server: { address } }]);
    expect(JSON.parse(out)).toMatchObject({ model: 'SmolLM2-135M', server: { address, gives: 'hidden' } });
  });

  it('says in its help where the key is read from', async () => {
    for (const [program, args] of [
      [inspect, ['--help']],
      [lab, ['tied', '--help']],
    ] as const) {
      const { out } = await run(program, args);
      expect(out.replace(/\s+/g, ' ')).toContain('environment variable VECTORSCOPE_SERVER_KEY');
      expect(out).toContain('--server-model <name>');
    }
  });
});
