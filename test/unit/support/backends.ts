import type { BackendReason, BackendView } from '../../../src/shared/backend';

const agreement = { cosine: 0.42, layer: 3, deviation: 0.5, sameTop: true };
const wasm: BackendView = {
  backend: 'wasm',
  choice: 'webgpu',
  reason: { kind: 'chosen' },
  adapter: null,
  agreement: null,
  times: null,
};
const webgpu: BackendView = {
  ...wasm,
  backend: 'webgpu',
  adapter: 'nvidia hopper',
  agreement: { ...agreement, deviation: 1e-6 },
};
const times = { wasm: 41, webgpu: 12 };
const reasons: readonly BackendReason[] = [
  { kind: 'no-adapter' },
  { kind: 'software' },
  { kind: 'no-page' },
  { kind: 'page-gone' },
  { kind: 'disagrees' },
  { kind: 'slower' },
  { kind: 'lost' },
  { kind: 'failed', message: '' },
  { kind: 'no-layers' },
];

/** All that is said of what the layers run on. */
export const backends: readonly (BackendView | null)[] = [
  null,
  { ...wasm, choice: 'wasm' },
  ...reasons.map((reason) => ({ ...wasm, reason })),
  ...[agreement, { ...agreement, sameTop: false }, { ...agreement, cosine: NaN }].map((found) => ({
    ...wasm,
    reason: { kind: 'disagrees' } as const,
    agreement: found,
  })),
  { ...wasm, reason: { kind: 'slower' }, times },
  webgpu,
  { ...webgpu, adapter: null },
  { ...webgpu, agreement: null },
  { ...webgpu, choice: 'auto' },
  { ...webgpu, choice: 'auto', times },
];
