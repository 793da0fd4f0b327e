import { rmSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { TeamControl } from '../../../src/engine/kernels/control';
import { localEngine } from '../../../src/engine/localEngine';
import { numbersOf } from '../support/numbersOf';
import { sampled } from '../support/sample';
import { letters, writeTinyModel } from '../support/tinyModel';

// A call that is cancelled at each of its steps in turn. On one thread a step is a piece of work that is taken.

const tiny = writeTinyModel({
  tokens: [...letters.slice(0, -1), ...Array.from({ length: 700 }, (_, i) => `x${i}`), '<s>'],
});
const engine = localEngine();
/** More positions than run in one work. */
const text = 'The capital of France is the capital of it all';
let expected: ReturnType<typeof numbersOf>;

beforeAll(async () => {
  await engine.load({ path: tiny.path, threads: 1 });
  await engine.loadOther({ path: tiny.path });
  expected = numbersOf(await engine.run({ text }));
});
afterEach(() => vi.restoreAllMocks());
afterAll(async () => {
  await engine.close();
  rmSync(tiny.folder, { recursive: true });
});

/** Nothing of the text is kept after this. */
const forget = () => engine.run({ text: 'ran' });

/** Calls `step` before each piece is taken; it is told how many were asked for before, and how many were had. */
function watch(step: (asked: number) => void): { asked: number; had: number } {
  const count = { asked: 0, had: 0 };
  const take = Object.getOwnPropertyDescriptor(TeamControl.prototype, 'take')?.value as () => number;
  vi.spyOn(TeamControl.prototype, 'take').mockImplementation(function (this: TeamControl) {
    step(count.asked++);
    const piece = take.call(this);
    if (piece < Infinity) count.had++;
    return piece;
  });
  return count;
}

const steering = { expression: '#5', how: 'add', strength: 1, layer: null, positions: 'last' } as const;
const patched = {
  ...{ text, other: { text: 'Another text to be run' }, position: 3, otherPosition: 5 },
  tokens: [1, 2] as const,
};

/** A call, and every how many of its steps are tried: fewer of the longer ones. */
const calls: readonly (readonly [string, number, (signal: AbortSignal) => Promise<unknown>])[] = [
  ['run', sampled(15, 1), (signal) => engine.run({ text }, { signal })],
  ['lens', sampled(61, 4), (signal) => engine.lens({ text, first: 0, count: 3, top: 3 }, { signal })],
  [
    'lens after attention',
    sampled(121, 4),
    (signal) => engine.lens({ text, after: 'attention', first: 1, count: 2, top: 3 }, { signal }),
  ],
  ['divergence', sampled(121, 4), (signal) => engine.divergence({ text, first: 0, count: 3 }, { signal })],
  ['leaders', sampled(121, 4), (signal) => engine.leaders({ text, position: 5, between: true }, { signal })],
  ['two models', sampled(31, 4), (signal) => engine.textInBoth({ text, count: 3 }, { signal })],
  [
    'a curve of strengths',
    sampled(121, 4),
    (signal) => engine.steerCurve({ text, position: 5, steering, strengths: [1, 2], count: 3 }, { signal }),
  ],
  ['two texts', sampled(61, 4), (signal) => engine.twoTexts({ text, other: { text: 'Other' } }, { signal })],
  ...(['residual', 'head'] as const).map(
    (part) =>
      [
        `patches of a ${part}`,
        sampled(121, 4),
        (signal: AbortSignal) => engine.patch({ ...patched, part, layer: 1, first: 1, count: 1 }, { signal }),
      ] as const,
  ),
  ['neighbours around the mean', 1, (signal) => engine.neighbours({ id: 5, count: 9, centred: true }, { signal })],
];

describe.each(calls)('%s', (_, every, call) => {
  it('is refused wherever it is cancelled, works no further, and leaves the next run right to the bit', async () => {
    // What is found once and kept is there then.
    await call(new AbortController().signal);
    await forget();
    const whole = watch(() => undefined);
    await call(new AbortController().signal);
    vi.restoreAllMocks();
    expect(whole.asked).toBeGreaterThan(2);

    for (let step = 0; step < whole.asked; step += every) {
      await forget();
      const abort = new AbortController();
      let hadBefore = 0;
      const count = watch((asked) => {
        if (asked !== step) return;
        hadBefore = count.had;
        abort.abort();
      });
      await expect(call(abort.signal), `step ${step}`).rejects.toMatchObject({ code: 'cancelled' });
      expect(count.had, `pieces after step ${step}`).toBe(hadBefore);
      // Every stage of the work that is under way asks once more, and no other work begins.
      expect(count.asked - step).toBeLessThanOrEqual(Math.max(4, whole.asked / 2));
      vi.restoreAllMocks();
      if (step % (5 * every) === 0) expect(numbersOf(await engine.run({ text }))).toEqual(expected);
    }
    expect(numbersOf(await engine.run({ text }))).toEqual(expected);
  });
});
