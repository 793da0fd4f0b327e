import { describe, expect, it, vi } from 'vitest';
import { LayersBackend } from '../../src/extension/backend/backend';
import { decidedLine } from '../../src/extension/backend/logLines';
import { RememberedSpeeds } from '../../src/extension/backend/remembered';
import type { BackendChoice, BackendRequest, BackendState, BackendView } from '../../src/shared/backend';
import type { Progress } from '../../src/shared/engine';
import { EngineError } from '../../src/shared/errors';
import { FakeEngine } from './support/fakeEngine';

const state = (change: Partial<BackendState>): BackendState => ({ backend: 'wasm', directions: 'wasm', reason: { kind: 'chosen' }, adapter: null, agreement: null, times: null, ...change });
const agreement = { cosine: 0.999999, layer: 3, deviation: 1e-6, sameTop: true };
const onGpu = state({ backend: 'webgpu', adapter: 'nvidia hopper', agreement, times: { wasm: 41, webgpu: 12 } });
const tooSlow = state({ reason: { kind: 'slower' }, adapter: 'nvidia hopper', agreement, times: { wasm: 12, webgpu: 41 } });

class Memento {
  readonly values = new Map<string, unknown>();
  get = (key: string) => this.values.get(key);
  update = async (key: string, value: unknown) => void this.values.set(key, value);
}

function setUp(store = new Memento(), version = '1.0.0') {
  const fake = new FakeEngine();
  const given = { choice: 'auto' as BackendChoice, pageIsThere: false };
  const views: (BackendView | null)[] = [];
  const lines: string[] = [];
  const waiting: (() => void)[] = [];
  const log = { info: (line: string) => void lines.push(line), error: (line: string) => void lines.push(line) };
  const backend = new LayersBackend(fake.engine, {
    choice: () => given.choice,
    pageIsThere: () => given.pageIsThere,
    changed: (view) => {
      views.push(view);
      if (view) for (const go of waiting.splice(0)) go();
    },
    remembered: new RememberedSpeeds(store, 'here', version),
    log,
  });
  /** Resolves when a state is shown next. */
  const shown = () => new Promise<void>((resolve) => void waiting.push(resolve));
  const requests = () => fake.calls.filter(({ method }) => method === 'useBackend').map(({ request }) => request as BackendRequest);
  return { fake, given, backend, views, lines, store, shown, requests };
}

const load = { path: '/models/a.gguf' };

describe('after a load', () => {
  it('asks by the setting, in the background, and shows the answer', async () => {
    const { fake, backend, views, requests, shown } = setUp();
    fake.backend = onGpu;
    const open = fake.close('useBackend');
    const answered = shown();
    await backend.engine.load(load);
    await backend.engine.run({ text: 'a' });
    expect([requests(), views]).toEqual([[{ choice: 'auto' }], [null]]);
    open();
    await answered;
    expect(views.at(-1)).toEqual({ ...onGpu, choice: 'auto' });
    await backend.engine.load(load);
    expect(requests()).toHaveLength(1);
  });

  it('lets runs wait where WebGPU was asked for, but not one that nobody waits for', async () => {
    const { fake, given, backend } = setUp();
    given.choice = 'webgpu';
    fake.backend = onGpu;
    const open = fake.close('useBackend');
    await backend.engine.load(load);
    const controller = new AbortController();
    const given_up = backend.engine.run({ text: 'a' }, { signal: controller.signal });
    const run = backend.engine.run({ text: 'b' });
    controller.abort();
    await expect(given_up).rejects.toMatchObject({ code: 'cancelled' });
    await backend.engine.tokenise({ text: 'b' });
    expect(fake.count('run')).toBe(0);
    open();
    await run;
    expect(fake.calls.filter(({ method }) => method === 'run').map(({ request }) => request)).toEqual([{ text: 'b' }]);
  });

  it('lets the progress of a run say that it waits, of one that does not say nothing', async () => {
    const { fake, given, backend } = setUp();
    given.choice = 'webgpu';
    fake.backend = onGpu;
    const stages: string[] = [];
    const onProgress = ({ stage }: Progress) => void stages.push(stage);
    const open = fake.close('useBackend');
    await backend.engine.load(load);
    const run = backend.engine.run({ text: 'a' }, { onProgress });
    expect(stages).toEqual(['backend']);
    open();
    await run;
    await backend.engine.run({ text: 'a' }, { onProgress });
    expect(stages).toEqual(['backend', 'run']);
  });

  it('goes on with WASM where asking fails: the reason goes to the log, and no run fails of it', async () => {
    const { fake, given, backend, views, lines } = setUp();
    given.choice = 'webgpu';
    fake.failures.set('useBackend', new EngineError('internal', 'The engine failed: RangeError.'));
    await backend.engine.load(load);
    await expect(backend.engine.run({ text: 'a' })).resolves.toMatchObject({ length: 1 });
    expect(views.at(-1)).toEqual({ ...state({ reason: { kind: 'failed', message: '' } }), choice: 'webgpu' });
    expect(lines.join('\n')).toContain('The engine failed: RangeError.');
  });
});

describe('what is asked', () => {
  it('ends with the model: no answer comes after that', async () => {
    const { fake, backend, views } = setUp();
    fake.close('useBackend');
    const called = fake.called('useBackend');
    await backend.engine.load(load);
    await called;
    backend.unloaded();
    expect(fake.last('useBackend')?.control?.signal?.aborted).toBe(true);
    await backend.engine.run({ text: 'a' });
    expect(views.every((view) => view === null)).toBe(true);
  });

  it('ends before another model is loaded, and is asked for that one', async () => {
    const { fake, backend, views, requests, shown } = setUp();
    const open = fake.close('useBackend');
    const called = fake.called('useBackend');
    await backend.engine.load(load);
    await called;
    const first = fake.last('useBackend');
    const loaded = backend.engine.load({ path: '/models/b.gguf' });
    expect(first?.control?.signal?.aborted).toBe(true);
    open();
    const answered = shown();
    await loaded;
    await answered;
    expect([requests(), views.filter((view) => view !== null)]).toEqual([[{ choice: 'auto' }, { choice: 'auto' }], [{ ...fake.backend, choice: 'auto' }]]);
  });

  it('is asked anew for another choice, the newest alone', async () => {
    const { fake, given, backend, views, requests, shown } = setUp();
    const open = fake.close('useBackend');
    const called = fake.called('useBackend');
    await backend.engine.load(load);
    await called;
    for (const choice of ['webgpu', 'wasm'] as const) {
      given.choice = choice;
      backend.choiceChanged();
    }
    const answered = shown();
    open();
    await answered;
    expect(requests()).toEqual([{ choice: 'auto' }, { choice: 'wasm' }]);
    expect(views.filter((view) => view !== null).map(({ choice }) => choice)).toEqual(['wasm']);
  });

  it('is nothing without a model', () => {
    const { backend, requests } = setUp();
    backend.choiceChanged();
    backend.pageCame();
    backend.noted(onGpu);
    expect(requests()).toEqual([]);
  });
});

describe('the log', () => {
  it('says when a trial begins and what came of it, one line each', async () => {
    const { fake, backend, given, lines, shown } = setUp();
    fake.backend = onGpu;
    const answered = shown();
    await backend.engine.load(load);
    await answered;
    given.choice = 'wasm';
    fake.backend = state({});
    const again = shown();
    backend.choiceChanged();
    await again;
    backend.noted(state({ reason: { kind: 'lost' } }));
    expect(lines).toEqual([
      'WebGPU is being tried: the setting vectorscope.backend is auto.',
      'The layers run on WebGPU on nvidia hopper. It agrees with WASM to 1.0 × 10⁻⁶. WASM is slower here: 41 ms against 12 ms. The vocabulary is compared on WASM.',
      'The layers run on WASM. The setting asks for it.',
      'The layers run on WASM. The GPU was lost.',
    ]);
  });

  it('speaks of no trial where there is none', async () => {
    const first = setUp();
    first.fake.backend = tooSlow;
    const answered = first.shown();
    await first.backend.engine.load(load);
    await answered;
    const second = setUp(first.store);
    second.fake.backend = state({ reason: { kind: 'slower' } });
    const known = second.shown();
    await second.backend.engine.load(load);
    await known;
    expect(second.lines).toEqual(['The layers run on WASM. WebGPU was slower when it was measured on this machine.']);
    const third = setUp();
    third.fake.model = { trunk: null };
    third.fake.backend = state({ reason: { kind: 'no-layers' } });
    const without = third.shown();
    await third.backend.engine.load(load);
    await without;
    expect(third.lines).toEqual(['No layers are loaded that could run on a GPU.']);
  });

  it.each<[Partial<BackendState>, string]>([
    [tooSlow, 'The layers run on WASM. WebGPU on nvidia hopper agrees with WASM to 1.0 × 10⁻⁶. WebGPU is slower here: 41 ms against 12 ms.'],
    [{ reason: { kind: 'software' }, adapter: 'google swiftshader' }, 'The layers run on WASM. The browser offers no GPU, only a software imitation of one (google swiftshader), which auto leaves alone.'],
    [{ reason: { kind: 'disagrees' }, adapter: 'nvidia hopper', agreement: { ...agreement, cosine: 0.42, sameTop: false } }, 'The layers run on WASM. WebGPU on nvidia hopper gave other numbers than WASM, and another likeliest token: cosine 0.42 after layer 3.'],
    [{ reason: { kind: 'disagrees' }, agreement: { ...agreement, cosine: NaN } }, 'The layers run on WASM. WebGPU gave something that is no number after layer 3.'],
    [{ reason: { kind: 'failed', message: 'No.' } }, 'The layers run on WASM. WebGPU could not be used.'],
    [{ reason: { kind: 'no-adapter' } }, 'The layers run on WASM. WebGPU gives no adapter here.'],
    [{ reason: { kind: 'no-page' } }, 'The layers run on WASM. The GPU is reached through the panel, which is not open.'],
    [{ reason: { kind: 'page-gone' } }, 'The layers run on WASM. The panel that lent the GPU was closed or hidden.'],
    [{ ...onGpu, directions: 'webgpu', times: null }, 'The layers run on WebGPU on nvidia hopper. It agrees with WASM to 1.0 × 10⁻⁶. WASM was slower when it was measured on this machine.'],
  ])('says why in sentences: %j', (change, line) => expect(decidedLine(state(change), 'auto')).toBe(line));
});

describe('a page that can lend its GPU', () => {
  it('is asked when it comes, where only that was missing', async () => {
    const { fake, given, backend, views, requests, shown } = setUp();
    fake.backend = state({ reason: { kind: 'no-page' } });
    const answered = shown();
    await backend.engine.load(load);
    await answered;
    fake.backend = onGpu;
    given.pageIsThere = true;
    const again = shown();
    backend.pageCame();
    await again;
    expect(views.at(-1)?.backend).toBe('webgpu');
    backend.pageCame();
    expect(requests()).toHaveLength(2);
  });

  it('is asked again when it came back before the engine told that it was gone', async () => {
    const { fake, given, backend, views, shown } = setUp();
    fake.backend = onGpu;
    given.pageIsThere = true;
    const answered = shown();
    await backend.engine.load(load);
    await answered;
    const asked = fake.called('useBackend');
    backend.noted(state({ reason: { kind: 'page-gone' } }));
    await asked;
    await shown();
    expect(views.slice(-3).map((view) => view?.reason.kind)).toEqual(['page-gone', undefined, 'chosen']);
  });

  it('lets runs go on in WASM while it is tried, also where WebGPU was asked for', async () => {
    const { fake, given, backend, views, shown } = setUp();
    given.choice = 'webgpu';
    fake.backend = state({ reason: { kind: 'no-page' } });
    const answered = shown();
    await backend.engine.load(load);
    await answered;
    fake.backend = onGpu;
    given.pageIsThere = true;
    const open = fake.close('useBackend');
    const asked = fake.called('useBackend');
    backend.pageCame();
    await asked;
    await backend.engine.run({ text: 'a' });
    expect(views.at(-1)).toBeNull();
    const again = shown();
    open();
    await again;
    expect(views.at(-1)?.backend).toBe('webgpu');
  });

  it('holds the runs where it came while a load was asked for', async () => {
    const { fake, given, backend, requests } = setUp();
    given.choice = 'webgpu';
    fake.backend = state({ reason: { kind: 'no-page' } });
    const open = fake.close('useBackend');
    await backend.engine.load(load);
    const run = backend.engine.run({ text: 'a' });
    given.pageIsThere = true;
    backend.pageCame();
    const asked = fake.called('useBackend');
    open();
    await asked;
    fake.backend = onGpu;
    await run;
    expect(requests()).toHaveLength(2);
    expect(fake.calls.map(({ method }) => method).lastIndexOf('useBackend')).toBeLessThan(fake.calls.map(({ method }) => method).indexOf('run'));
  });

  it('is left alone after a disagreement', async () => {
    const { fake, given, backend, requests, shown } = setUp();
    fake.backend = state({ reason: { kind: 'disagrees' }, agreement });
    given.pageIsThere = true;
    const answered = shown();
    await backend.engine.load(load);
    await answered;
    backend.pageCame();
    expect(requests()).toHaveLength(1);
  });
});

describe('a measurement', () => {
  /** Loads and waits for the answer. */
  async function answer(given: ReturnType<typeof setUp>, result: BackendState): Promise<void> {
    given.fake.backend = result;
    const answered = given.shown();
    await given.backend.engine.load(load);
    await answered;
  }

  it.each([[onGpu, 'faster'], [tooSlow, 'slower']] as const)('is remembered for the next window', async (result, known) => {
    const first = setUp();
    await answer(first, result);
    expect(first.backend.isMeasured).toBe(true);
    expect([...first.store.values.values()]).toEqual([{ version: '1.0.0', measured: [{ model: load.path, threads: expect.any(Number), adapter: 'nvidia hopper', speed: known }] }]);
    const second = setUp(first.store);
    await answer(second, { ...result, times: null });
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
    await answer(first, tooSlow);
    const updated = setUp(first.store, '1.0.1');
    await answer(updated, tooSlow);
    const threads = setUp(first.store);
    threads.fake.model = { threads: 7 };
    await answer(threads, tooSlow);
    const chosen = setUp(first.store);
    chosen.given.choice = 'webgpu';
    await answer(chosen, onGpu);
    expect([updated, threads, chosen].map(({ requests }) => requests()[0]?.known)).toEqual([undefined, undefined, undefined]);
  });

  it('on another GPU is made anew', async () => {
    const first = setUp();
    await answer(first, onGpu);
    const other = { ...onGpu, adapter: 'apple m9', times: null };
    const second = setUp(first.store);
    await answer(second, other);
    expect(second.requests()).toEqual([{ choice: 'auto', known: 'faster' }, { choice: 'auto' }]);
    expect(second.backend.isMeasured).toBe(false);
  });

  it.each([['hopper', 1], ['another GPU than before', 2]] as const)('on %s that cannot be remembered is shown, and the log says so', async (gpu, asked) => {
    const store = new Memento();
    if (asked === 2) await answer(setUp(store), onGpu);
    store.update = async () => Promise.reject(new Error('The storage is full.'));
    const window = setUp(store);
    const { views, requests, lines } = window;
    await answer(window, { ...onGpu, adapter: gpu });
    expect(views.at(-1)).toEqual({ ...onGpu, adapter: gpu, choice: 'auto' });
    expect(requests()).toHaveLength(asked);
    await vi.waitFor(() => expect(lines.join('\n')).toContain('could not be remembered: The storage is full.'));
  });

  it('that disagreed is none', async () => {
    const first = setUp();
    await answer(first, { ...tooSlow, reason: { kind: 'disagrees' } });
    expect(first.store.values.size).toBe(0);
  });

  it.each([undefined, null, 'x', { version: '1.0.0', measured: [{ model: 1 }] }, { measured: [] }])('is none where the store holds something else: %j', (value) => {
    const store = new Memento();
    store.values.set('backend@here', value);
    expect(new RememberedSpeeds(store, 'here', '1.0.0').of({ model: 'a', threads: 1 })).toBeNull();
  });
});
