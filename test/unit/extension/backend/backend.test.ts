import { describe, expect, it } from 'vitest';
import { decidedLine } from '../../../../src/extension/backend/backend';
import type { BackendState } from '../../../../src/shared/backend';
import type { Progress } from '../../../../src/shared/engine';
import { EngineError } from '../../../../src/shared/errors';
import { agreement, answered, load, onGpu, setUp, state, tooSlow } from '../../support/layersBackend';

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

  it('runs no text on another model than the one that it waited for', async () => {
    const { fake, given, backend } = setUp();
    given.choice = 'webgpu';
    fake.close('useBackend');
    await backend.engine.load(load);
    const run = backend.engine.run({ text: 'a' });
    backend.unloaded();
    await Promise.all([
      expect(run).rejects.toMatchObject({ code: 'cancelled' }),
      backend.engine.load({ path: '/models/b.gguf' }),
    ]);
    expect(fake.count('run')).toBe(0);
  });

  it('lets a run that waits fail as the engine did', async () => {
    const { fake, given, backend } = setUp();
    given.choice = 'webgpu';
    const open = fake.close('useBackend');
    await backend.engine.load(load);
    const run = backend.engine.run({ text: 'a' });
    fake.failures.set('useBackend', new EngineError('worker-lost', 'The engine was lost.'));
    open();
    await Promise.resolve();
    backend.unloaded();
    await expect(run).rejects.toMatchObject({ code: 'worker-lost' });
    expect(fake.count('run')).toBe(0);
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
    expect([requests(), views.filter((view) => view !== null)]).toEqual([
      [{ choice: 'auto' }, { choice: 'auto' }],
      [{ ...fake.backend, choice: 'auto' }],
    ]);
  });

  it('is asked again where the load of another model left this one in memory', async () => {
    const { fake, backend, views, requests, shown } = setUp();
    fake.backend = onGpu;
    const open = fake.close('useBackend');
    await backend.engine.load(load);
    fake.failures.set('load', new EngineError('bad-request', 'This workspace is not trusted.'));
    await expect(backend.engine.load({ path: '/models/b.gguf' })).rejects.toThrow('not trusted');
    const answered = shown();
    open();
    await answered;
    expect([requests().length, views.at(-1)]).toEqual([2, { ...onGpu, choice: 'auto' }]);
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
    const set = setUp();
    const { fake, backend, given, lines, shown } = set;
    await answered(set, onGpu);
    given.choice = 'wasm';
    fake.backend = state({});
    const again = shown();
    backend.choiceChanged();
    await again;
    backend.noted(state({ reason: { kind: 'lost' } }));
    expect(lines).toEqual([
      'WebGPU is being tried: the setting vectorscope.backend is auto.',
      'The layers run on WebGPU on nvidia hopper. It agrees with WASM to 1.0 × 10⁻⁶. WASM is slower here: 41 ms against 12 ms.',
      'The layers run on WASM. The setting asks for WASM.',
      'The layers run on WASM. The GPU was lost.',
    ]);
  });

  it('speaks of no trial where there is none', async () => {
    const first = setUp();
    await answered(first, tooSlow);
    const second = setUp(first.store);
    await answered(second, state({ reason: { kind: 'slower' } }));
    expect(second.lines).toEqual(['The layers run on WASM. WebGPU was slower when it was measured on this machine.']);
    const third = setUp();
    third.fake.model = { trunk: null };
    await answered(third, state({ reason: { kind: 'no-layers' } }));
    expect(third.lines).toEqual(['The layers of this model are not loaded. Load another model.']);
  });

  it.each<[Partial<BackendState>, string]>([
    [
      tooSlow,
      'The layers run on WASM. WebGPU on nvidia hopper agrees with WASM to 1.0 × 10⁻⁶. WebGPU is slower here: 41 ms against 12 ms.',
    ],
    [
      { reason: { kind: 'software' }, adapter: 'google swiftshader' },
      'The layers run on WASM. The browser has only a software GPU (google swiftshader), which auto does not use.',
    ],
    [
      {
        reason: { kind: 'disagrees' },
        adapter: 'nvidia hopper',
        agreement: { ...agreement, cosine: 0.42, sameTop: false },
      },
      'The layers run on WASM. WebGPU on nvidia hopper gave different numbers from WASM, and a different likeliest token: cosine 0.42 after layer 3.',
    ],
    [
      { reason: { kind: 'disagrees' }, agreement: { ...agreement, cosine: NaN } },
      'The layers run on WASM. WebGPU produced NaN or infinity after layer 3.',
    ],
    [{ reason: { kind: 'failed', message: 'No.' } }, 'The layers run on WASM. WebGPU could not be used.'],
    [{ reason: { kind: 'no-adapter' } }, 'The layers run on WASM. WebGPU found no GPU here.'],
    [
      { reason: { kind: 'no-page' } },
      'The layers run on WASM. The GPU is reached through the panel, which was not open.',
    ],
    [
      { reason: { kind: 'page-gone' } },
      'The layers run on WASM. The GPU ran in the panel, which was closed or hidden.',
    ],
    [
      { ...onGpu, times: null },
      'The layers run on WebGPU on nvidia hopper. It agrees with WASM to 1.0 × 10⁻⁶. WASM was slower when it was measured on this machine.',
    ],
  ])('says why in sentences: %j', (change, line) => expect(decidedLine(state(change), 'auto')).toBe(line));
});

describe('a page that can lend its GPU', () => {
  /** A model is loaded, and this was answered of the layers. */
  async function loaded(answer: BackendState, given: Partial<ReturnType<typeof setUp>['given']> = {}) {
    const set = setUp();
    Object.assign(set.given, given);
    await answered(set, answer);
    return set;
  }
  const noPage = state({ reason: { kind: 'no-page' } });

  it('is asked when it comes, where only that was missing', async () => {
    const { fake, given, backend, views, requests, shown } = await loaded(noPage);
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
    const { fake, backend, views, shown } = await loaded(onGpu, { pageIsThere: true });
    const asked = fake.called('useBackend');
    backend.noted(state({ reason: { kind: 'page-gone' } }));
    await asked;
    await shown();
    expect(views.slice(-3).map((view) => view?.reason.kind)).toEqual(['page-gone', undefined, 'chosen']);
  });

  it('lets runs go on in WASM while it is tried, also where WebGPU was asked for', async () => {
    const { fake, given, backend, views, shown } = await loaded(noPage, { choice: 'webgpu' });
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
    fake.backend = noPage;
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
    expect(fake.calls.map(({ method }) => method).lastIndexOf('useBackend')).toBeLessThan(
      fake.calls.map(({ method }) => method).indexOf('run'),
    );
  });

  it('is left alone after a disagreement', async () => {
    const disagrees = state({ reason: { kind: 'disagrees' }, agreement });
    const { backend, requests } = await loaded(disagrees, { pageIsThere: true });
    backend.pageCame();
    expect(requests()).toHaveLength(1);
  });
});
