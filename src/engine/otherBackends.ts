import type { Signal } from '../shared/engine';
import type { StartCompute } from './model/compute';
import { onWasm, type OpenBackends, type OtherBackends, type BackendSurroundings } from './model/otherBackends';

/** Loads backends, which are large, when they are first asked for. */
export type Door = () => Promise<{ readonly openBackends: OpenBackends }>;

const doors: readonly Door[] = [
  // The only import of its folder. Without this line, all models run on our kernels.
  () => import('./backends/backends'),
];

/** The first of the backends. Without one, requests are still answered, and nothing replaces wrong kernels. */
export function otherBackends(
  surroundings: BackendSurroundings,
  quiet: (signal: Signal) => Promise<void>,
  [door]: readonly Door[] = doors,
): Pick<OtherBackends, 'use' | 'stop'> & { readonly starts: readonly StartCompute[] } {
  if (!door)
    return {
      starts: [],
      use: async ({ runner }, { choice }) =>
        onWasm({ kind: !runner ? 'no-layers' : choice === 'wasm' ? 'chosen' : 'no-adapter' }),
      stop: async () => undefined,
    };
  let opened: Promise<OtherBackends> | undefined;
  const open = () => (opened ??= door().then(({ openBackends }) => openBackends(surroundings, quiet)));
  return {
    starts: [async (threads) => (await open()).start(threads)],
    use: async (model, request, signal) => (await open()).use(model, request, signal),
    stop: async () => (await opened)?.stop(),
  };
}
