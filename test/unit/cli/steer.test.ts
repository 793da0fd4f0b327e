import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { inspect } from '../../../src/cli/inspect';
import { call, callInspect } from '../support/commandLine';
import { FakeEngine } from '../support/fakeEngine';

const text = 'The capital of France is';
const other = 'The capital of Italy is';
const only = ['--neighbours', '0', '--top', '3'];
const tiny = ['--model', fileURLToPath(new URL('../../fixtures/families/llama-window.gguf', import.meta.url))];

async function json<T>(...args: readonly string[]): Promise<T> {
  const { code, out, err } = await callInspect([...args, ...only, '--json']);
  expect([code, err]).toEqual([0, '']);
  return JSON.parse(out) as T;
}

describe('--steer', () => {
  interface Printed {
    readonly steer: {
      readonly divergence: number;
      readonly tokens: readonly {
        readonly text: string;
        readonly logits: readonly number[];
        readonly promised: number;
      }[];
    };
    readonly predictions: readonly { readonly top: readonly { readonly text: string; readonly rawLogit: number }[] }[];
  }

  it('prints the prediction before and after as tables', async () => {
    const args = [text, ...only, '--steer', 'king - man + woman', '--at', '11', '--strength', '4'];
    const { code, out, err } = await callInspect(args);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    // The model comes first, and then what was asked for.
    const [, wholes, changes] = out.split('\n\n');
    expect(wholes?.split('\n')).toEqual([
      'Steered: king - man + woman, times 4, is added to the residual after layer 11 (r12 in an expression), at the last position',
      'The vector has size 3.269, the residual there 122.47. The predictions are 0.005 bits apart (KL divergence)',
      '               before  steered',
      'entropy, bits    2.14     2.17',
      '‖h‖             43.79    43.52',
    ]);
    expect(changes).toMatch(/^·Paris +0\.773 +0\.768 +17\.37 +17\.14 +−0\.23 +0\.65$/m);
  });

  it('prints the same as JSON', async () => {
    const { steer, predictions } = await json<Printed>(text, '--steer', '#7042', '--take-out', '--everywhere');
    expect(steer).toMatchObject({ expression: '#7042', how: 'remove', strength: 1, layer: null, positions: 'all' });
    expect(steer.divergence).toBeGreaterThan(1);
    const [paris] = steer.tokens;
    expect(paris?.text).toBe(' Paris');
    expect(paris?.logits[0]).toBe(predictions.at(-1)?.top[0]?.rawLogit);
    expect(paris?.promised).toBeLessThan(-5);
  });

  it('says what it does in words', async () => {
    const said = async (...args: readonly string[]) =>
      /^Steered: .*/m.exec((await callInspect(['a b', ...only, ...tiny, '--steer', '#5', ...args])).out)?.[0];
    expect(await said('--strength', '-0.5', '--at', 'input', '--everywhere')).toBe(
      'Steered: #5, times −0.5, is added to the residual before the first layer (r0), at all positions',
    );
    expect(await said('--strength', '0.5', '--take-out', '--at', 'all')).toBe(
      'Steered: the direction of #5, times 0.5, is taken out of the residual after every layer, at the last position',
    );
  });

  it('names the place of the residual whose size it prints', async () => {
    const { out } = await callInspect(['a b', ...only, ...tiny, '--steer', '#5', '--take-out', '--everywhere']);
    expect(out).toMatch(
      /^The vector has size \d+\.\d{3}, the residual after layer 0 at the last position \d+\.\d\d\. /m,
    );
  });

  it('points at what is wrong', async () => {
    expect(await callInspect([text, ...only, '--steer', 'man - kng'])).toMatchObject({
      code: 1,
      out: '',
      err: expect.stringMatching(/^man - kng\n {6}\^\^\^\n“kng” at character 7 is not a single token/) as string,
    });
  });
});

describe('--patch', () => {
  interface Printed {
    readonly patch: {
      readonly for: readonly { readonly text: string }[];
      readonly tokens: readonly { readonly text: string }[];
      readonly difference: readonly [number, number];
      readonly rows: readonly (readonly (number | null)[])[];
    };
  }

  it('prints the share that comes back, head by head', async () => {
    const args = [text, ...only, '--patch', other, '--part', 'head', '--at', '23'];
    const { code, out, err } = await callInspect(args);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    const lines = (out.split('\n\n')[0] ?? '').split('\n');
    expect(lines.slice(0, 2)).toEqual([
      'Outputs of the heads of layer 23 (both from 0) of A in B. A cell is the share that comes back: 0 none, 1 all, empty where no position of A corresponds',
      'The logit of ·Paris minus that of ·Rome is 7.31 in A, this text, and −6.02 in B, the other one.',
    ]);
    expect(lines[2]).toBe('  head     The  ·capital     ·of  ·Italy     ·is');
    expect(lines).toHaveLength(3 + 9);
    expect(lines[3 + 4]).toBe('     4    0.00      0.00    0.00    0.00    0.93');
  });

  it('writes each row once it is computed, and nothing if the engine refuses the first', async () => {
    const args = ['Paris of France is', ...only, ...tiny, '--patch', 'A king of France is', '--for', '1', '2'];
    const { patch } = await json<Printed>(...args);
    expect(patch.rows).toHaveLength(7);
    expect(patch.tokens.map(({ text: own }) => own)).toHaveLength(patch.rows[0]?.length ?? 0);
    const { code, out, err } = await callInspect([...args, '--part', 'head', '--at', '99']);
    expect([code, out, err]).toEqual([1, '', expect.stringMatching(/^layer is 99\. /)]);
  });

  it('says so in place of empty rows if no position corresponds', async () => {
    const { code, out } = await callInspect(['of a', ...only, ...tiny, '--patch', 'Rome', '--for', '1', '2']);
    expect(code).toBe(0);
    expect(out).toMatch(/^The logit of [^\n]+\nNo position of B corresponds to one of A, so nothing can be patched\./);
    expect(out).not.toContain('A cell is the share');
  });

  it('prints all rows as JSON, with null where nothing corresponds', async () => {
    const { patch } = await json<Printed>(
      ...['Paris of France is', ...tiny, '--patch', 'A king, also of France is', '--part', 'feedForward'],
      ...['--for', '1', '2'],
    );
    expect(patch.rows).toHaveLength(6);
    expect(patch.rows[0]).toContain(null);
    expect(patch.difference.every(Number.isFinite)).toBe(true);
  });

  it.each([
    [['--patch', ''], 2, 'error: The text of --patch is empty; give at least one character.\n'],
    [['--patch', text], 1, 'Both texts predict the token 7042 first; name two tokens to compare with --for.\n'],
    [['--patch', other, '--for', '5', '5'], 1, '--for was given the token 5 twice; give two different tokens.\n'],
    [
      ['--patch', other, '--for', '5'],
      2,
      'error: --for takes two tokens; 1 was given. Give two ids or texts of one token.\n',
    ],
    [['--steer', 'king', '--at', '30'], 2, 'error: There is no layer 30; --at takes 0 to 29, input or all.\n'],
  ])('with %j says what was wrong', async (args, code, err) => {
    expect(await callInspect([text, ...only, ...args])).toEqual({ code, out: '', err });
  });
});

it.each([
  [['--strength', '2'], 'error: --strength is about --steer. Give both, or neither.\n'],
  [['--for', '1', '2'], 'error: --for is about --patch. Give both, or neither.\n'],
  [['--at', '2'], 'error: --at is about --steer, and about the heads of --part head.\n'],
  [
    ['--patch', 'a', '--part', 'head', '--at', 'all'],
    'error: --part head needs the layer of the heads. Give its number, from 0, with --at.\n',
  ],
  [
    ['--patch', 'a', '--steer', 'a'],
    "error: option '--patch <other>' cannot be used with option '--steer <expression>'.\n",
  ],
  [
    ['--steer', 'a', '--without', '0.0'],
    "error: option '--steer <expression>' cannot be used with option '--without <part>'.\n",
  ],
  [
    ['--steer', 'a', '--strength', 'x'],
    "error: option '--strength <x>' argument 'x' is invalid. x is not a number. Give one from −1000 to 1000.\n",
  ],
  [
    ['--steer', 'a', '--at', 'last'],
    "error: option '--at <layer>' argument 'last' is invalid. last is not a whole number from 0 to 999999.\n",
  ],
])('refuses %j', async (args, err) => {
  const createEngine = () => new FakeEngine().with({});
  const ended = await call(inspect, ['x', ...args], { readInput: () => '', createEngine });
  expect([ended.code, ended.err]).toEqual([2, err]);
});
