import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { GpuPort } from '../../../../src/engine/backends/gpu/port';
import { openGpu } from '../../../../src/engine/backends/web/gpuPort';

/** A worker that only writes down what it is told. */
class FakeWorker {
  static made: FakeWorker[] = [];
  readonly got: unknown[] = [];
  terminated = false;
  onmessage: ((event: { data: unknown }) => void) | null = null;
  onerror: ((event: { message: string }) => void) | null = null;
  constructor(readonly address: string) {
    FakeWorker.made.push(this);
  }
  postMessage(data: unknown): void {
    this.got.push(data);
  }
  terminate(): void {
    this.terminated = true;
  }
}

const files = { script: 'https://x/gpu.js', mjs: 'https://x/ort.mjs', wasm: 'https://x/ort.wasm' };
const lent = { files: { gpu: files } };
const fetched = vi.fn<(address: string, init: { signal: AbortSignal }) => Promise<Response>>();
const requested = vi.fn<() => Promise<object | null>>();
const made = vi.spyOn(URL, 'createObjectURL');
const revoked = vi.spyOn(URL, 'revokeObjectURL');

beforeEach(() => {
  FakeWorker.made = [];
  made.mockClear();
  revoked.mockClear();
  fetched.mockReset().mockImplementation(async (address) => new Response(`text of ${address}`));
  requested.mockReset().mockResolvedValue({});
  vi.stubGlobal('navigator', { gpu: { requestAdapter: requested } });
  vi.stubGlobal('fetch', fetched);
  vi.stubGlobal('Worker', FakeWorker);
});
afterEach(() => void vi.unstubAllGlobals());

function opened(): { readonly port: GpuPort; readonly ends: unknown[][] } {
  const port = openGpu(lent);
  if (!port) throw new Error('There is no GPU.');
  const ends: unknown[][] = [];
  port.onEnd((...end) => ends.push(end));
  return { port, ends };
}
/** A turn for what would come of it. */
const turn = () => new Promise(setImmediate);
const addresses = () => [
  made.mock.results.map(({ value }) => value as string),
  revoked.mock.calls.map(([address]) => address),
];

it('starts the GPU’s worker with its files, hands messages on, and ends it', async () => {
  const { port, ends } = opened();
  const heard: unknown[] = [];
  port.onMessage((message) => heard.push(message));
  port.post('asked');
  await vi.waitUntil(() => FakeWorker.made[0]?.got.length === 2);
  const [worker] = FakeWorker.made;
  expect([(worker?.got[0] as { mjs: string } | undefined)?.mjs, worker?.got[1]]).toEqual([
    'text of https://x/ort.mjs',
    'asked',
  ]);
  worker?.onmessage?.({ data: 'answered' });
  expect([heard, addresses()]).toEqual([['answered'], [[worker?.address], [worker?.address]]]);
  port.close();
  port.post('too late');
  await turn();
  expect([worker?.terminated, worker?.got.length, ends]).toEqual([true, 2, []]);
});

it('fetches nothing where it was closed before the browser gave an adapter, or none', async () => {
  for (const adapter of [{}, null]) {
    let give: (adapter: object | null) => void = () => {};
    requested.mockReturnValueOnce(new Promise((resolve) => (give = resolve)));
    const { port, ends } = opened();
    port.close();
    give(adapter);
    await turn();
    expect([fetched.mock.calls, FakeWorker.made, ends]).toEqual([[], [], []]);
  }
});

it.each([true, false])('stops what it fetches when it is closed, and makes no worker: %s', async (stops) => {
  let come: () => void = () => {};
  fetched.mockImplementation(
    (address, { signal }) =>
      new Promise((resolve, reject) => {
        if (address === files.wasm) come = () => resolve(new Response('late'));
        else resolve(new Response('x'));
        if (stops) signal.addEventListener('abort', () => reject(signal.reason as Error));
      }),
  );
  const { port, ends } = opened();
  await vi.waitUntil(() => fetched.mock.calls.length === 3);
  port.close();
  expect(fetched.mock.calls.map(([, { signal }]) => signal.aborted)).toEqual([true, true, true]);
  come();
  await turn();
  expect([FakeWorker.made, ends, addresses()]).toEqual([[], [], [[], []]]);
});

it('says what failed, and leaves no address behind', async () => {
  fetched.mockImplementation(async (address) => new Response('', { status: address === files.wasm ? 404 : 200 }));
  const missing = opened();
  await vi.waitUntil(() => missing.ends.length > 0);
  expect(missing.ends).toEqual([['failed', expect.stringContaining('404')]]);
  fetched.mockImplementation(async () => new Response('x'));
  vi.stubGlobal(
    'Worker',
    class {
      constructor() {
        throw new Error('No worker here.');
      }
    },
  );
  const refused = opened();
  await vi.waitUntil(() => refused.ends.length > 0);
  expect(refused.ends).toEqual([['failed', 'Error: No worker here.']]);
  const [all, gone] = addresses();
  expect(gone).toEqual(all);
});

it('says that there is no adapter, and finds no way where the browser knows no GPU', async () => {
  requested.mockResolvedValue(null);
  const { ends } = opened();
  await vi.waitUntil(() => ends.length > 0);
  expect([ends, fetched.mock.calls]).toEqual([[['no-adapter', undefined]], []]);
  vi.stubGlobal('navigator', {});
  expect(openGpu(lent)).toBeNull();
});
