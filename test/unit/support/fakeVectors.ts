import type { AnswerOf, CallName, Run, RequestOf, Tokenisation } from '../../../src/shared/engine';
import { EngineError } from '../../../src/shared/errors';
import { byMetric } from '../../../src/shared/metrics';
import type { RankedToken, TextRequest } from '../../../src/shared/tokens';

/** What the fake engine makes tokens and texts with. */
interface Maker {
  ranked(id: number): RankedToken;
  cut(text: TextRequest): Tokenisation;
  run(text: TextRequest): Run;
}

type Names = 'vector' | 'steer' | 'steerCurve' | 'twoTexts' | 'twoPositions' | 'patch' | 'patchCell' | 'endTexts';

/** The length of the expression. `x` names no token. */
export function sizeOfExpression(expression: string): number {
  const from = expression.indexOf('x');
  if (from >= 0) throw new EngineError('bad-request', '“x” is no token.', undefined, [], { from, to: from + 1 });
  return expression.length;
}

/** Vectors, steered runs and patches. */
export function vectorAnswers({ ranked, cut, run }: Maker): {
  readonly [C in Names & CallName]: (request: RequestOf<C>) => AnswerOf<C>;
} {
  return {
    vector({ expression, centred, also = [] }) {
      const size = sizeOfExpression(expression);
      return {
        ...{ expression, side: 'input', centred, size, operands: [], predicted: [], entropy: 0 },
        ...{ lists: byMetric(() => []), also: also.map(ranked) },
      };
    },
    steer({ position, steering }) {
      const vectorSize = sizeOfExpression(steering.expression);
      return {
        ...{ position, hiddenSize: [1, 1], entropy: [1, 1], divergence: steering.strength, tokens: [] },
        ...{ vectorSize, residualSize: 1, promised: [] },
      };
    },
    steerCurve: ({ position, strengths }) => ({ position, strengths, tokens: [] }),
    // Texts of the same length correspond; else only their first positions do.
    twoTexts({ other, ...of }) {
      const length = run(readOf(of)).length;
      const b = run(other);
      const pairs = Array.from({ length: length === b.length ? length : 1 }, (_, at) => [at, at] as const);
      const zeros = new Float64Array(pairs.length);
      const { tokens, leftOut } = cut(other);
      return { tokens, leftOut, run: b, pairs, hiddenAngle: zeros, angles: [zeros], sizes: [[zeros, zeros]] };
    },
    twoPositions: ({ position, otherPosition }) => ({
      ...{ position, otherPosition, hiddenSize: [1, 1], angle: 0, entropy: [1, 1], divergence: 0 },
      ...{ likeliest: [65, 66], tokens: [] },
    }),
    patch: ({ other, first, count }) => ({
      ...{ first, difference: [7, -6] },
      rows: Array.from({ length: count }, () => new Float64Array(run(other).length).fill(first)),
    }),
    patchCell: ({ otherPosition: position }) => ({
      ...{ position, hiddenSize: [1, 1], entropy: [1, 1], divergence: 0, tokens: [], difference: [-6, 7] },
    }),
    endTexts: () => undefined,
  };
}

const readOf = (of: { readonly run: string } | TextRequest): TextRequest =>
  'run' in of ? (JSON.parse(of.run) as TextRequest) : of;
