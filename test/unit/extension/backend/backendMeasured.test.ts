import { describe, expect, it, vi } from 'vitest';
import { RememberedSpeeds } from '../../../../src/extension/backend/rememberedSpeeds';
import { answered, load, Memento, onGpu, setUp, tooSlow } from '../../support/layersBackend';

describe('a measurement', () => {
  it.each([
    [onGpu, 'faster'],
    [tooSlow, 'slower'],
  ] as const)('is remembered for the next window', async (result, known) => {
    const first = setUp();
    await answered(first, result);
    expect(first.backend.isMeasured).toBe(true);
    expect([...first.store.values.values()]).toEqual([
      [{ version: '1.0.0', model: load.path, threads: expect.any(Number), adapter: 'nvidia hopper', speed: known }],
    ]);
    const second = setUp(first.store);
    await answered(second, { ...result, times: null });
    expect(second.requests()).toEqual([{ choice: 'auto', known }]);
    expect(second.backend.isMeasured).toBe(true);
    const again = second.shown();
    await second.backend.measureAgain();
    await again;
    expect(second.requests().at(-1)).toEqual({ choice: 'auto' });
    expect(second.backend.isMeasured).toBe(false);
  });

  it('counts for nothing in another version, on other threads, for another model or beside a choice', async () => {
    const first = setUp();
    await answered(first, tooSlow);
    const updated = setUp(first.store, '1.0.1');
    await answered(updated, tooSlow);
    const threads = setUp(first.store);
    threads.fake.model = { threads: 7 };
    await answered(threads, tooSlow);
    const chosen = setUp(first.store);
    chosen.given.choice = 'webgpu';
    await answered(chosen, onGpu);
    expect([updated, threads, chosen].map(({ requests }) => requests()[0]?.known)).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });

  it('on another GPU is made anew', async () => {
    const first = setUp();
    await answered(first, onGpu);
    const other = { ...onGpu, adapter: 'apple m9', times: null };
    const second = setUp(first.store);
    await answered(second, other);
    expect(second.requests()).toEqual([{ choice: 'auto', known: 'faster' }, { choice: 'auto' }]);
    expect(second.backend.isMeasured).toBe(false);
  });

  it.each([
    ['hopper', 1],
    ['another GPU than before', 2],
  ] as const)('on %s that cannot be remembered is shown, and the log says so', async (gpu, asked) => {
    const store = new Memento();
    if (asked === 2) await answered(setUp(store), onGpu);
    store.update = async () => Promise.reject(new Error('The storage is full.'));
    const window = setUp(store);
    const { views, requests, lines } = window;
    await answered(window, { ...onGpu, adapter: gpu });
    expect(views.at(-1)).toEqual({ ...onGpu, adapter: gpu, choice: 'auto' });
    expect(requests()).toHaveLength(asked);
    await vi.waitFor(() => expect(lines.join('\n')).toContain('could not be remembered: The storage is full.'));
  });

  it('that disagreed is none', async () => {
    const first = setUp();
    await answered(first, { ...tooSlow, reason: { kind: 'disagrees' } });
    expect(first.store.values.size).toBe(0);
  });

  it.each([undefined, null, 'x', [{ version: '1.0.0', model: 1 }], { measured: [] }])(
    'is none where the store holds something else: %j',
    (value) => {
      const store = new Memento();
      store.values.set('backend@here', value);
      expect(new RememberedSpeeds(store, 'here', '1.0.0').of({ model: 'a', threads: 1 })).toBeNull();
    },
  );
});
