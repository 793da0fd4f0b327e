import { EventEmitter } from 'node:events';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { engineAloud } from '../../../src/cli/aloud';
import { inspect } from '../../../src/cli/inspect';
import { lab } from '../../../src/cli/lab';
import { endOnInterrupt } from '../../../src/cli/process';
import { runProgram } from '../../../src/cli/program';
import type { InspectRequest } from '../../../src/shared/engine';
import type { Inspection } from '../../../src/shared/inspection';
import { call } from '../support/commandLine';
import { address, serverInfo } from '../support/controller';
import { FakeEngine } from '../support/fakeEngine';

/** Runs a program with an engine whose model is on a server, and returns what the engine was asked. */
async function run(program: typeof inspect, args: readonly string[], key?: string, more: Partial<Inspection> = {}) {
  const fake = new FakeEngine();
  const hasMatrices = args.includes('--model');
  fake.model = { name: 'SmolLM2-135M', trunk: null, server: serverInfo, ...(!hasMatrices && { sizes: null }) };
  const asked = vi.fn(async (_: InspectRequest): Promise<Inspection> => ({
    model: {
      ...{ name: 'SmolLM2-135M', architecture: 'llama', dimensions: 2, vocabulary: 3, layers: null, tied: true },
      quantisation: 'Q4_1',
      server: serverInfo,
    },
    leftOut: 0,
    tokens: [],
    ...more,
  }));
  const engine = fake.with({ inspect: asked });
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

const nothingExtreme = { longest: [], shortest: [], nearMean: [], duplicates: [], unreachable: [] };

it('says what a command computes until it prints something', async () => {
  let [err, out] = ['', ''];
  let isSaid = (): void => undefined;
  const said = new Promise<void>((resolve) => (isSaid = resolve));
  const engine = new FakeEngine().with({
    lab: () => said.then(() => ({ name: 'extremes', result: nothingExtreme })),
  });
  const code = await runProgram(lab, ['extremes'], {
    out: (text) => (out += text),
    err(text) {
      err += text;
      isSaid();
    },
    ...{ readInput: () => '', env: () => undefined, createEngine: () => engine, quiet: 0 },
  });
  expect([code, err]).toEqual([0, 'Running extremes. Press Ctrl+C to stop.\n']);
  expect(out).toContain('No two tokens have the same row. Tokens that no text produces: 0.\n');
});

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
    const same = await run(inspect, ['abc', '--server', address, '--same-bits']);
    expect(same.load).toEqual({ path: address, server: { address }, sameBits: true });
    expect(load).toEqual({ path: address, server: { address } });
    expect(asked).toMatchObject({ neighbours: 0, top: 20 });
    expect(out).toContain('SmolLM2-135M on localhost:8080 (llama.cpp)');
    expect((await run(inspect, ['abc', '--server', address, '--neighbours', '3'])).asked).toMatchObject({
      neighbours: 3,
    });
  });

  it('takes http at a public address only if that is allowed', async () => {
    const args = ['abc', '--server', 'http://example.org'];
    expect(await run(inspect, args)).toMatchObject({
      ...{ code: 2, loads: 0 },
      err: 'error: Text and key would go unencrypted to example.org. Use https, or add --allow-http.\n',
    });
    expect((await run(inspect, [...args, '--allow-http'])).load).toMatchObject({ server: { allowsHttp: true } });
  });

  it.each([
    [['abc', '--server-model', 'smol'], 'error: --server-model is about a server. Name one with --server.\n'],
    [['abc', '--server-patience', '60'], 'error: --server-patience is about a server. Name one with --server.\n'],
    [['abc', '--allow-http'], 'error: --allow-http is about a server. Name one with --server.\n'],
    [
      ['abc', '--server', address, '--geometry'],
      'error: --geometry needs no server. Leave out --server, or leave out --geometry to get predictions.\n',
    ],
    [['abc', '--server', 'ftp://a'], 'A server is reached by http or https, not by ftp.\n'],
  ])('refuses %j', async (args, err) => {
    expect(await run(inspect, args)).toMatchObject({ code: err.startsWith('error: ') ? 2 : 1, err, loads: 0 });
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
        quantisation: '',
        server: { ...serverInfo, gives: 'listed' },
      },
      tokens: [{ ...token, size: null, percentile: null, surprisal: null }],
      listed: [
        { index: 0, hiddenSize: null, entropy: { atLeast: 1.25, atMost: 2.5 }, top },
        { index: 0, hiddenSize: null, entropy: { atLeast: 1, atMost: null }, top: [] },
      ],
    });
    expect(out).toContain('SmolLM2-135M on localhost:8080 (llama.cpp): 49,152 tokens, matrices not known\n');
    expect(out).toContain('After is (1), entropy 1.25 to 2.50 bits\n#  token   probability\n1  ·Paris        0.786\n');
    expect(out).toContain('<0.001');
    expect(out).toContain('entropy at least 1.00 bits');
  });

  it('lets it take as long as it is told to', async () => {
    const { load } = await run(inspect, ['abc', '--server', address, '--server-patience', '120']);
    expect(load).toEqual({ path: address, server: { address, patience: 120 } });
    const refused = await run(inspect, ['abc', '--server', address, '--server-patience', '0']);
    expect(refused).toMatchObject({ code: 2, loads: 0, err: expect.stringContaining('from 5 to 140') as string });
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

describe('a server that does not answer', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  /** The command line, with an engine whose calls of one method wait. */
  function waitingFor(method: 'load' | 'inspect', args: readonly string[]) {
    const fake = new FakeEngine();
    fake.model = { name: 'SmolLM2-135M', trunk: null, server: serverInfo };
    const open = fake.close(method);
    let err = '';
    const ended = runProgram(inspect, args, {
      out: () => undefined,
      err: (text) => (err += text),
      readInput: () => '',
      createEngine: () => fake.engine,
      env: () => undefined,
    });
    return { err: () => err, open, ended };
  }

  it('is named within two seconds, with the time that it has for its first answer', async () => {
    const { err, open, ended } = waitingFor('load', ['abc', '--server', address]);
    await vi.advanceTimersByTimeAsync(2000);
    expect(err()).toBe(
      'Waiting for the server at localhost:8080: it has 30 s for its first answer. Press Ctrl+C to stop.\n',
    );
    open();
    await ended;
  });

  it('is named within two seconds of a run too, and once', async () => {
    const { err, open, ended } = waitingFor('inspect', ['abc', '--server', address, '--server-patience', '90']);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(err()).toBe(
      'Waiting for the server at localhost:8080: it is given up after 180 s without a byte. Press Ctrl+C to stop.\n',
    );
    open();
    await ended;
  });

  it('is not named where it answers, nor while a model is loaded from this disk', async () => {
    for (const args of [['abc'], ['abc', '--server', address]]) {
      const { err, open, ended } = waitingFor('load', args);
      if (args.length === 1) await vi.advanceTimersByTimeAsync(60_000);
      open();
      await ended;
      await vi.advanceTimersByTimeAsync(60_000);
      expect(err()).not.toContain('Waiting');
    }
  });
});

it('a line about a server is said for the calls that ask it alone', async () => {
  vi.useFakeTimers();
  const fake = new FakeEngine();
  for (const [method, said] of [
    ['neighbours', []],
    ['run', ['waits\n']],
  ] as const) {
    const lines: string[] = [];
    const engine = engineAloud(fake.engine, { err: (line) => void lines.push(line) }, 'waits');
    const open = fake.close(method);
    const call = method === 'run' ? engine.run({ text: 'a' }) : engine.neighbours({ id: 1, count: 1, centred: false });
    await vi.advanceTimersByTimeAsync(60_000);
    open();
    await call;
    expect(lines, method).toEqual(said);
  }
  vi.useRealTimers();
});

it.each([
  [true, ['\u001b[K30 % done. About 15 s left.\r', '\u001b[K40 % done. About 10 s left.\r', '\u001b[K']],
  [false, ['30 % done. About 15 s left.\n', '80 % done. About 4 s left.\n']],
])('work of more than five seconds says how far it is, in a terminal (%s) in one line', async (isTerminal, said) => {
  vi.useFakeTimers();
  const lines: string[] = [];
  const fake = new FakeEngine();
  const heard = vi.fn();
  const open = fake.close('run');
  const aside = { err: (text: string) => void lines.push(text), isTerminal };
  const running = engineAloud(fake.engine, aside).run({ text: 'a' }, { onProgress: heard });
  const tell = (fraction: number) => fake.last('run')?.control?.onProgress?.({ stage: 'run', fraction });
  const steps = isTerminal ? [0, 0.1, 0.2, 0.3, 0.301, 0.4] : [0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9];
  for (const fraction of steps) {
    tell(fraction);
    await vi.advanceTimersByTimeAsync(isTerminal && fraction >= 0.3 ? 400 : 2000);
  }
  open();
  await running;
  expect([heard.mock.calls.length, lines]).toEqual([steps.length, said]);
  vi.useRealTimers();
});

it('Ctrl+C ends the command line at once, with a sentence', () => {
  const said: string[] = [];
  const exits: number[] = [];
  const fake = Object.assign(new EventEmitter(), {
    stderr: {
      write: (text: string, written: () => void) => {
        said.push(text);
        written();
      },
    },
    exit: (code: number) => void exits.push(code),
  });
  endOnInterrupt(fake);
  fake.emit('SIGINT');
  expect([said, exits]).toEqual([['Stopped by Ctrl+C. What was printed is not complete.\n'], [130]]);
  // The next one is the system's.
  expect(fake.listenerCount('SIGINT')).toBe(0);

  const resume = endOnInterrupt(fake)(() => said.push('work ends'));
  fake.emit('SIGINT');
  expect([said.at(-1), exits]).toEqual(['work ends', [130]]);
  const restored = endOnInterrupt(fake)(() => said.push('not this'));
  restored();
  resume();
  fake.emit('SIGINT');
  expect(exits).toEqual([130, 130]);
});
