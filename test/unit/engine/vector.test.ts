import { randomLcg } from 'd3-random';
import { rmSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { localEngine } from '../../../src/engine/localEngine';
import { EngineError } from '../../../src/shared/errors';
import { metrics, type Metric } from '../../../src/shared/metrics';
import type { Side } from '../../../src/shared/sides';
import { rankWithout, type OwnVector } from '../../../src/shared/vectors/vector';
import { defaultEngine } from '../support/engine';
import { familyNames, familyTruth, loadedFamily } from '../support/families';
import { array, text, valueTypes } from '../support/ggufWriter';
import { lensTruth } from '../support/lensTruth';
import { sampled } from '../support/sample';
import { writeTinyModel } from '../support/tinyModel';

// Vectors of expressions beside plain float64 arithmetic on the rows of the same file.

type Row = readonly number[];

const dot = (a: Row, b: Row) => a.reduce((sum, x, i) => sum + x * (b[i] as number), 0);
const size = (a: Row) => Math.sqrt(dot(a, a));
const plus = (...all: Row[]): Row =>
  (all[0] as Row).map((_, i) => all.reduce((sum, row) => sum + (row[i] as number), 0));
const times = (factor: number, a: Row): Row => a.map((x) => factor * x);
const unit = (a: Row): Row => times(1 / size(a), a);
const less = (a: Row, b: Row) => plus(a, times(-1, b));
const cosine = (a: Row, b: Row) => dot(a, b) / (size(a) * size(b));

const scores: Readonly<Record<Metric, (a: Row, b: Row) => number>> = {
  euclidean: (a, b) => -size(less(a, b)),
  cosine,
  dot,
};
const closeTo = (found: number, truth: number) =>
  expect(Math.abs(found - truth)).toBeLessThanOrEqual(1e-6 * Math.max(1, Math.abs(truth)));

interface Operands {
  /** A row of the embedding or the unembedding, by the spelling of its token. */
  readonly e: (text: string) => Row;
  readonly u: (text: string) => Row;
  readonly h: Row;
}

const cases: readonly {
  readonly expression: string;
  readonly side: Side;
  readonly tokens: readonly string[];
  readonly of: (operands: Operands) => Row;
}[] = [
  { expression: 'France', side: 'input', tokens: [' France'], of: ({ e }) => e(' France') },
  {
    expression: 'France - "I" + 2 * e("J")',
    side: 'input',
    tokens: [' France', 'I', 'J'],
    of: ({ e }) => plus(e(' France'), times(-1, e('I')), times(2, e('J'))),
  },
  {
    expression: 'mean(·France, "K", #44) / 2 - unit("L" - "I")',
    side: 'input',
    tokens: [' France', 'K', 'M', 'L', 'I'],
    of: ({ e }) => less(times(1 / 6, plus(e(' France'), e('K'), e('M'))), unit(less(e('L'), e('I')))),
  },
  {
    expression: 'u(France) - 3 * e("I")',
    side: 'output',
    tokens: [' France', 'I'],
    of: ({ e, u }) => less(u(' France'), times(3, e('I'))),
  },
  {
    expression: '2 * unit(h) - u("K") + "L"',
    side: 'output',
    tokens: ['K', 'L'],
    of: ({ e, u, h }) => plus(times(2, unit(h)), times(-1, u('K')), e('L')),
  },
];

/** One or two matrices, with and without a bias and a cap. */
const families = sampled(['gemma2-bias', 'gptneox-untied', 'phi2', 'qwen3'], familyNames);

describe.each(families)('%s', (name) => {
  it('makes the vectors that float64 makes, and ranks by them', async () => {
    const { model, engine } = await loadedFamily(name);
    const { text } = familyTruth(name);
    const ids = Array.from({ length: model.vocabulary.length }, (_, id) => id);
    const rows: Readonly<Record<Side, readonly Row[]>> = {
      input: ids.map((id) => Array.from(model.embedding.row(id))),
      output: ids.map((id) => Array.from(model.directions.matrix.row(id))),
    };
    const means = {
      input: times(1 / ids.length, plus(...rows.input)),
      output: times(1 / ids.length, plus(...rows.output)),
    };
    const idOf = (token: string) => ids.find((id) => model.tokenizer.textOf(id) === token) as number;
    const position = 2;
    const hidden = Array.from(await engine.hidden({ text })).slice(position * model.embedding.dimensions);
    const h = hidden.slice(0, model.embedding.dimensions);

    for (const { expression, side, tokens, of } of cases)
      for (const centred of [false, true]) {
        const rowOf = (matrix: Side, moved: boolean) => (token: string) => {
          const row = rows[matrix][idOf(token)] as Row;
          return moved && (model.tied || matrix === side) ? less(row, means[side]) : row;
        };
        const operands = (moved: boolean) => ({ e: rowOf('input', moved), u: rowOf('output', moved), h });
        const truth = of(operands(centred));
        const space = centred ? rows[side].map((row) => less(row, means[side])) : rows[side];
        const own = await engine.vector({
          expression,
          place: { text: { text }, position },
          centred,
          count: 6,
          also: [idOf('Q')],
        });
        expect(own).toMatchObject({ expression, side, centred });
        closeTo(own.size, size(truth));
        expect(own.operands.flatMap(({ token }) => token?.token.text ?? [])).toEqual(tokens);
        const [first] = own.operands as [OwnVector['operands'][number]];
        const operand = first.token ? rowOf(expression.startsWith('u') ? 'output' : 'input', centred)(' France') : h;
        closeTo(first.size, size(operand));
        closeTo(Math.cos(((first.angle as number) * Math.PI) / 180), cosine(operand, truth));

        const ofOperands = new Set(tokens.map(idOf));
        for (const metric of metrics) {
          const all = space.map((row) => scores[metric](truth, row));
          const order = ids.toSorted((a, b) => (all[b] as number) - (all[a] as number));
          const listed = own.lists[metric].map(({ token }) => token.id);
          expect(listed).toEqual(order.slice(0, listed.length));
          expect(listed.filter((id) => !ofOperands.has(id))).toHaveLength(6);
          expect(ofOperands.has(listed.at(-1) as number)).toBe(false);
          for (const { token, values, ranks } of [...own.lists[metric], ...own.also]) {
            const value = all[token.id] as number;
            closeTo(values[metric], metric === 'euclidean' ? -value : value);
            expect(ranks[metric]).toBe(order.indexOf(token.id) + 1);
          }
          const alone = order.filter((id) => !ofOperands.has(id));
          const [also] = own.also as [OwnVector['also'][number]];
          expect(rankWithout(also, own, metric)).toBe(alone.indexOf(also.token.id) + 1);
        }

        const asHidden = of(operands(false));
        const raw = rows.output.map((row, id) => dot(asHidden, row) + (model.directions.bias?.[id] ?? 0));
        const seen = raw.map((logit) => model.capped(logit));
        const powers = seen.map((logit) => Math.exp(logit - Math.max(...seen)));
        const shares = powers.map((power) => power / powers.reduce((sum, one) => sum + one, 0));
        expect(own.predicted.map(({ token }) => token.id)).toEqual(
          ids.toSorted((a, b) => (raw[b] as number) - (raw[a] as number)).slice(0, 6),
        );
        for (const { token, logit, probability } of own.predicted) {
          closeTo(logit, raw[token.id] as number);
          closeTo(probability, shares[token.id] as number);
        }
        const entropy = shares.reduce((sum, share) => sum - (share > 0 ? share * Math.log2(share) : 0), 0);
        expect(own.entropy).toBeCloseTo(entropy, 4);
      }
  });

  it('reads residuals as an independent model has them', async () => {
    const { model, engine } = await loadedFamily(name);
    const { text, ids } = familyTruth(name);
    const truth = lensTruth(model, ids);
    const position = 1;
    const { layers } = model.hyperparameters;
    const place = { text: { text }, position };
    for (const layer of [0, 1, layers]) {
      const residual = truth.residuals[layer]?.[position] as Row;
      const normed = Array.from(model.finalNorm(Float64Array.from(residual)));
      const { operands } = await engine.vector({ expression: `r${layer}`, place, centred: true, count: 1 });
      expect(operands).toMatchObject([{ name: `r${layer}`, layer, angle: expect.closeTo(0, 4) }]);
      const own = operands[0]?.size as number;
      expect(Math.abs(own / size(normed) - 1)).toBeLessThan(1e-5);
    }
    const last = await engine.vector({ expression: `h - r${layers}`, place, centred: false, count: 1 });
    expect(last.size).toBe(0);
    await expect(
      engine.vector({ expression: `h - r${layers + 1}`, place, centred: false, count: 1 }),
    ).rejects.toMatchObject({
      code: 'bad-request',
      message: `There is no r${layers + 1}; the residuals of this model are r0 to r${layers}.`,
      at: { from: 4, to: 4 + `r${layers + 1}`.length },
    });
  });
});

describe('the vectorscope around a vector', () => {
  it.each([
    ['France - "I"', 'input'],
    ['u(France) - "I"', 'output'],
  ] as const)('draws the rows that %s is compared with', async (expression, side) => {
    const { model, engine } = await loadedFamily('llama-untied');
    for (const centred of [false, true]) {
      const scope = await engine.scope({ axis: { kind: 'vector', expression }, centred, count: 5 });
      const own = await engine.vector({ expression, centred, count: 300 });
      expect(scope.size).toBe(own.size);
      for (const { token, values, angle } of own.lists.dot.slice(0, 40)) {
        expect(scope.dots[token.id]).toBeCloseTo(values.dot, 4);
        const length = scope.sizes[token.id] as number;
        expect(length * own.size * Math.cos((angle * Math.PI) / 180)).toBeCloseTo(values.dot, 4);
        const directions = side === 'input' ? model.inputs : model.directions;
        if (!centred) expect(length).toBeCloseTo(directions.sizes.of[token.id] as number, 6);
      }
      expect(scope.nearest.cosine).toEqual(own.lists.cosine.slice(0, 5));
    }
  });
});

describe('a vector of size 0', () => {
  it.each(['France - France', 'unit("I" - "I")', '3 * "I" - "I" - "I" - "I"', '0 * h', '"I" / 3 + "I" * 2 / 3 - "I"'])(
    '%s has lists and no direction',
    async (expression) => {
      const { engine } = await loadedFamily('llama-untied');
      for (const centred of [false, true]) {
        const place = { text: { text: 'The capital' }, position: 0 };
        const own = await engine.vector({ expression, place, centred, count: 4 });
        expect(own.size).toBe(0);
        for (const { angle } of own.operands) expect(angle).toBeUndefined();
        const others = own.lists.cosine.map(({ token }) => token.id);
        expect(others).toEqual(others.toSorted((a, b) => a - b));
        expect(numbersOf(own).every(Number.isFinite)).toBe(true);
      }
    },
  );
});

describe('the default model', () => {
  let engine: Awaited<ReturnType<typeof defaultEngine>>;
  beforeAll(async () => {
    engine = await defaultEngine();
  });

  it('finds ·queen at king − man + woman', async () => {
    const { operands, lists } = await engine.vector({ expression: 'king − man + woman', centred: false, count: 5 });
    expect(operands.map(({ token }) => token?.token.text)).toEqual([' king', ' man', ' woman']);
    for (const metric of ['euclidean', 'cosine'] as const)
      expect(lists[metric].slice(0, 2).map(({ token }) => token.text)).toEqual([' queen', ' king']);
  });

  it.each([
    ['"king"', 'king'],
    ['"·king"', null],
    ['·king', ' king'],
    ['"<|im_start|>"', '<|im_start|>'],
    ['#0', '<|endoftext|>'],
    ['"\\n"', '\n'],
  ])('takes %s for a token', async (expression, text) => {
    const found = engine.vector({ expression, centred: false, count: 1 });
    if (text === null) await expect(found).rejects.toMatchObject({ code: 'bad-request' });
    else expect((await found).operands[0]?.name).toBe(text);
  });

  it.each([
    [
      'man - kng',
      6,
      9,
      '“kng” at character 7 is not a single token of this model, which cuts it into ·k|ng. Give a text of one token, or its id after #.',
    ],
    ['#49152', 0, 6, 'There is no token 49152; the vocabulary has the ids 0 to 49151.'],
    ['man + h', 6, 7, 'h at character 7 is read in a text. Give a text.'],
    ['man + 1e30 * king', 6, 17, 'This vector is larger than 1e+20. Give smaller numbers.'],
    ['man +', 5, 5, 'The expression ends too early; a token, a number or a bracket was expected.'],
  ])('says what is wrong with %s, and where', async (expression, from, to, message) => {
    await expect(engine.vector({ expression, centred: false, count: 1 })).rejects.toMatchObject({
      code: 'bad-request',
      message,
      at: { from, to },
    });
  });
});

describe('a model whose tokenizer adds a space and a first token', () => {
  const tokens = ['<unk>', '<s>', '▁', 'k', 'i', 'ki', '▁ki', '</s>'];
  const scores = Float32Array.from(tokens, (_, id) => -id);
  const { path, folder } = writeTinyModel({
    tokens,
    tokenizer: [
      text('tokenizer.ggml.model', 'llama'),
      array('tokenizer.ggml.scores', valueTypes.f32, scores.length, new Uint8Array(scores.buffer)),
    ],
  });
  const engine = localEngine();
  beforeAll(() => engine.load({ path, threads: 1 }));
  afterAll(async () => {
    await engine.close();
    rmSync(folder, { recursive: true });
  });

  it.each([
    ['ki', 6],
    ['·ki', 6],
    ['" ki"', 6],
    ['"ki"', 5],
    ['k', 3],
    ['"</s>"', 7],
    ['"<s>"', 1],
    ['" "', 2],
  ])('takes %s for the token %i', async (expression, id) => {
    const { operands } = await engine.vector({ expression, centred: false, count: 1 });
    expect(operands.map(({ token }) => token?.token.id)).toEqual([id]);
  });
});

const numbersOf = (value: unknown): number[] =>
  typeof value === 'number'
    ? [value]
    : typeof value === 'object' && value !== null
      ? Object.values(value).flatMap(numbersOf)
      : [];

describe('random and broken expressions', () => {
  const random = randomLcg(0.34);
  const pick = <T>(values: readonly T[]): T => values[Math.floor(random() * values.length)] as T;
  const leaves = [
    'France',
    '"I"',
    '·France',
    '#7',
    '#999',
    'h',
    'r0',
    'r1',
    'r77',
    'kng',
    'u("K")',
    'e(#3)',
    '""',
    '\ud83d',
    '猫',
  ];
  const numbers = ['2', '0', '-1', '.5', '1e19', '1e300', '1e-300', '3.25'];
  const sum = (depth: number): string => {
    if (depth === 0 || random() < 0.2) return pick(leaves);
    const [a, b] = [sum(depth - 1), sum(depth - 1)];
    return pick([
      () => `${a} + ${b}`,
      () => `${a} − ${b}`,
      () => `${pick(numbers)} * (${a})`,
      () => `(${a}) / ${pick(numbers)}`,
      () => `unit(${a})`,
      () => `mean(${a}, ${b})`,
      () => `-(${a} - ${a})`,
    ])();
  };
  /** Something put into, taken out of, or repeated in an expression. */
  const broken = (text: string): string => {
    const at = Math.floor(random() * (text.length + 1));
    const other = Math.floor(random() * (text.length + 1));
    return pick([
      () =>
        text.slice(0, at) +
        pick(['(', ')', '"', ',', '*', '/', '#', '·', '\0', '\n', ' ', '\ud83d', '9']) +
        text.slice(at),
      () => text.slice(0, at) + text.slice(other),
      () => text.slice(at),
      () => text.repeat(Math.ceil(random() * 60)),
      () => '('.repeat(Math.ceil(random() * 90)) + text,
    ])();
  };

  it('give a vector of finite numbers, or a sentence with a place', async () => {
    const { engine } = await loadedFamily('llama-untied');
    const text = 'The capital of France is';
    let vectors = 0;
    const many = sampled(300, 5000);
    for (let i = 0; i < many; i++) {
      const whole = sum(4);
      const expression = random() < 0.4 ? broken(whole) : whole;
      const request = { expression, place: { text: { text }, position: 1 }, centred: random() < 0.5, count: 2 };
      const answer: OwnVector | EngineError = await engine.vector(request).catch((error: EngineError) => error);
      if (answer instanceof EngineError) {
        expect(answer.code).toBe('bad-request');
        expect(answer.message).toMatch(/^.+\.$/u);
        const { from, to } = answer.at ?? { from: -1, to: -1 };
        expect(from >= 0 && from <= to && to <= expression.length).toBe(true);
      } else {
        vectors++;
        expect(numbersOf(answer).every(Number.isFinite)).toBe(true);
      }
    }
    expect(vectors).toBeGreaterThan(many / 10);
  });
});
