import { afterAll, describe, expect, it } from 'vitest';
import { inspect } from '../../../src/cli/inspect';
import { localEngine } from '../../../src/engine/localEngine';
import { call } from '../support/commandLine';
import { familyPath } from '../support/families';

const text = 'A sphere, a king.\nThe capital of France\nis Paris.\n';
const engine = localEngine();
afterAll(() => engine.close());
const run = (args: readonly string[], input = '') =>
  call(inspect, ['--model', familyPath('llama-3'), ...args], {
    readInput: (file) => (file === 'notes.md' ? text : input),
    createEngine: () => ({ ...engine, close: async () => undefined }),
  });
type Line = Readonly<Record<string, unknown>> & { readonly tokens: readonly Readonly<Record<string, unknown>>[] };

describe('vectorscope inspect --document', () => {
  it('prints the lines of the text with their tokens, and the sum', async () => {
    const { code, out, err } = await run(['--document', 'notes.md', '--window', '8']);
    expect([code, err]).toEqual([0, '']);
    const [head, ...rest] = out
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Line);
    const { total } = rest.pop() as unknown as { readonly total: Readonly<Record<string, number>> };
    expect(head).toMatchObject({ window: 8, lines: 4 });
    expect(rest.map(({ line }) => line)).toEqual([1, 2, 3, 4]);
    const tokens = rest.flatMap((line) => line.tokens);
    expect(tokens.length).toBe(head?.tokens);
    expect(tokens.map((token) => token['text']).join('')).toBe(text);
    const bits = tokens.map(({ surprisal }) => Number(surprisal ?? 0)).reduce((a, b) => a + b);
    expect(total['bits']).toBeCloseTo(bits, 9);
    expect(total['perplexity']).toBeCloseTo(2 ** (bits / Number(total['measured'])), 9);
    const plain = await engine.run({ text: 'A sphere, a' });
    expect(tokens.slice(0, 3).map(({ surprisal }) => surprisal)).toEqual(
      Array.from(plain.surprisal.subarray(0, 3), (one) => (Number.isNaN(one) ? null : one)),
    );
  });

  it('reads standard input', async () => {
    const { out } = await run(['--document', '-'], 'a king');
    expect(out.trimEnd().split('\n')).toHaveLength(3);
  });

  it.each([
    [['--document', 'notes.md', 'text'], 'error: --document takes the place of the text. Give one of the two.\n'],
    [['--window', '8', 'text'], 'error: --window is about --document. Give both, or neither.\n'],
    [['--document', 'notes.md', '--lens'], "error: option '--document <file>' cannot be used with option '--lens'.\n"],
  ])('refuses %j', async (args, says) => {
    expect(await run(args)).toMatchObject({ code: 2, err: says });
  });
});
