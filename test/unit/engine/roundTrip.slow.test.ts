import { describe, expect, it } from 'vitest';
import { evenlySpaced } from '../../../src/engine/lab/samples';
import type { RoundTripResult } from '../../../src/shared/lab';
import { defaultEngine } from '../support/engine';
import { plainRows } from '../support/plainRows';
import { sampled } from '../support/sample';

/** Tokens whose misses are found here by plain loops. */
const small = sampled(2, 12);
/** Tokens whose misses are written down below: the counts that the same plain loops give. */
const large = sampled(256, 1024);
const known = sampled<RoundTripResult['misses']>(
  {
    raw: { euclidean: 0, cosine: 0, dot: 222 },
    centred: { euclidean: 0, cosine: 0, dot: 25 },
    normed: { euclidean: 174, cosine: 0, dot: 213 },
  },
  {
    raw: { euclidean: 1, cosine: 1, dot: 914 },
    centred: { euclidean: 1, cosine: 1, dot: 111 },
    normed: { euclidean: 679, cosine: 1, dot: 870 },
  },
);

const { matrix, gain, vocabulary, dimensions, mean } = plainRows();

const row = (id: number) => Float64Array.from(matrix.subarray(id * dimensions, (id + 1) * dimensions));

/**
 * Whether each metric puts another row before the row `id`, every row compared in float64 with the query; ties go to
 * the lower id.
 */
function missed(query: Float64Array, id: number, origin: Float64Array) {
  const all = matrix;
  const width = dimensions;
  const score = (other: number, into: Float64Array) => {
    let product = 0;
    let square = 0;
    let apart = 0;
    for (let i = 0, at = other * width; i < width; i++, at++) {
      const w = (all[at] as number) - (origin[i] as number);
      const q = query[i] as number;
      product += q * w;
      square += w * w;
      apart += (q - w) * (q - w);
    }
    into[0] = -apart;
    into[1] = product;
    into[2] = product / Math.sqrt(square);
  };
  const own = new Float64Array(3);
  const its = new Float64Array(3);
  score(id, own);
  const found = [false, false, false];
  for (let other = 0; other < vocabulary; other++) {
    if (other === id) continue;
    score(other, its);
    for (let metric = 0; metric < 3; metric++)
      found[metric] ||=
        (its[metric] as number) > (own[metric] as number) || (its[metric] === own[metric] && other < id);
  }
  return { euclidean: found[0], dot: found[1], cosine: found[2] };
}

/** The misses of some tokens, by plain loops. */
function misses(ids: readonly number[]): RoundTripResult['misses'] {
  const none = () => ({ euclidean: 0, dot: 0, cosine: 0 });
  const counts = { raw: none(), centred: none(), normed: none() };
  const zero = new Float64Array(dimensions);
  for (const id of ids) {
    const own = row(id);
    const root = Math.sqrt(own.reduce((sum, x) => sum + x * x, 0) / dimensions + 1e-5);
    const ways = {
      raw: missed(own, id, zero),
      centred: missed(
        own.map((x, i) => x - (mean[i] as number)),
        id,
        mean,
      ),
      normed: missed(
        own.map((x, i) => (x / root) * (gain[i] as number)),
        id,
        zero,
      ),
    };
    for (const way of ['raw', 'centred', 'normed'] as const)
      for (const metric of ['euclidean', 'dot', 'cosine'] as const) if (ways[way][metric]) counts[way][metric]++;
  }
  return counts;
}

async function roundTrip(sample: number): Promise<RoundTripResult> {
  const { result } = await (await defaultEngine()).lab({ name: 'round-trip', options: { sample } });
  return result as RoundTripResult;
}

describe('the round trip of tokens spread over the vocabulary', () => {
  it(`of ${small} misses those that plain loops over all rows miss`, async () => {
    const found = await roundTrip(small);
    expect([found.tried, found.triedNormed]).toEqual([small, undefined]);
    expect(found.misses).toEqual(misses(evenlySpaced(vocabulary, small)));
  });

  it(`of ${large} misses as many as such loops counted once`, async () => {
    const found = await roundTrip(large);
    expect([found.tried, found.triedNormed]).toEqual([large, undefined]);
    expect(found.misses).toEqual(known);
  });
});
