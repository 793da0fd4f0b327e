// The figures of two models that scripts compute anew.
import { emptyState, runView, textView } from '../../src/extension/inspection/views';
import { defaultOptions } from '../../src/page/link';
import type { RowInBoth, Spread } from '../../src/shared/both';
import type { Engine, ModelInfo } from '../../src/shared/engine';
import { noBoth } from '../../src/shared/instruments';
import { metrics } from '../../src/shared/metrics';
import type { PanelState } from '../../src/shared/panel';
import type { Checked, Line } from './pythonChecked';

/** Bits, logits and shares are read beside 1. */
const least = 1;

/** All figures of the loaded model and the one in the file `other`. */
export async function* figuresOfBoth(
  engine: Engine,
  model: ModelInfo,
  { text, other: path, word }: { readonly text: string; readonly other: string; readonly word: number },
): AsyncGenerator<Checked> {
  const other = await engine.loadOther({ path });
  const tokenisation = await engine.tokenise({ text });
  const run = await engine.run({ text });
  const position = run.length - 1;
  const count = 10;
  const base: PanelState = {
    ...emptyState({ ...defaultOptions, neighbours: count, top: count }),
    ...{ model, text: textView(tokenisation, { plain: false, limit: run.length }), run: runView(run), position },
  };
  const withBoth = (both: Partial<PanelState['both']>): PanelState => ({
    ...base,
    both: { ...noBoth, other, ...both },
  });

  const found = await engine.textInBoth({ text, count });
  if (found.kind === 'other') {
    yield {
      ...{ what: 'bothText', of: 'cut differently', state: withBoth({ text: found }) },
      lines: [
        ...([0, 1] as const).flatMap((side) =>
          found.tokens[side].map(({ id }, i): Line => ['AB'.charAt(side), id, found.surprisal[side][i] ?? null]),
        ),
        ...found.spans.map(({ surprisal }): Line => ['span', ...surprisal]),
      ],
    };
    return;
  }
  const { surprisal, divergence, change, first, sums, bitsPerCharacter, perplexity } = found;
  yield {
    ...{ what: 'bothText', state: withBoth({ text: found }), least },
    lines: [
      ...tokenisation.tokens.flatMap(({ id }, i): Line[] => [
        [
          ...(['token', id, surprisal[0][i] ?? null, surprisal[1][i] ?? null] as const),
          found.hiddenAngle?.[i] ?? NaN,
          ...([divergence[0][i] ?? null, divergence[1][i] ?? null, change[i] ?? null] as const),
        ],
        ['likeliest', ...(first[i] ?? []).flatMap(({ token, probability }) => [token.id, probability])],
      ]),
      [
        ...(['sums', sums.predictions, sums.meanDivergence, sums.divergence90, sums.divergence99] as const),
        ...[sums.mostDivergence, sums.meanChange, sums.rmsChange, sums.sameFirst],
      ],
      ...([0, 1] as const).map((side): Line => ['averages', bitsPerCharacter[side], perplexity[side]]),
    ],
  };
  const at = await engine.positionInBoth({ text, position, count });
  const state = withBoth({ text: found, position: at });
  yield {
    ...{ what: 'bothNext', state, least },
    lines: [
      ...([0, 1] as const).map((side): Line => {
        return ['prediction', at.hiddenSize[side], at.entropy[side], at.divergence[side]];
      }),
      ['angle', at.hiddenAngle ?? NaN],
      ...at.tokens.map(({ token, probability, rank, logit, size, cosine, parts }): Line => {
        const factors = [parts.hiddenSize, parts.size, parts.angle, parts.bias === 0 ? null : parts.bias];
        return ['token', token.id, ...probability, ...rank, ...logit, ...size, ...cosine, ...factors];
      }),
    ],
  };
  yield {
    ...{ what: 'bothLayers', state },
    lines: Array.from({ length: Math.max(...at.residualSize.map(({ length }) => length)) }, (_, layer): Line => {
      const sizes = at.residualSize.map((of) => of[layer] ?? NaN);
      return ['residual', layer, ...sizes, at.residualAngle?.[layer] ?? NaN];
    }),
  };
  const spread = (name: string, rows: number, of: Spread | null): Line =>
    of ? [name, rows, of.mean, of.median, of.least, of.most] : [name, rows, NaN, NaN, NaN, NaN];
  const row = (name: string, { token, size, angle }: RowInBoth): Line => [name, token.id, angle ?? NaN, ...size];
  for (const matrix of ['input', 'output'] as const) {
    const rows = await engine.rowsInBoth({ matrix, count, ids: [word, word + 1] });
    const neighbours = await engine.neighboursInBoth({ id: word, matrix, count });
    yield {
      ...{ what: 'bothRows', of: matrix, state: withBoth({ rows }) },
      lines: [
        spread('angle', rows.rows, rows.angle),
        spread('ratio', rows.rows, rows.ratio),
        ...(['turned', 'resized'] as const).flatMap((list) => rows[list].map((one) => row(list, one))),
        ...rows.tokens.map((one) => row('token', one)),
      ],
    };
    yield {
      ...{ what: 'bothNeighbours', of: matrix, state: withBoth({ rows, neighbours }) },
      lines: ([0, 1] as const).flatMap((side): Line[] => [
        ['size', neighbours.row.size[side]],
        ...metrics.flatMap((metric) =>
          neighbours.lists[metric][side].map(({ token, values }): Line => {
            const size = matrix === 'input' ? token.size : null;
            return [metric, token.id, values.euclidean, values.cosine, values.dot, size];
          }),
        ),
      ]),
    };
  }
}
