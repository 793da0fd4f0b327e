import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { AnswerCache, Deadline } from '../../../../src/extension/hover/answerCache';
import { idsNear, Prefetch } from '../../../../src/extension/hover/tokensAt';
import type { Neighbours } from '../../../../src/shared/engine';
import { EngineError } from '../../../../src/shared/errors';
import { FakeEngine } from '../../support/fakeEngine';

/** Longer than nothing may happen before something is fetched, milliseconds. */
const aWhile = 1000;

let fake: FakeEngine;
let asked: AnswerCache<number, Neighbours>;
let prefetch: Prefetch;
let wanted: number[];
let isBusy: boolean;
let ended: number;
beforeEach(() => {
  vi.useFakeTimers();
  fake = new FakeEngine();
  asked = new AnswerCache(10, String, (id) => fake.engine.neighbours({ id, count: 6, centred: false }));
  [wanted, isBusy, ended] = [[1, 2, 3], false, 0];
  prefetch = new Prefetch(
    async () => {
      const next = wanted.find((id) => !asked.has(id));
      if (next === undefined) return 'none';
      if (isBusy) return 'busy';
      return (await asked.fetch(next)) ? 'one' : 'none';
    },
    () => ended++,
  );
});
afterEach(() => {
  prefetch.dispose();
  expect(vi.getTimerCount(), 'no timer is left').toBe(0);
  vi.useRealTimers();
});

const fetched = () => fake.calls.map(({ request }) => (request as { id: number }).id);
const pass = (milliseconds = aWhile) => vi.advanceTimersByTimeAsync(milliseconds);

/** One who hovers: nothing is fetched beside. */
async function hover(id: number): Promise<Neighbours | null> {
  const deadline = new Deadline(35, { onCancellationRequested: () => ({ dispose: () => undefined }) });
  prefetch.stop();
  try {
    return await asked.inTime(id, deadline);
  } finally {
    deadline.dispose();
    prefetch.later();
  }
}

describe('what is fetched before it is asked for', () => {
  it('is fetched one after the other, each once', async () => {
    const open = fake.close('neighbours');
    prefetch.later();
    await pass();
    expect(fetched()).toEqual([1]);
    open();
    await pass();
    expect([fetched(), ended]).toEqual([[1, 2, 3], 1]);
    prefetch.later();
    await pass();
    expect(fetched()).toEqual([1, 2, 3]);
  });

  it('is not begun while things happen', async () => {
    for (let event = 0; event < 50; event++) {
      prefetch.later();
      await pass(30);
    }
    expect(fetched()).toEqual([]);
    await pass();
    expect(fetched()).toEqual([1, 2, 3]);
  });

  it('waits while something else is asked of the engine', async () => {
    isBusy = true;
    prefetch.later();
    await pass();
    expect([fetched(), ended]).toEqual([[], 0]);
    isBusy = false;
    await pass();
    expect(fetched()).toEqual([1, 2, 3]);
  });

  it('lets a hover wait for the one that is under way alone', async () => {
    const open = fake.close('neighbours');
    prefetch.later();
    await pass();
    const answer = hover(9);
    open();
    expect((await answer)?.query.id).toBe(9);
    expect(fetched()).toEqual([1, 9]);
    await pass();
    expect(fetched()).toEqual([1, 9, 2, 3]);
  });

  it('is what a hover waits for where both want the same', async () => {
    const open = fake.close('neighbours');
    prefetch.later();
    await pass();
    const answer = hover(1);
    open();
    expect((await answer)?.query.id).toBe(1);
    expect(fetched()).toEqual([1]);
  });

  it('follows who looks elsewhere: the newest wins', async () => {
    const open = fake.close('neighbours');
    prefetch.later();
    await pass();
    wanted = [7, 8];
    prefetch.later();
    open();
    await pass();
    expect(fetched()).toEqual([1, 7, 8]);
  });

  it('ends where the engine fails, until something happens', async () => {
    fake.failures.set('neighbours', new EngineError('worker-lost', 'Lost.'));
    prefetch.later();
    await pass();
    expect(fetched()).toEqual([1]);
    fake.failures.clear();
    prefetch.later();
    await pass();
    expect(fetched()).toEqual([1, 1, 2, 3]);
  });

  it('ends for good with who wants it', async () => {
    const open = fake.close('neighbours');
    prefetch.later();
    await pass();
    prefetch.dispose();
    open();
    await pass();
    expect([fetched(), ended]).toEqual([[1], 0]);
  });
});

describe('the tokens around a place', () => {
  /** Three units each, the first before the text. */
  const tokens = [10, 11, 12, 13, 14, 12].map((id, index) => ({ id, start: 3 * (index - 1) }));

  it('are the nearest first, and each once', () => {
    expect(idsNear(tokens, 3)).toEqual([12, 13, 11, 14, 10]);
    expect(idsNear(tokens, 5)).toEqual([12, 13, 11, 14, 10]);
    for (const offset of [-9, -3, -1]) expect(idsNear(tokens, offset)).toEqual([10, 11, 12, 13, 14]);
    for (const offset of [12, 15, 99]) expect(idsNear(tokens, offset)).toEqual([12, 14, 13, 11, 10]);
  });

  it('are not more than are wanted, and none of none', () => {
    expect(idsNear(tokens, 6, 2)).toEqual([13, 14]);
    expect(
      idsNear(
        Array.from({ length: 2000 }, (_, id) => ({ id, start: id })),
        1000,
      ),
    ).toHaveLength(64);
    expect(idsNear([], 0)).toEqual([]);
  });
});
