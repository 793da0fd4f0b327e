import { beforeAll, describe, expect, it } from 'vitest';
import { type LocalEngine } from '../../../src/engine/localEngine';
import { defaultModel } from '../../../src/shared/defaultModel';
import type { Run, SizeSummary } from '../../../src/shared/engine';
import type { Inspection } from '../../../src/shared/inspection';
import { byMetric, metrics, type ByMetric, type Metric } from '../../../src/shared/metrics';
import { referenceMetrics, type ReferenceMetric } from '../../fixtures/referenceMetrics';
import { defaultEngine, modelPath } from '../support/engine';
import { reference } from '../support/reference';

const whole = { neighbours: 10, top: 20, layers: true, centred: false };

let engine: LocalEngine;
beforeAll(async () => {
  engine = await defaultEngine();
});

function closeRelative(value: number, expected: number, allowed: number, what: string): void {
  expect(
    Math.abs(value - expected) / Math.max(Math.abs(expected), 1e-12),
    `${what}: ${value}, expected ${expected}`,
  ).toBeLessThanOrEqual(allowed);
}

function closeAbsolute(value: number, expected: number, allowed: number, what: string): void {
  expect(Math.abs(value - expected), `${what}: ${value}, expected ${expected}`).toBeLessThanOrEqual(allowed);
}

type List = readonly { readonly id: number; readonly value: number }[];

function sameLists(found: ByMetric<List>, expected: Pick<ByMetric<List>, ReferenceMetric>, what: string): void {
  for (const metric of referenceMetrics) {
    expect(
      found[metric].map(({ id }) => id),
      `${what} by ${metric}`,
    ).toEqual(expected[metric].map(({ id }) => id));
    expected[metric].forEach(({ value }, i) => {
      const own = found[metric][i]?.value ?? NaN;
      if (value === 0) expect(own).toBe(0);
      else closeRelative(own, value, 1e-5, `${what} by ${metric}, place ${i + 1}`);
    });
  }
}

const values = (
  lists: ByMetric<readonly { readonly token: { readonly id: number }; readonly values: ByMetric<number> }[]>,
): ByMetric<List> => {
  const of = (metric: Metric) => lists[metric].map(({ token, values }) => ({ id: token.id, value: values[metric] }));
  return byMetric(of);
};

describe('the vocabulary', () => {
  it('has the sizes of the reference', async () => {
    const info = await engine.load({ path: modelPath, sha256: defaultModel.sha256 });
    const { norm } = reference.vocabulary;
    expect(info.vocabulary).toBe(reference.vocabulary.size);
    expect(info.dimensions).toBe(reference.vocabulary.dimensions);
    expect(info.tied).toBe(true);
    const sizes = info.sizes as SizeSummary;
    closeRelative(sizes.smallest.size, norm.min, 1e-5, 'smallest');
    closeRelative(sizes.largest.size, norm.max, 1e-5, 'largest');
    closeRelative(sizes.mean, norm.mean, 1e-5, 'mean');
    closeRelative(sizes.meanRow, reference.vocabulary['mean vector norm'], 1e-5, 'mean row');
    expect(sizes.smallest.id).toBe(reference.vocabulary.smallest[0]?.[0]);
    expect(sizes.largest.id).toBe(reference.vocabulary.largest[0]?.[0]);
    expect(sizes.histogram.counts.reduce((a, b) => a + b)).toBe(info.vocabulary);
  });

  it.each(reference.tokens.map((token) => [token.text, token] as const))(
    'knows %j: size, percentile, neighbours raw and centred',
    async (_, token) => {
      const raw = await engine.neighbours({ id: token.id, count: 10, centred: false });
      const centred = await engine.neighbours({ id: token.id, count: 10, centred: true });
      closeRelative(raw.query.size, token.norm, 1e-5, 'size');
      closeAbsolute(raw.query.percentile, token['norm percentile'], 1e-6, 'percentile');
      sameLists(values(raw.lists), token.neighbours, 'neighbours');
      sameLists(values(centred.lists), token['neighbours centred'], 'centred neighbours');
      for (const metric of metrics)
        expect(raw.lists[metric].map(({ ranks }) => ranks[metric])).toEqual(
          raw.lists[metric].map((_entry, i) => i + 1),
        );
    },
  );

  it('finds the same neighbours many at a time', async () => {
    const text = reference.tokens.map((token) => token.text).join('');
    for (const centred of [false, true]) {
      const inspection = await engine.inspect({ ...whole, text, top: 0, layers: false, centred });
      for (const token of inspection.tokens) {
        const one = await engine.neighbours({ id: token.id, count: 10, centred });
        sameLists((inspection.neighbours ?? [])[token.index] as ByMetric<List>, values(one.lists), `token ${token.id}`);
      }
    }
  });
});

describe.each(reference.runs.map((run) => [run.text, run] as const))('the run of %j', (text, expected) => {
  let inspection: Inspection;
  let run: Run;
  beforeAll(async () => {
    inspection = await engine.inspect({ ...whole, text });
    run = await engine.run({ text });
  });

  it('has the tokens of the reference', () => {
    expect(inspection.tokens.map(({ id }) => id)).toEqual(expected.ids);
    expect(run.length).toBe(expected.ids.length);
  });

  it('ends at h and the logits of the reference', async () => {
    const hidden = await engine.hidden({ text });
    const dimensions = hidden.length / run.length;
    const h = hidden.subarray(-dimensions);
    const wanted = expected['final hidden vector, last position'];
    const rms = (sum: number) => Math.sqrt(sum / dimensions);
    const error = rms(wanted.reduce((sum, value, i) => sum + (value - (h[i] ?? NaN)) ** 2, 0));
    expect(error / rms(wanted.reduce((sum, value) => sum + value * value, 0))).toBeLessThanOrEqual(1e-5);

    const last = inspection.predictions?.at(-1);
    const top = expected['top 20, last position'];
    expect(last?.top.map(({ id }) => id)).toEqual(top.map(({ id }) => id));
    top.forEach((entry, i) => {
      const own = last?.top[i];
      closeAbsolute(own?.logit ?? NaN, entry.logit, 2e-4, 'logit');
      closeAbsolute(own?.probability ?? NaN, entry.probability, 2e-4, 'probability');
      closeRelative(own?.size ?? NaN, entry.size, 1e-5, 'size');
      closeAbsolute(own?.cosine ?? NaN, entry.cosine, 1e-5, 'cosine');
      closeRelative(
        (last?.hiddenSize ?? NaN) * (own?.size ?? NaN) * (own?.cosine ?? NaN) + (own?.bias ?? NaN),
        own?.logit ?? NaN,
        1e-5,
        'factors',
      );
    });
    sameLists(
      last?.nearest as ByMetric<List>,
      expected['nearest output vectors to the final hidden vector, last position'],
      'nearest to h',
    );
  });

  it('measures every position as the reference does', () => {
    expected['top 3 [position]'].forEach((top, position) => {
      expect(run.likeliest[position]?.map(({ token }) => token.id)).toEqual(top.map(([id]) => id));
      top.forEach(([, , probability], i) =>
        closeAbsolute(run.likeliest[position]?.[i]?.probability ?? NaN, probability, 2e-4, 'probability'),
      );
    });
    expected['entropy bits [position]'].forEach((bits, position) =>
      closeAbsolute(run.entropy[position] ?? NaN, bits, 2e-4, 'entropy'),
    );
    expect(run.surprisal[0]).toBeNaN();
    expected['surprisal bits of the next token [position 1..]'].forEach((bits, i) =>
      closeAbsolute(run.surprisal[i + 1] ?? NaN, bits, 2e-4, 'surprisal'),
    );
    expected['final hidden norm [position]'].forEach((size, position) =>
      closeRelative(run.hiddenSize[position] ?? NaN, size, 1e-5, '‖h‖'),
    );
  });

  it('measures every layer as the reference does', () => {
    const { layers } = run;
    const grids = [
      [layers.residualSize, expected['residual norm [layer][position]'], closeRelative, 1e-4],
      [layers.attentionSize, expected['attention output norm [layer][position]'], closeRelative, 1e-4],
      [layers.feedForwardSize, expected['feed-forward output norm [layer][position]'], closeRelative, 1e-4],
      [
        layers.angleToInput,
        expected['angle residual to own input vector, degrees [layer][position]'],
        closeAbsolute,
        0.01,
      ],
      [
        layers.angleToPrediction,
        expected['angle norm(residual) to predicted output vector, degrees [layer][position]'],
        closeAbsolute,
        0.01,
      ],
    ] as const;
    for (const [found, grid, close, allowed] of grids) {
      expect(found.length).toBe(grid.length);
      grid.forEach((row, layer) =>
        row.forEach((value, position) =>
          close(found[layer]?.[position] ?? NaN, value, allowed, `layer ${layer}, position ${position}`),
        ),
      );
    }
  });

  it('takes the last prediction apart', async () => {
    const prediction = await engine.prediction({ text, position: run.length - 1, count: 20 });
    expect(prediction.top.map(({ token }) => token.id)).toEqual(expected['top 20, last position'].map(({ id }) => id));
    closeAbsolute(prediction.entropy, expected['entropy bits [position]'].at(-1) ?? NaN, 2e-4, 'entropy');
    sameLists(
      values(prediction.nearest),
      expected['nearest output vectors to the final hidden vector, last position'],
      'nearest to h',
    );
    for (const { values: own, logit, bias, angle, token } of prediction.top) {
      closeRelative(prediction.hiddenSize * token.size * own.cosine + bias, logit, 1e-5, 'factors');
      closeAbsolute(Math.cos((angle * Math.PI) / 180), own.cosine, 1e-9, 'angle');
    }
    const { lengths, actual, tokens, nearest, sharedWithDot } = prediction.lengths;
    closeRelative(lengths[actual] ?? NaN, prediction.hiddenSize, 1e-12, 'actual length');
    expect(nearest[actual]?.map((index) => tokens[index]?.id)).toEqual(
      prediction.nearest.euclidean.map(({ token }) => token.id),
    );
    const byDot = new Set(prediction.nearest.dot.map(({ token }) => token.id));
    expect(sharedWithDot[actual]).toBe(prediction.nearest.euclidean.filter(({ token }) => byDot.has(token.id)).length);
  });
});
