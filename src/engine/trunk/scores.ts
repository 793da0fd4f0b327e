import type { RotaryPositions } from '../architecture/hyperparameters';
import type { AttentionStep } from '../architecture/layers';
import { dotOfPart, norm } from '../arrays/vectors';

/** A query of a head, and the keys that it meets: those of the positions up to its own. */
export interface QueryAndKeys {
  readonly position: number;
  /** Rotated as in the run, and before, both with their temperature; `headSize` numbers each. */
  readonly query: Float64Array;
  readonly unrotated: Float64Array;
  /** Rotated. That of position j begins at `begin + j · stride`. */
  readonly keys: Float32Array;
  readonly begin: number;
  readonly stride: number;
  readonly step: AttentionStep;
  readonly rotary: RotaryPositions | null;
}

/** One entry a key. */
export interface Scores {
  /** ‖q‖ and ‖k‖, after the rotation. */
  readonly q: number;
  readonly k: Float64Array;
  /** cos of the angle between q and k; 0 if one of them is zero. */
  readonly cosine: Float64Array;
  /** ‖q − k‖. */
  readonly distance: Float64Array;
  /** ‖q‖ ‖k‖ cos θ · scale, with the cap, as softmax gets it; −∞ for a key that the window hides. */
  readonly score: Float64Array;
}

/** The first position that a window leaves visible. */
export const firstVisible = (position: number, { window }: AttentionStep): number => Math.max(0, position + 1 - window);

/** q·k as softmax gets it. */
export const cappedScore = ({ scale, cap }: AttentionStep, product: number): number =>
  cap === undefined ? scale * product : cap * Math.tanh((scale * product) / cap);

export function scoresOf({ query, keys, begin, stride, position, step }: QueryAndKeys): Scores {
  const q = norm(query);
  const blank = () => new Float64Array(position + 1);
  const [k, cosine, distance, score] = [blank(), blank(), blank(), blank().fill(-Infinity)];
  const first = firstVisible(position, step);
  for (let other = 0; other <= position; other++) {
    const at = begin + other * stride;
    const product = dotOfPart(query, 0, keys, at, query.length);
    const size = Math.sqrt(dotOfPart(keys, at, keys, at, query.length));
    k[other] = size;
    cosine[other] = q * size === 0 ? 0 : Math.max(-1, Math.min(1, product / (q * size)));
    distance[other] = Math.sqrt(Math.max(0, q * q + size * size - 2 * product));
    if (other >= first) score[other] = cappedScore(step, product);
  }
  return { q, k, cosine, distance, score };
}

/** The scores of the same query and keys before the rotation, which also leaves out its factor. */
export function unrotatedScores(of: QueryAndKeys): Float64Array {
  const { unrotated, step, position } = of;
  const first = firstVisible(position, step);
  return new Float64Array(position + 1).map((_, other) =>
    other < first
      ? -Infinity
      : cappedScore(step, dotOfPart(unrotated, 0, unrotatedKey(of, other), 0, unrotated.length)),
  );
}

/** A key before its rotation. */
function unrotatedKey({ keys, begin, stride, query, rotary }: QueryAndKeys, position: number): Float64Array {
  const at = begin + position * stride;
  const key = Float64Array.from(keys.subarray(at, at + query.length));
  if (!rotary) return key;
  eachPair(rotary, (first, second, frequency) => {
    const [a, b] = [key[first] as number, key[second] as number];
    const [cosine, sine] = [Math.cos(position * frequency), Math.sin(position * frequency)];
    key[first] = (a * cosine + b * sine) / rotary.attentionFactor;
    key[second] = (b * cosine - a * sine) / rotary.attentionFactor;
  });
  return key;
}

/**
 * The score of the query and a key if they stood 0, 1, 2 … positions apart. Each pair of dimensions adds
 * a·cos(δ·frequency) + b·sin(δ·frequency) to q·k; a window is left out.
 */
export function scoreByDistance(of: QueryAndKeys, key: number, count: number): Float64Array {
  const { unrotated: query, rotary, step } = of;
  const turned = unrotatedKey(of, key);
  let product = dotOfPart(query, 0, turned, 0, query.length);
  const pairs: { readonly a: number; readonly b: number; readonly frequency: number }[] = [];
  const factor = (rotary?.attentionFactor ?? 1) ** 2;
  if (rotary)
    eachPair(rotary, (first, second, frequency) => {
      const [q1, q2] = [query[first] as number, query[second] as number];
      const [k1, k2] = [turned[first] as number, turned[second] as number];
      product -= q1 * k1 + q2 * k2;
      pairs.push({ a: factor * (q1 * k1 + q2 * k2), b: factor * (q1 * k2 - q2 * k1), frequency });
    });
  return new Float64Array(count).map((_, apart) =>
    cappedScore(
      step,
      pairs.reduce(
        (sum, { a, b, frequency }) => sum + a * Math.cos(apart * frequency) + b * Math.sin(apart * frequency),
        product,
      ),
    ),
  );
}

function eachPair(
  { frequencies, interleaved }: RotaryPositions,
  visit: (first: number, second: number, frequency: number) => void,
): void {
  frequencies.forEach((frequency, pair) => {
    const first = interleaved ? 2 * pair : pair;
    visit(first, interleaved ? first + 1 : first + frequencies.length, frequency);
  });
}
