// The figures of the panel that scripts compute anew: each with the engine's numbers in the order of the script's
// output.
import { runView, emptyState, textView } from '../../src/extension/inspection/views';
import { defaultOptions } from '../../src/page/link';
import type { RowInBoth, Spread } from '../../src/shared/both';
import type { Engine, ModelInfo } from '../../src/shared/engine';
import { noBoth } from '../../src/shared/instruments';
import { metrics, type ByMetric } from '../../src/shared/metrics';
import type { PanelState } from '../../src/shared/panel';
import type { PythonKind } from '../../src/shared/python';
import type { RankedToken } from '../../src/shared/tokens';
import type { SteerQuestion } from '../../src/shared/vectors/steering';
import type { PatchCellQuestion } from '../../src/shared/vectors/texts';

/** A line of a script's output: its name, and its numbers; null for one that is not compared. */
export type Line = readonly [string, ...(number | null)[]];

interface Checked {
  readonly what: PythonKind;
  /** Tells several checks of one figure apart. */
  readonly of?: string;
  readonly state: PanelState;
  readonly lines: readonly Line[];
}

/** All figures of a model. `tensors` are those of its file. */
export async function* figuresOfModel(
  engine: Engine,
  model: ModelInfo,
  path: string,
  {
    text,
    other,
    tensors,
    word,
  }: { readonly text: string; readonly other: string; readonly tensors: readonly string[]; readonly word: number },
): AsyncGenerator<Checked> {
  const tokenisation = await engine.tokenise({ text });
  const run = await engine.run({ text });
  const request = { text };
  const position = run.length - 1;
  const ids = tokenisation.tokens.map(({ id }) => id);
  const id = ids[position] as number;
  const count = 10;
  const base: PanelState = {
    ...emptyState({ ...defaultOptions, neighbours: count, top: count }),
    ...{ model, text: textView(tokenisation, { plain: false, limit: run.length }), run: runView(run), position },
  };
  const { layers = 1, heads = 1 } = model.trunk ?? {};

  const facts = await engine.token(id);
  const { token } = facts;
  yield {
    ...{ what: 'token', state: { ...base, token: facts } },
    lines: [
      ['input', id, token.size, token.percentile],
      ['output', id, token.outputSize ?? token.size, token.outputPercentile ?? token.percentile],
    ],
  };

  const entry =
    (metric: string) =>
    (
      { token: { id: own, size, outputSize }, values }: RankedToken,
      side: 'input' | 'output',
      centred: boolean,
    ): Line => [
      ...([metric, own, values.euclidean, values.cosine, values.dot] as const),
      centred ? null : side === 'input' ? size : (outputSize ?? size),
    ];
  const ranked = (lists: ByMetric<readonly RankedToken[]>, side: 'input' | 'output', centred = false): Line[] =>
    metrics.flatMap((metric) => lists[metric].slice(0, count).map((one) => entry(metric)(one, side, centred)));
  const spaces = model.tied ? (['input'] as const) : (['input', 'output', 'cross'] as const);
  for (const space of spaces)
    for (const centred of [false, true]) {
      const neighbours = await engine.neighbours({ id, count, centred, space });
      const state = { ...base, neighbours, options: { ...base.options, centred } };
      yield {
        ...{ what: 'neighbours', of: `${space}${centred ? ', centred' : ''}`, state },
        lines: [['size', null], ...ranked(neighbours.lists, space === 'input' ? 'input' : 'output', centred)],
      };
    }
  const scope = await engine.scope({ axis: { kind: 'token', id }, centred: false, count });
  yield {
    ...{ what: 'vectorscope', state: { ...base, scope: { ...scope, axis: { kind: 'token', token } } } },
    lines: [['size', scope.size], ...ranked(scope.nearest, 'output')],
  };
  for (const expression of [`#${id} - 2 * unit(mean(#${word}, #${word + 1}))`]) {
    const made = await engine.vector({ expression, centred: false, count });
    const vector = { expression, result: made, fault: null };
    yield {
      ...{ what: 'vector', of: made.side, state: { ...base, vector } },
      lines: [['size', made.size], ...ranked(made.lists, made.side)],
    };
  }

  const prediction = await engine.prediction({ ...request, position, count });
  const nearest = (metric: 'euclidean' | 'cosine'): Line[] =>
    prediction.nearest[metric].map((one) => [metric, one.token.id, Math.abs(one.values[metric])]);
  yield {
    ...{ what: 'predictions', state: base },
    lines: [
      ['hidden', prediction.hiddenSize, prediction.entropy],
      ...prediction.top.map(({ token: { id: own, size, outputSize }, probability, logit, values }): Line => {
        return ['token', own, probability, logit, outputSize ?? size, values.cosine];
      }),
      ...nearest('euclidean'),
      ...nearest('cosine'),
    ],
  };

  const journey = await engine.journey({ ...request, position });
  yield {
    ...{ what: 'journey', state: { ...base, journey } },
    lines: [
      ...journey.residualSize.map((size, layer): Line => {
        return ['residual', layer, size, journey.angleToInput[layer] ?? null, journey.angleToPredicted[layer] ?? null];
      }),
      ...journey.attentionSize.map((size, layer): Line => {
        const { attention, feedForward } = journey.push;
        return [
          'layer',
          size,
          journey.feedForwardSize[layer] ?? null,
          attention[layer] ?? null,
          feedForward[layer] ?? null,
        ];
      }),
    ],
  };
  const rows = { ...request, first: 0, count: layers + 1, positions: { from: position, to: position + 1 } };
  const lens = await engine.lens({ ...rows, top: 1 });
  const divergence = await engine.divergence(rows);
  yield {
    ...{ what: 'lens', state: base },
    lines: lens.rows.map(([cell], layer): Line => {
      const [top] = cell?.top ?? [];
      return [
        'row',
        layer,
        top?.token.id ?? null,
        top?.probability ?? null,
        cell?.entropy ?? null,
        divergence.rows[layer]?.[0] ?? null,
      ];
    }),
  };
  yield {
    ...{ what: 'position', state: base },
    lines: Array.from({ length: (model.trunk?.rotary?.headSize ?? 0) / 2 }, (_, pair): Line => {
      const { base: power = 1, headSize = 1 } = model.trunk?.rotary ?? {};
      const period = 2 * Math.PI * power ** ((2 * pair) / headSize);
      return ['pair', pair, position / period, period];
    }),
  };
  const open = { layer: Math.floor(layers / 2), head: heads - 1 };
  const view = await engine.headView({ ...request, position, ...open, count });
  yield {
    ...{ what: 'attention', state: { ...base, attention: { ...base.attention, open } } },
    lines: [['size', view.size], ...Array.from(view.weights, (weight, at): Line => ['weight', at, weight])],
  };

  const changed = ({ hiddenSize, entropy, divergence: bits, tokens }: Awaited<ReturnType<Engine['steer']>>): Line[] => [
    ...([0, 1] as const).map((side): Line => ['prediction', hiddenSize[side], entropy[side]]),
    ['divergence', bits],
    ...tokens.map(({ token: one, logits, probabilities }): Line => ['token', one.id, ...logits, ...probabilities]),
  ];
  const steerings: readonly SteerQuestion['steering'][] = [
    { expression: `#${word}`, how: 'add', strength: 2, layer: 1, positions: 'last' },
    { expression: `#${word}`, how: 'remove', strength: 1, layer: null, positions: 'all' },
    { expression: 'h', how: 'add', strength: 0.1, layer: 0, positions: 'all' },
  ];
  for (const steering of steerings) {
    const result = await engine.steer({ ...request, position, steering, count: 3 });
    const state = { ...base, steer: { steering, result, curve: null, fault: null } };
    const lines: Line[] = [['vector', result.vectorSize], ...changed(result)];
    yield { ...{ what: 'steer', of: `${steering.how}, ${steering.positions}`, state }, lines };
  }

  const second = { text: other };
  const result = await engine.twoTexts({ ...request, other: second });
  const otherPosition = result.tokens.length - 1;
  const next = await engine.twoPositions({ ...request, other: second, position, otherPosition, count: 3 });
  const texts = { ...{ text: other, from: null, result, position: null, next, patch: null }, failure: null };
  const at = result.pairs.findLast(([a, b]) => ids[a] !== result.tokens[b]?.id)?.[1] ?? otherPosition;
  for (const part of ['residual', 'attention', 'feedForward', 'head'] as const) {
    const tokens = next.likeliest;
    const layer = part === 'head' ? 1 : 2;
    const row = part === 'head' ? 1 : layer;
    const cell: PatchCellQuestion = {
      ...{ part, layer, at, position, otherPosition, tokens, count: 3, other: second },
      ...(part === 'head' && { head: row }),
    };
    const { difference } = await engine.patchCell({ ...request, ...cell });
    const grid = await engine.patch({
      ...{ ...request, other: second, part, position, otherPosition, tokens, first: row, count: 1 },
      ...(part === 'head' && { layer }),
    });
    const patch = {
      ...{ part, layer: part === 'head' ? layer : null, tokens: null, difference: null, rows: [] },
      ...{ progress: 'done' as const, open: { row, at, result: null } },
    };
    const share = grid.rows[0]?.[at] ?? null;
    yield {
      ...{ what: 'patch', of: part, state: { ...base, texts: { ...texts, patch } } },
      lines: [['difference', grid.difference[0], ...difference, share]],
    };
  }

  for (const name of tensors) {
    const statistics = await engine.tensorStatistics({ path, name });
    const { count: numbers, least, most, mean, standardDeviation, zeros, rows: sizes } = statistics;
    const file = {
      path,
      contents: { format: model.layout === 'folder' ? 'safetensors' : 'GGUF' },
      statistics: { [name]: { kind: 'read', statistics } },
    };
    yield {
      ...{ what: 'tensors', of: name, state: { ...base, file: file as unknown as PanelState['file'] } },
      lines: [
        ['tensor', numbers, least, most, mean, standardDeviation, zeros],
        ...(sizes ? [['rows', sizes.count, sizes.least, sizes.most, sizes.mean] as const] : []),
      ],
    };
  }
}

/** The rows of the loaded model and of the one in the file `other`. */
export async function* rowsOfBoth(
  engine: Engine,
  model: ModelInfo,
  { other: path, word }: { readonly other: string; readonly word: number },
): AsyncGenerator<Checked> {
  const other = await engine.loadOther({ path });
  const count = 10;
  const base: PanelState = { ...emptyState({ ...defaultOptions, neighbours: count, top: count }), model };
  const spread = (name: string, rows: number, of: Spread | null): Line =>
    of ? [name, rows, of.mean, of.median, of.least, of.most] : [name, rows, NaN, NaN, NaN, NaN];
  const row = (name: string, { token, size, angle }: RowInBoth): Line => [name, token.id, angle ?? NaN, ...size];
  for (const matrix of ['input', 'output'] as const) {
    const rows = await engine.rowsInBoth({ matrix, count, ids: [word, word + 1] });
    yield {
      ...{ what: 'bothRows', of: matrix, state: { ...base, both: { ...noBoth, other, rows } } },
      lines: [
        spread('angle', rows.rows, rows.angle),
        spread('ratio', rows.rows, rows.ratio),
        ...(['turned', 'resized'] as const).flatMap((list) => rows[list].map((one) => row(list, one))),
        ...rows.tokens.map((one) => row('token', one)),
      ],
    };
  }
}
