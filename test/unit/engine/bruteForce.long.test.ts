import { beforeAll, describe, expect, it } from 'vitest';
import { evenlySpaced } from '../../../src/engine/lab/samples';
import { localEngine, type LocalEngine } from '../../../src/engine/localEngine';
import type { RoundTripResult } from '../../../src/shared/lab';
import { byMetric, metrics, type ByMetric, type Metric } from '../../../src/shared/metrics';
import { defaultEngine, modelPath, inFileOnly } from '../support/engine';
import { plainRows } from '../support/plainRows';
import { sampled } from '../support/sample';

// Every row of the vocabulary compared in float64 by the formulas, without candidates, chunks or float32.

const { matrix, mean, gain, vocabulary, dimensions } = plainRows();

async function storedEngine(): Promise<LocalEngine> {
  const engine = localEngine(inFileOnly);
  await engine.load({ path: modelPath });
  return engine;
}

const rowOf = (id: number) => Float64Array.from(matrix.subarray(id * dimensions, (id + 1) * dimensions));
const less = (a: Float64Array, b: Float64Array) => a.map((x, i) => x - (b[i] as number));

/** Scores of all rows that are larger when nearer. */
function scores(query: Float64Array, origin: Float64Array | null): ByMetric<Float64Array> {
  const euclidean = new Float64Array(vocabulary);
  const dot = new Float64Array(vocabulary);
  const cosine = new Float64Array(vocabulary);
  const size = Math.sqrt(query.reduce((sum, x) => sum + x * x, 0));
  for (let id = 0; id < vocabulary; id++) {
    let product = 0;
    let square = 0;
    let apart = 0;
    for (let i = 0; i < dimensions; i++) {
      const w = (matrix[id * dimensions + i] as number) - (origin ? (origin[i] as number) : 0);
      const q = query[i] as number;
      product += q * w;
      square += w * w;
      apart += (q - w) * (q - w);
    }
    euclidean[id] = -apart;
    dot[id] = product;
    cosine[id] = product / (size * Math.sqrt(square));
  }
  return { euclidean, dot, cosine };
}

const rank = (all: Float64Array, id: number) =>
  1 +
  all.reduce(
    (before, score, other) => before + (score > (all[id] as number) || (score === all[id] && other < id) ? 1 : 0),
    0,
  );
const ranks = (all: ByMetric<Float64Array>, id: number): ByMetric<number> =>
  byMetric((metric) => rank(all[metric], id));
const best = (all: Float64Array, count: number) =>
  Array.from(all.keys())
    .sort((a, b) => (all[b] as number) - (all[a] as number) || a - b)
    .slice(0, count);

/** The ranks of a token in its own lists. Found once: both ways of searching are compared with them. */
const ranked = new Map<
  number,
  { readonly raw: ByMetric<number>; readonly centred: ByMetric<number>; readonly normed: ByMetric<number> }
>();
function ownRanks(id: number) {
  const own = rowOf(id);
  const rms = Math.sqrt(own.reduce((sum, x) => sum + x * x, 0) / dimensions + 1e-5);
  const normed = own.map((x, i) => (x / rms) * (gain[i] as number));
  const found = ranked.get(id) ?? {
    raw: ranks(scores(own, null), id),
    centred: ranks(scores(less(own, mean), mean), id),
    normed: ranks(scores(normed, null), id),
  };
  ranked.set(id, found);
  return found;
}

describe.each([
  ['float32', defaultEngine],
  ['stored rows', storedEngine],
])('searched as %s', (_, load) => {
  let engine: LocalEngine;
  beforeAll(async () => {
    engine = await load();
  });

  describe('ranks in the whole vocabulary', () => {
    it('of " Paris" in its own lists are 24, 5 and 15 by dot product', async () => {
      const { ownRank } = await engine.token(7042);
      expect(ownRank).toMatchObject({
        raw: { euclidean: 1, cosine: 1, dot: 24 },
        centred: { euclidean: 1, cosine: 1, dot: 5 },
        normed: { dot: 15 },
      });
    });

    it.each(sampled([216, 7042], [0, 216, 504, 2322, 3427, 7042, 12_345, 31_000, 40_061, 49_151]))(
      'of token %d in its own lists are those of all rows compared',
      async (id) => {
        const { ownRank } = await engine.token(id);
        const expected = ownRanks(id);
        expect(ownRank.raw).toEqual(expected.raw);
        expect(ownRank.centred).toEqual(expected.centred);
        expect(ownRank.normed).toEqual(expected.normed);
      },
    );

    it.each([false, true])(
      'of neighbours in the other lists are those of all rows compared (centred: %s)',
      async (centred) => {
        const { lists } = await engine.neighbours({ id: 7042, count: 10, centred });
        const all = centred ? scores(less(rowOf(7042), mean), mean) : scores(rowOf(7042), null);
        for (const metric of metrics)
          for (const { token, ranks: found } of lists[metric]) expect(found).toEqual(ranks(all, token.id));
      },
    );
  });

  describe('h of another length', () => {
    it('has the nearest tokens of all rows compared, and shares with the other lists what they share', async () => {
      const text = 'The capital of France is';
      const hidden = (await engine.hidden({ text })).slice(4 * dimensions);
      const { lengths } = await engine.prediction({ text, position: 4, count: 10 });
      const own = scores(Float64Array.from(hidden), null);
      const lists: Pick<Record<Metric, Set<number>>, 'dot' | 'cosine'> = {
        dot: new Set(best(own.dot, 10)),
        cosine: new Set(best(own.cosine, 10)),
      };
      const ends = [0, lengths.actual, lengths.lengths.length - 1];
      for (const step of sampled(ends, [...ends, 20, 55])) {
        const scale = (lengths.lengths[step] as number) / (lengths.lengths[lengths.actual] as number);
        const nearest = best(
          scores(
            Float64Array.from(hidden, (x) => x * scale),
            null,
          ).euclidean,
          10,
        );
        expect(lengths.nearest[step]?.map((index) => lengths.tokens[index]?.id)).toEqual(nearest);
        expect(lengths.sharedWithDot[step]).toBe(nearest.filter((id) => lists.dot.has(id)).length);
        expect(lengths.sharedWithCosine[step]).toBe(nearest.filter((id) => lists.cosine.has(id)).length);
      }
    });
  });
});

/** Tokens whose misses are found here by plain loops. */
const small = sampled(2, 12);
/** Tokens whose misses are written down below: the counts that plain loops over all rows give. */
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

describe('the round trip of tokens spread over the vocabulary', () => {
  const roundTrip = async (sample: number): Promise<RoundTripResult> => {
    const { result } = await (await defaultEngine()).lab({ name: 'round-trip', options: { sample } });
    return result as RoundTripResult;
  };

  it(`of ${small} misses those that are not first in their own lists`, async () => {
    const all = evenlySpaced(vocabulary, small).map(ownRanks);
    const missed = (way: 'raw' | 'centred' | 'normed') =>
      byMetric((metric) => all.filter((ranks) => ranks[way][metric] > 1).length);
    const { tried, misses } = await roundTrip(small);
    expect(tried).toBe(small);
    expect(misses).toEqual({ raw: missed('raw'), centred: missed('centred'), normed: missed('normed') });
  });

  it(`of ${large} misses as many as such loops counted once`, async () => {
    const { tried, misses } = await roundTrip(large);
    expect(tried).toBe(large);
    expect(misses).toEqual(known);
  });
});
