import { rmSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { UnfinishedRuns } from '../../../src/engine/lab/unfinished';
import { localEngine } from '../../../src/engine/localEngine';
import { isCancelled } from '../../../src/shared/errors';
import { intervalOf } from '../../../src/shared/interval';
import type { LabRequest, LabResult } from '../../../src/shared/lab';
import { letters, writeTinyModel } from '../support/tinyModel';

/** More tokens than an experiment tries in a few steps. */
const tiny = writeTinyModel({
  tokens: [...letters.slice(0, -1), ...Array.from({ length: 1500 }, (_, i) => `x${i}`), '<s>'],
});
const engine = localEngine();
beforeAll(() => engine.load({ path: tiny.path, threads: 1 }));
afterAll(async () => {
  await engine.close();
  rmSync(tiny.folder, { recursive: true });
});

/** Requests of a few steps each. */
const requests: readonly LabRequest[] = [
  { name: 'rulers', options: { id: 7, k: 5, sample: 150 } },
  { name: 'one-length', options: { id: 7, k: 5, sample: 150 } },
  { name: 'round-trip', options: { sample: 600 } },
  { name: 'target-size', options: { directions: 600, seed: 3 } },
  { name: 'between', options: { text: 'The capital of France is', from: 7, to: 50, steps: 4 } },
];

interface Told {
  readonly fractions: readonly number[];
  readonly result: LabResult | null;
}

/** Runs until its end, or stops it at this many reports. */
async function runUntil(request: LabRequest, reports = Infinity): Promise<Told> {
  const control = new AbortController();
  const fractions: number[] = [];
  const result = await engine
    .lab(request, {
      signal: control.signal,
      onProgress: ({ fraction }) => {
        fractions.push(fraction);
        if (fractions.length === reports) control.abort();
      },
    })
    .catch((error: unknown) => {
      if (!isCancelled(error)) throw error;
      return null;
    });
  return { fractions, result };
}

describe('a stopped experiment', () => {
  for (const request of requests) {
    it(`goes on where it was, and finds exactly what a whole run finds: ${request.name}`, async () => {
      const whole = await runUntil(request);
      const stopped = await runUntil(request, 1);
      expect(stopped).toEqual({ fractions: whole.fractions.slice(0, 1), result: null });
      const rest = await runUntil({ ...request, goOn: true });
      expect(rest).toEqual({ fractions: whole.fractions.slice(1), result: whole.result });
    });
  }

  it('starts anew if the run that it goes on with has ended, or had other options', async () => {
    const request: LabRequest = { name: 'target-size', options: { directions: 600, seed: 3 } };
    await runUntil(request);
    const whole = await runUntil({ ...request, goOn: true });
    expect(whole.fractions[0]).toBeCloseTo(256 / 600, 10);
    await runUntil(request, 1);
    await runUntil({ name: 'target-size', options: { directions: 600, seed: 4 } }, 1);
    expect(await runUntil({ ...request, goOn: true })).toEqual(whole);
  });

  it('loses no direction if it is stopped in the middle of a search', async () => {
    const request: LabRequest = { name: 'target-size', options: { directions: 600, seed: 3 } };
    const whole = await runUntil(request);
    const control = new AbortController();
    const running = engine.lab(request, { signal: control.signal });
    // The first search has begun once the engine lets messages in.
    await new Promise((resolve) => setImmediate(resolve));
    control.abort();
    await expect(running).rejects.toSatisfy(isCancelled);
    expect((await runUntil({ ...request, goOn: true })).result).toEqual(whole.result);
  });
});

describe('the unfinished runs', () => {
  it('are one for each experiment, and free those before', () => {
    const runs = new UnfinishedRuns();
    const extremes = { name: 'extremes', options: {} } as const;
    const first = runs.stateOf({ name: 'tied', options: {} }, () => ({ at: 1 }));
    runs.stateOf(extremes, () => ({ at: 2 }));
    expect(runs.stateOf({ name: 'tied', options: {}, goOn: true }, () => ({ at: 3 }))).toBe(first);
    expect(runs.stateOf({ name: 'tied', options: {} }, () => ({ at: 4 }))).toEqual({ at: 4 });
    runs.finished('tied');
    expect(runs.stateOf({ name: 'tied', options: {}, goOn: true }, () => ({ at: 5 }))).toEqual({ at: 5 });
    expect(runs.stateOf({ ...extremes, goOn: true }, () => ({ at: 6 }))).toEqual({ at: 2 });
  });
});

describe('the interval of an estimate', () => {
  it('is Wilson’s for a small part of many trials', () => {
    // 90 of 100: 0.8256 … 0.9448 by Wilson's formula.
    const { low, high } = intervalOf(0.9, 100, 1e9);
    expect([low, high]).toEqual([expect.closeTo(0.8256, 4), expect.closeTo(0.9448, 4)]);
  });

  it('stays within 0 and 1, and is open where all trials so far agree', () => {
    const { low, high } = intervalOf(1, 64, 1000);
    expect(high).toBe(1);
    expect(low).toBeGreaterThan(0.9);
    expect(low).toBeLessThan(1);
  });

  it('narrows to the result as the run comes to its end', () => {
    const width = (tried: number) => {
      const { low, high } = intervalOf(0.3, tried, 1000);
      return high - low;
    };
    expect([width(100) > width(500), width(500) > width(999), width(1000)]).toEqual([true, true, 0]);
    expect(intervalOf(0.3, 1000, 1000)).toEqual({ tried: 1000, of: 1000, low: 0.3, high: 0.3 });
  });

  it('holds what the whole run finds, from the first estimate on', async () => {
    const intervals: { readonly low: number; readonly high: number }[] = [];
    const { result } = await engine.lab(
      { name: 'round-trip', options: { sample: 1024 } },
      {
        onProgress: ({ estimate }) => {
          if (estimate?.name === 'round-trip' && estimate.result.interval) intervals.push(estimate.result.interval);
        },
      },
    );
    const { misses, tried } = result as Extract<LabResult, { readonly name: 'round-trip' }>['result'];
    const share = misses.raw.dot / tried;
    expect(intervals.length).toBeGreaterThan(3);
    expect(intervals.filter(({ low, high }) => share < low || share > high)).toEqual([]);
    expect(result).not.toHaveProperty('interval');
  });
});
