import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { OneModel } from '../../../src/cli/mcp';
import { EngineError } from '../../../src/shared/errors';
import { FakeEngine } from '../support/fakeEngine';

const never = { aborted: false, addEventListener: () => {}, removeEventListener: () => {} };

function setUp(idleMinutes: number) {
  const events: string[] = [];
  const failing = { error: null as Error | null, close: null as Error | null };
  const held = new OneModel(async () => {
    if (failing.error) throw failing.error;
    events.push('load');
    const close = async () => {
      events.push('close');
      if (failing.close) throw failing.close;
    };
    const engine = new FakeEngine().with({ close });
    const model = await engine.load({ path: '/model.gguf' });
    return { engine, model };
  }, idleMinutes);
  return { held, events, failing };
}

describe('the model of an MCP server', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('is loaded by the first call, once for all, and released when nobody calls', async () => {
    const { held, events } = setUp(10);
    expect(events).toEqual([]);
    await Promise.all([held.use(async () => 1, never), held.use(async () => 2, never)]);
    await vi.advanceTimersByTimeAsync(9 * 60_000);
    expect(await held.use(async () => 3, never)).toBe(3);
    expect(events).toEqual(['load']);
    await vi.advanceTimersByTimeAsync(10 * 60_000);
    expect(events).toEqual(['load', 'close']);
    await held.use(async () => 4, never);
    expect(events).toEqual(['load', 'close', 'load']);
  });

  it('is loaded anew after a release that failed', async () => {
    const { held, events, failing } = setUp(10);
    await held.use(async () => 1, never);
    failing.close = new Error('It cannot be released.');
    await vi.advanceTimersByTimeAsync(10 * 60_000);
    expect(await held.use(async () => 2, never)).toBe(2);
    expect(events).toEqual(['load', 'close', 'load']);
  });

  it('is kept if the idle time is 0', async () => {
    const { held, events } = setUp(0);
    await held.use(async () => 1, never);
    await vi.advanceTimersByTimeAsync(24 * 3_600_000);
    expect(events).toEqual(['load']);
  });

  it('is tried again after a failed load', async () => {
    const { held, events, failing } = setUp(10);
    failing.error = new EngineError('model-missing', 'There is no such file.');
    await expect(held.use(async () => 1, never)).rejects.toThrow('There is no such file.');
    failing.error = null;
    expect(await held.use(async () => 2, never)).toBe(2);
    expect(events).toEqual(['load']);
  });

  it('answers one call at a time, and a cancelled one at once', async () => {
    const { held } = setUp(10);
    const order: string[] = [];
    let finish = () => {};
    const first = held.use(async () => {
      order.push('first begins');
      await new Promise<void>((resolve) => (finish = resolve));
      order.push('first ends');
    }, never);
    const controller = new AbortController();
    const second = held.use(async () => void order.push('second'), controller.signal);
    const third = held.use(async () => void order.push('third'), never);
    controller.abort();
    await expect(second).rejects.toMatchObject({ code: 'cancelled' });
    await vi.waitFor(() => expect(order).toEqual(['first begins']));
    finish();
    await Promise.all([first, third]);
    expect(order).toEqual(['first begins', 'first ends', 'third']);
  });
});
