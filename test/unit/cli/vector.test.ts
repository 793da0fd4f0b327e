import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { inspect } from '../../../src/cli/inspect';
import { pointed } from '../../../src/cli/vector';
import { defaultModel } from '../../../src/shared/defaultModel';
import type { InspectedEntry } from '../../../src/shared/neighbourTable';
import { fit, wordsOf } from '../../../src/tools/fit';
import { neighbours } from '../../../src/tools/neighbours';
import { call as callProgram, callInspect } from '../support/commandLine';
import { defaultEngine, modelPath } from '../support/engine';
import { FakeEngine } from '../support/fakeEngine';
import { call } from '../support/toolCall';

const untied = fileURLToPath(new URL('../../fixtures/families/llama-untied.gguf', import.meta.url));

interface Printed {
  readonly vector: {
    readonly side: string;
    readonly size: number;
    readonly operands: readonly { readonly name: string; readonly size: number }[];
    readonly neighbours: Readonly<Record<'euclidean' | 'cosine' | 'dot', readonly InspectedEntry[]>>;
    readonly predicted: readonly object[];
  };
}
const printed = (out: string) => JSON.parse(out) as Printed;

describe('--vector', () => {
  it('needs no text, and prints the vector as tables', async () => {
    const { code, out, err } = await callInspect(['--vector', 'king - man + woman', '--neighbours', '3']);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    const [model, head, lists, predicted] = out.trimEnd().split('\n\n');
    expect(model).toContain('49,152 tokens');
    expect(head?.split('\n')).toEqual([
      'Vector king - man + woman: size 3.269, compared with the input vectors',
      'operand   size   angle',
      '·king    2.252   46.2°',
      '·man     2.488  105.9°',
      '·woman   2.243   62.7°',
    ]);
    expect(lists).toMatch(/^Its neighbours; operands are marked \*\n/);
    expect(lists).toMatch(/^2 +·king \* +2\.36/m);
    expect(predicted).toMatch(/^What the model would predict if this vector were h, entropy 14\.73 bits\n/);
  });

  it('prints the same as JSON, without the operands on request', async () => {
    const args = ['--vector', 'king - man + woman', '--neighbours', '3', '--json'];
    const { vector } = printed((await callInspect(args)).out);
    expect(vector.operands.map(({ name }) => name)).toEqual([' king', ' man', ' woman']);
    expect(vector.neighbours.cosine.map(({ text, operand }) => [text, operand])).toEqual([
      [' queen', undefined],
      [' king', true],
      [' Queen', undefined],
    ]);
    // Every list has as many entries as were asked for.
    expect(Object.values(vector.neighbours).map(({ length }) => length)).toEqual([3, 3, 3]);
    const { vector: alone } = printed((await callInspect([...args, '--without-operands'])).out);
    expect(alone.neighbours.cosine.map(({ text }) => text)).toEqual([' queen', ' Queen', ' princess']);
    expect(alone.predicted).toEqual(vector.predicted);
  });

  it('leaves its neighbours out where none are wanted', async () => {
    const { out } = await callInspect(['--vector', 'king', '--neighbours', '0']);
    expect(out).not.toContain('neighbours');
    expect(out).toContain('What the model would predict');
  });

  it('reads h and residuals after the last position of a text', async () => {
    const model = ['--model', untied, '--top', '3', '--neighbours', '2'];
    const { out } = await callInspect(['The capital', '--vector', 'h - u(France) + 0 * r1', ...model, '--json']);
    const inspection = JSON.parse(out) as {
      readonly predictions: readonly { readonly hiddenSize: number }[];
    } & Printed;
    const [h] = inspection.vector.operands;
    expect(h?.size).toBeCloseTo(inspection.predictions.at(-1)?.hiddenSize as number, 6);
    expect(inspection.vector.side).toBe('output');
    const tables = await callInspect(['The capital', '--vector', 'h - u(France)', ...model]);
    expect(tables.out).toContain('\n\nVector h - u(France): size ');
    expect(tables.out).toContain('compared with the output rows\n');
  });

  it('points at what is wrong', async () => {
    expect(await callInspect(['--vector', 'man - kng'])).toMatchObject({
      code: 1,
      out: '',
      err: 'man - kng\n      ^^^\n“kng” at character 7 is not a single token of this model, which cuts it into ·k|ng. Give a text of one token, or its id after #.\n',
    });
    expect(pointed('猫 + \u001b', { from: 4, to: 5 })).toBe('猫 + \ufffd\n     ^\n');
    expect(pointed('man +', { from: 5, to: 5 })).toBe('man +\n     ^\n');
  });

  it.each([
    [['--without-operands', 'x'], 2, 'error: --without-operands is about --vector. Give both, or neither.\n'],
    [['--vector', 'king', '--layers'], 2, "error: missing required argument 'text'.\n"],
    [
      ['x', '--vector', 'king', '--without', '0.0'],
      2,
      /^error: option '--without <part>' cannot be used with option '--vector <expression>'\./,
    ],
  ])('refuses %j', async (args, code, err) => {
    const ended = await callProgram(inspect, args, {
      readInput: () => '',
      createEngine: () => new FakeEngine().with({}),
    });
    expect(ended.code).toBe(code);
    expect(ended.err).toEqual(typeof err === 'string' ? err : expect.stringMatching(err));
  });
});

describe('the tool for neighbours', () => {
  it('takes a vector in place of a token', async () => {
    const engine = await defaultEngine();
    const model = await engine.load({ path: modelPath, sha256: defaultModel.sha256 });
    const answer = await call(
      neighbours,
      { vector: 'king - man + woman', centred: true },
      { engine, model, control: {} },
    );
    const { vector } = answer.json(5) as Printed;
    expect(vector.neighbours.cosine.map(({ text }) => text)).toEqual([' king', ' queen', ' Queen', ' King', ' kings']);
    expect(wordsOf(answer, 5)).toContain(
      'king - man + woman is compared with the input vectors, with the mean vector subtracted',
    );
    const short = await fit(answer, { most: 700, count: (text) => text.length, origin: '' });
    expect(short.text.length).toBeLessThanOrEqual(700);
    expect(neighbours.texts({ vector: 'king', neighbours: 1, centred: false, space: 'input', plain: false })).toEqual(
      [],
    );
  });
});
