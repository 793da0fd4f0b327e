import { describe, expect, test } from 'vitest';
import type { BackendReason, BackendView } from '../../../../src/shared/backend';
import { verbatim } from '../../../../src/shared/said';
import { backendNotice } from '../../../../src/webview/header/notice';
import { notices } from '../../../../src/webview/header/notices';
import { sideNotices } from '../../../../src/webview/side/side';
import { inspected, model } from '../build';

const view = (reason: BackendReason, change: Partial<BackendView> = {}): BackendView => ({
  backend: 'wasm',
  choice: 'auto',
  reason,
  adapter: null,
  agreement: null,
  times: null,
  ...change,
});
const agreement = { cosine: 0.42, layer: 3, deviation: 0.5, sameTop: true };
const text = (shown: BackendView) => backendNotice(shown)?.text;

describe('what took over from WebGPU', () => {
  test('is said of a probe that disagreed, with what it found', () => {
    expect(text(view({ kind: 'disagrees' }, { agreement }))).toBe(
      'WebGPU gave different numbers from WASM: cosine 0.42 after layer 3. WASM is used.',
    );
    expect(text(view({ kind: 'disagrees' }, { agreement: { ...agreement, cosine: 0.99995, sameTop: false } }))).toBe(
      'WebGPU gave different numbers from WASM, and a different likeliest token: cosine 0.999950 after layer 3. WASM is used.',
    );
    expect(text(view({ kind: 'disagrees' }))).toBe('WebGPU gave different numbers from WASM. WASM is used.');
    for (const cosine of [NaN, null as unknown as number])
      expect(text(view({ kind: 'disagrees' }, { agreement: { ...agreement, cosine } }))).toBe(
        'WebGPU produced NaN or infinity after layer 3. WASM is used.',
      );
  });

  test('is said of a GPU that was lost', () => {
    expect(text(view({ kind: 'lost' }))).toBe('The GPU was lost. WASM is used.');
  });

  test('is said of what was not to be had where WebGPU was asked for, and there alone', () => {
    const reasons: readonly BackendReason[] = [
      { kind: 'no-adapter' },
      { kind: 'no-page' },
      { kind: 'page-gone' },
      { kind: 'failed', message: '' },
    ];
    for (const reason of reasons) {
      expect(text(view(reason)), reason.kind).toBeUndefined();
      expect(text(view(reason, { choice: 'webgpu' })), reason.kind).toMatch(/WASM (is used|took over)\./);
    }
    expect(backendNotice(view({ kind: 'failed', message: '' }, { choice: 'webgpu' }))?.action).toBe('showLog');
  });

  test('is not said where nothing took over, or where nobody misses it', () => {
    for (const reason of [
      { kind: 'chosen' },
      { kind: 'software' },
      { kind: 'slower' },
      { kind: 'no-layers' },
    ] as const) {
      for (const choice of ['auto', 'wasm', 'webgpu'] as const)
        expect(backendNotice(view(reason, { choice }))).toBeNull();
    }
    expect(backendNotice(null)).toBeNull();
  });

  test('stands after what the model says, in the panel alone, while the model is in memory', () => {
    const state = inspected(['a'], {
      model: { ...model, notices: [verbatim('Trust it not.')] },
      backend: view({ kind: 'lost' }),
    });
    expect(notices(state).map(({ kind }) => kind)).toEqual(['model', 'backend']);
    expect(sideNotices(state)).toEqual([]);
    expect(notices({ ...state, loaded: false }).map(({ kind }) => kind)).toEqual(['not-loaded', 'model']);
  });
});
