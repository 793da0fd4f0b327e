import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Pulse } from '../../src/shared/pulse';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it('a late answer to one check does not end the next, beside which no third begins', async () => {
  const answers: (() => void)[] = [];
  const pulse = new Pulse(() => new Promise<void>((resolve) => answers.push(resolve)), 1);
  void pulse.check(() => {});
  await vi.advanceTimersByTimeAsync(1000);
  void pulse.check(() => {});
  answers[0]?.();
  await vi.advanceTimersByTimeAsync(0);
  void pulse.check(() => {});
  expect(answers).toHaveLength(2);
});
