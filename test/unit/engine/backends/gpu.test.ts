import { expect, it } from 'vitest';
import { Gpu } from '../../../../src/engine/backends/gpu/gpu';
import { GpuError, type GpuPort } from '../../../../src/engine/backends/gpu/port';
import { GraphBuilder } from '../../../../src/engine/backends/onnx/graph';
import type { KernelTrunk } from '../../../../src/engine/trunk/kernelTrunk';
import { MovableTrunk } from '../../../../src/engine/trunk/movableTrunk';
import { FakeGpuWorker } from '../../support/fakeGpu';

const doubled = () => {
  const graph = new GraphBuilder();
  const weight = graph.weight('float', [1], (into) => new Float32Array(into.buffer, into.byteOffset, 1).fill(2));
  graph.output('y', graph.node('Mul', [graph.input('x', 'float', ['n']), weight]), 'float', ['n']);
  return graph.build();
};
const inputs = (...data: number[]) => ({ x: { data: Float32Array.from(data), dims: [data.length] } });

it('runs a graph over there, and carries no more than the way does', async () => {
  const gpu = new Gpu(new FakeGpuWorker({ mostBytes: 8 }).open());
  const session = await gpu.createSession(doubled());
  // A view must not carry the buffer that it lies in.
  expect(await session.run({ x: { data: new Float32Array([9, 1, 2, 9]).subarray(1, 3), dims: [2] } }, ['y'])).toEqual({
    y: { data: Float32Array.of(2, 4), dims: [2] },
  });
  await expect(session.run(inputs(1, 2, 3), ['y'])).rejects.toMatchObject({ why: 'too-large' });
  expect((await session.run(inputs(5), ['y']))['y']?.data).toEqual(Float32Array.of(10));
  gpu.close();
  await expect(session.run(inputs(5), ['y'])).rejects.toBeInstanceOf(GpuError);
});

/** A worker that answers everything alike. */
function answering(answer: (asked: { readonly m: string; readonly i: string }) => unknown): GpuPort {
  const listeners: ((message: unknown) => void)[] = [];
  return {
    post: (message) =>
      queueMicrotask(() => {
        const asked = message as { readonly m: string; readonly i: string };
        for (const listener of listeners) listener({ t: 's', i: asked.i, r: answer(asked) });
      }),
    onMessage: (listener) => void listeners.push(listener),
    onEnd: () => undefined,
    close: () => undefined,
    mostBytes: Infinity,
  };
}

it.each([
  ['nothing', () => null],
  ['something else', () => 'yes'],
  [
    'outputs that are none',
    ({ m }: { readonly m: string }) => ({ result: m === 'take' ? { data: [1], dims: [1] } : null }),
  ],
  [
    'outputs of another length',
    ({ m }: { readonly m: string }) => ({ result: m === 'take' ? { data: Float32Array.of(1), dims: [2] } : null }),
  ],
])('takes no worker’s word for it: of one that answers %s the numbers are made here', async (_, answer) => {
  const gpu = new Gpu(answering(answer));
  const gone: string[] = [];
  gpu.onGone(({ why }) => gone.push(why));
  // Trunks of which only the run is asked for: each names who made its numbers.
  const trunk = (length: () => Promise<number>) =>
    ({ run: async () => ({ length: await length() }) }) as unknown as KernelTrunk;
  const movable = new MovableTrunk(trunk(() => Promise.resolve(7)));
  const away = await gpu.createSession(doubled()).catch(() => null);
  if (away) {
    movable.moveTo(trunk(async () => (await away.run(inputs(1), ['y']))['y']?.data.length ?? NaN));
    expect((await movable.run([1], {})).length).toBe(7);
  }
  expect(gone).toEqual(['failed']);
});
