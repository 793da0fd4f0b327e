import type { GpuEnd, GpuStart } from '../../shared/gpu';
import { gpuOf } from '../../shared/webGpu';
import type { WorkerStart } from '../../shared/webWorker';
import type { GpuPort } from '../gpu/port';
import { fetchBytes, fetchScript } from './fetching';

/** Starts the GPU's worker inside this one, which a browser allows from what was fetched only. null where the browser has no WebGPU. */
export function openGpu({ script, mjs, wasm }: WorkerStart['gpu']): GpuPort | null {
  const gpu = gpuOf(navigator);
  if (!gpu) return null;
  const listeners: ((message: unknown) => void)[] = [];
  const ends: ((why: GpuEnd, message?: string) => void)[] = [];
  let isClosed = false;
  const end = (why: GpuEnd, message?: string) => {
    for (const listener of ends.splice(0)) listener(why, message);
  };
  const starting = (async () => {
    // The files are large, and most browsers that know WebGPU have no adapter to it.
    if (!(await gpu.requestAdapter())) return end('no-adapter');
    const [address, text, binary] = await Promise.all([fetchScript(script), fetchBytes(mjs), fetchBytes(wasm)]);
    const worker = new Worker(address);
    // It holds on to what it was made from.
    URL.revokeObjectURL(address);
    worker.onmessage = ({ data }) => {
      for (const listener of listeners) listener(data);
    };
    worker.onerror = ({ message }) => end('failed', message);
    worker.onmessageerror = () => end('failed', 'A message could not be read.');
    worker.postMessage({ mjs: new TextDecoder().decode(text), wasm: binary } satisfies GpuStart, [binary]);
    return worker;
  })();
  starting.catch((error: unknown) => end('failed', String(error)));
  const whenStarted = (act: (worker: Worker) => void) => void starting.then((worker) => worker && act(worker), () => undefined);
  return {
    post: (message, transfer = []) => whenStarted((worker) => isClosed || worker.postMessage(message, transfer)),
    onMessage: (listener) => void listeners.push(listener),
    onEnd: (listener) => void ends.push(listener),
    close() {
      isClosed = true;
      whenStarted((worker) => worker.terminate());
    },
    mostBytes: Infinity,
  };
}
