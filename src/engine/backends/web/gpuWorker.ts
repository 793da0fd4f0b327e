import { type GpuStart, gpuOf } from '../../../shared/gpu';
import { serveGpu, type Device } from '../gpu/serve';
import { createSession, gpuDevice, useRuntime } from '../onnx/runtime';

// The entry of the GPU's worker: serves the runtime's sessions once the first message has brought the runtime.
const scope = self as DedicatedWorkerGlobalScope;
scope.addEventListener('message', ({ data }: MessageEvent<GpuStart>) => start(data), { once: true });

function start({ mjs, wasm }: GpuStart): void {
  const script = URL.createObjectURL(new Blob([mjs], { type: 'text/javascript' }));
  useRuntime(1, () => Promise.resolve({ mjs: script, wasm }));
  serveGpu(
    {
      post: (message, transfer = []) => scope.postMessage(message, transfer),
      onMessage: (listen) => scope.addEventListener('message', ({ data }: MessageEvent<unknown>) => listen(data)),
    },
    device,
  );
}

const device: Device = {
  async adapter() {
    const adapter = await gpuOf(navigator)?.requestAdapter({ powerPreference: 'high-performance' });
    if (!adapter) return null;
    const { vendor, architecture, description, isFallbackAdapter } = adapter.info;
    const name = [vendor, architecture].filter((part) => part !== '').join(' ') || description;
    return { name: name === '' ? null : name, software: isFallbackAdapter === true || architecture === 'swiftshader' };
  },
  createSession: (graph) => createSession(graph, 'webgpu'),
  lost: async () => void (await (await gpuDevice()).lost),
};
