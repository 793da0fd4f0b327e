import type { GpuEnd, GpuStart } from '../../shared/gpu';
import type { WorkerStart } from '../../shared/webWorker';
import type { GpuPort } from '../gpu/port';
import { fetchBytes, fetchScript } from './fetching';

/** Starts the GPU's worker inside this one, which a browser allows from what was fetched only. null where the browser has no WebGPU. */
export function openGpu({ script, mjs, wasm }: WorkerStart['gpu']): GpuPort | null {
  if (!('gpu' in navigator)) return null;
  const listeners: ((message: unknown) => void)[] = [];
  const ends: ((why: GpuEnd) => void)[] = [];
  let isClosed = false;
  const end = (why: GpuEnd) => {
    for (const listener of ends.splice(0)) listener(why);
  };
  const starting = (async () => {
    const [address, text, binary] = await Promise.all([fetchScript(script), fetchBytes(mjs), fetchBytes(wasm)]);
    const worker = new Worker(address);
    worker.onmessage = ({ data }) => {
      for (const listener of listeners) listener(data);
    };
    worker.onerror = () => end('failed');
    worker.postMessage({ mjs: new TextDecoder().decode(text), wasm: binary } satisfies GpuStart, [binary]);
    return worker;
  })();
  starting.catch(() => end('failed'));
  const whenStarted = (act: (worker: Worker) => void) => void starting.then(act, () => undefined);
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
