import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { GpuUp } from '../../../src/shared/gpu';
import { shareGpu } from '../../../src/webview/gpu';

/** A worker that only writes down what it is told. */
class FakeWorker {
  static made: FakeWorker[] = [];
  readonly got: { readonly data: unknown; readonly moved: readonly ArrayBuffer[] }[] = [];
  terminated = false;
  onmessage: ((event: { data: unknown }) => void) | null = null;
  onerror: ((event: { message?: string }) => void) | null = null;
  onmessageerror: (() => void) | null = null;
  constructor(readonly address: string) {
    FakeWorker.made.push(this);
  }
  postMessage(data: unknown, moved: readonly ArrayBuffer[]): void {
    this.got.push({ data, moved });
  }
  terminate(): void {
    this.terminated = true;
  }
}

const files = { script: 'https://x/gpu.js', mjs: 'https://x/ort.mjs', wasm: 'https://x/ort.wasm' };
const posted: { readonly message: GpuUp; readonly moved: readonly ArrayBuffer[] }[] = [];
const fetched = vi.fn<(address: string) => Promise<Response>>();
/** Resolves when the page says something next, or a worker is told something. */
const settled = (test: () => boolean) => vi.waitUntil(test);

beforeEach(() => {
  FakeWorker.made = [];
  posted.length = 0;
  fetched.mockReset().mockImplementation(async (address) => new Response(`text of ${address}`));
  vi.stubGlobal('navigator', { gpu: { requestAdapter: async () => ({}) } });
  vi.stubGlobal('fetch', fetched);
  vi.stubGlobal('Worker', FakeWorker);
});
afterEach(() => void vi.unstubAllGlobals());

const lend = () => shareGpu((message, moved) => void posted.push({ message, moved }));

describe('the GPU that a page lends', () => {
  test('starts with its files, then hands on what is said, and what came too early in its order', async () => {
    const receive = lend();
    const asked = { t: 'q', a: [new Float32Array(2)] };
    receive({ session: '4', kind: 'start', files });
    receive({ session: '4', kind: 'data', data: asked });
    await settled(() => FakeWorker.made[0]?.got.length === 2);
    const worker = FakeWorker.made[0];
    expect(worker?.address).toMatch(/^blob:/);
    const first = worker?.got[0]?.data as { mjs: string; wasm: ArrayBuffer };
    expect([first.mjs, Buffer.from(first.wasm).toString(), worker?.got[0]?.moved]).toEqual([
      'text of https://x/ort.mjs',
      'text of https://x/ort.wasm',
      [first.wasm],
    ]);
    expect(worker?.got[1]?.data).toBe(asked);
    const answer = { t: 's', r: { given: new Float32Array(3) } };
    worker?.onmessage?.({ data: answer });
    expect(posted).toEqual([{ message: { session: '4', kind: 'data', data: answer }, moved: [answer.r.given.buffer] }]);
    expect((posted[0]?.message as { data: unknown } | undefined)?.data).toBe(answer);
  });

  test.each([{}, { gpu: { requestAdapter: async () => null } }])(
    'fetches nothing where the page knows no WebGPU, or it gives no adapter',
    async (navigator) => {
      vi.stubGlobal('navigator', navigator);
      lend()({ session: '4', kind: 'start', files });
      await settled(() => posted.length > 0);
      expect([posted.map(({ message }) => message), fetched.mock.calls, FakeWorker.made]).toEqual([
        [{ session: '4', kind: 'ended', why: 'no-adapter' }],
        [],
        [],
      ]);
    },
  );

  test('fails once, of a file that is missing or of its own error, and says in short what the browser said', async () => {
    fetched.mockImplementation(async () => new Response('', { status: 404 }));
    lend()({ session: '4', kind: 'start', files });
    await settled(() => posted.length > 0);
    fetched.mockImplementation(async () => new Response('x'));
    lend()({ session: '4', kind: 'start', files });
    await settled(() => FakeWorker.made.length > 0);
    FakeWorker.made[0]?.onerror?.({ message: `Uncaught RangeError: ${'x'.repeat(1000)}` });
    FakeWorker.made[0]?.onerror?.({ message: 'again' });
    FakeWorker.made[0]?.onmessageerror?.();
    FakeWorker.made[0]?.onmessage?.({ data: {} });
    expect(posted.map(({ message }) => message)).toEqual([
      {
        session: '4',
        kind: 'ended',
        why: 'failed',
        message: "Error: A file of the GPU's worker was answered with the status 404.",
      },
      { session: '4', kind: 'ended', why: 'failed', message: `Uncaught RangeError: ${'x'.repeat(500)}`.slice(0, 500) },
    ]);
    expect(FakeWorker.made[0]?.terminated).toBe(true);
  });

  test.each([{}, { message: '' }])('fails of an error of which the browser says nothing: %j', async (event) => {
    lend()({ session: '4', kind: 'start', files });
    await settled(() => FakeWorker.made.length > 0);
    FakeWorker.made[0]?.onerror?.(event);
    expect(posted.map(({ message }) => message)).toEqual([{ session: '4', kind: 'ended', why: 'failed' }]);
  });

  test('ends when it is told to, also before it has begun, and may start anew', async () => {
    const receive = lend();
    let arrive: (response: Response) => void = () => {};
    fetched.mockImplementationOnce(() => new Promise((resolve) => (arrive = resolve)));
    receive({ session: '4', kind: 'start', files });
    receive({ session: '4', kind: 'end' });
    receive({ session: '4', kind: 'start', files });
    await settled(() => fetched.mock.calls.length === 3);
    receive({ session: '4', kind: 'end' });
    receive({ session: '4', kind: 'start', files });
    await settled(() => FakeWorker.made.length === 1);
    const late = new Response('late');
    arrive(late);
    await settled(() => late.bodyUsed);
    // A turn for what would come of it.
    await new Promise(setImmediate);
    receive({ session: '4', kind: 'end' });
    expect([FakeWorker.made.map(({ terminated }) => terminated), posted]).toEqual([[true], []]);
  });
});
