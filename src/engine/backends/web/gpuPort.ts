import { type GpuEnd, type GpuStart, gpuOf } from '../../../shared/gpu';
import type { BackendSurroundings } from '../../model/otherBackends';
import { fetchBytes, fetchScript } from '../../platform/web/fetching';
import type { GpuPort } from '../gpu/port';
import type { RuntimeFiles } from '../onnx/runtime';

/** Fetches the runtime, which is large and rarely needed. */
export async function findRuntime({ files }: BackendSurroundings): Promise<RuntimeFiles> {
  if (!files) throw new Error('The engine was started without the addresses of its files.');
  const [mjs, wasm] = await Promise.all([fetchScript(files.gpu.mjs), fetchBytes(files.gpu.wasm)]);
  return { mjs, wasm };
}

/**
 * Starts the GPU's worker inside this one, from a fetched script as browsers require. `null` if the browser has no
 * WebGPU.
 */
export function openGpu({ files }: BackendSurroundings): GpuPort | null {
  const gpu = gpuOf(navigator);
  if (!gpu || !files) return null;
  const { script, mjs, wasm } = files.gpu;
  const listeners: ((message: unknown) => void)[] = [];
  const ends: ((why: GpuEnd, message?: string) => void)[] = [];
  const closing = new AbortController();
  const { signal } = closing;
  const end = (why: GpuEnd, message?: string) => {
    if (signal.aborted) return;
    for (const listener of ends.splice(0)) listener(why, message);
  };
  const starting = (async () => {
    // The files are large, and most browsers with WebGPU have no adapter.
    const adapter = await gpu.requestAdapter();
    if (!adapter || signal.aborted) return end('no-adapter');
    const [text, runtime, binary] = await Promise.all([
      fetchBytes(script, signal),
      fetchBytes(mjs, signal),
      fetchBytes(wasm, signal),
    ]);
    if (signal.aborted) return;
    const worker = workerOf(text);
    signal.addEventListener('abort', () => worker.terminate());
    worker.onmessage = ({ data }) => {
      for (const listener of listeners) listener(data);
    };
    worker.onerror = ({ message }) => end('failed', message);
    worker.onmessageerror = () => end('failed', 'A message could not be read.');
    worker.postMessage({ mjs: new TextDecoder().decode(runtime), wasm: binary } satisfies GpuStart, [binary]);
    return worker;
  })();
  starting.catch((error: unknown) => end('failed', String(error)));
  const whenStarted = (act: (worker: Worker) => void) =>
    void starting.then(
      (worker) => worker && act(worker),
      () => undefined,
    );
  return {
    post: (message, transfer = []) => whenStarted((worker) => signal.aborted || worker.postMessage(message, transfer)),
    onMessage: (listener) => void listeners.push(listener),
    onEnd: (listener) => void ends.push(listener),
    close: () => closing.abort(),
    mostBytes: Infinity,
  };
}

function workerOf(script: ArrayBuffer): Worker {
  const address = URL.createObjectURL(new Blob([script], { type: 'text/javascript' }));
  try {
    return new Worker(address);
  } finally {
    // The worker keeps its script.
    URL.revokeObjectURL(address);
  }
}
