import { LayersBackend } from '../../../src/extension/backend/backend';
import { RememberedSpeeds } from '../../../src/extension/backend/rememberedSpeeds';
import type { BackendChoice, BackendRequest, BackendState, BackendView } from '../../../src/shared/backend';
import { FakeEngine } from './fakeEngine';

export const state = (change: Partial<BackendState>): BackendState => ({
  backend: 'wasm',
  reason: { kind: 'chosen' },
  adapter: null,
  agreement: null,
  times: null,
  ...change,
});
export const agreement = { cosine: 0.999999, layer: 3, deviation: 1e-6, sameTop: true };
export const onGpu = state({ backend: 'webgpu', adapter: 'nvidia hopper', agreement, times: { wasm: 41, webgpu: 12 } });
export const tooSlow = state({
  reason: { kind: 'slower' },
  adapter: 'nvidia hopper',
  agreement,
  times: { wasm: 12, webgpu: 41 },
});

export class Memento {
  readonly values = new Map<string, unknown>();
  get = (key: string) => this.values.get(key);
  update = async (key: string, value: unknown) => void this.values.set(key, value);
}

export function setUp(store = new Memento(), version = '1.0.0') {
  const fake = new FakeEngine();
  const given = { choice: 'auto' as BackendChoice, pageIsThere: false };
  const views: (BackendView | null)[] = [];
  const lines: string[] = [];
  const waiting: (() => void)[] = [];
  const log = { info: (line: string) => void lines.push(line), error: (line: string) => void lines.push(line) };
  const backend = new LayersBackend(fake.engine, {
    choice: () => given.choice,
    pageIsThere: () => given.pageIsThere,
    remembered: new RememberedSpeeds(store, 'here', version),
    log,
  });
  backend.listen((view) => {
    views.push(view);
    if (view) for (const go of waiting.splice(0)) go();
  });
  /** Resolves when a state is shown next. */
  const shown = () => new Promise<void>((resolve) => void waiting.push(resolve));
  const requests = () =>
    fake.calls.filter(({ method }) => method === 'useBackend').map(({ request }) => request as BackendRequest);
  return { fake, given, backend, views, lines, store, shown, requests };
}

export const load = { path: '/models/a.gguf' };

/** A model is loaded, and this is answered of its layers. */
export async function answered(set: ReturnType<typeof setUp>, answer: BackendState): Promise<void> {
  set.fake.backend = answer;
  const shown = set.shown();
  await set.backend.engine.load(load);
  await shown;
}
