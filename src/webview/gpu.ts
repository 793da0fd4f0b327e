import { buffersOf } from '../shared/buffers';
import { longestGpuMessage, type GpuFiles, type GpuStart, type GpuToPage, type GpuUp } from '../shared/gpu';
import { gpuOf } from '../shared/webGpu';

/** What the engine was lent. */
interface Lent {
  worker: Worker | null;
  /** What came before the worker was there. */
  readonly early: unknown[];
}

/**
 * Lends the page's GPU to the engine: runs the GPU's worker, which this page alone can start, and hands messages on
 * both ways as they are. The worker goes with the page.
 */
export function lendGpu(post: (message: GpuUp, buffers: readonly ArrayBuffer[]) => void): (message: GpuToPage) => void {
  let lent: Lent | null = null;

  const end = () => {
    lent?.worker?.terminate();
    lent = null;
  };

  const start = async (way: string, files: GpuFiles) => {
    end();
    const mine: Lent = { worker: null, early: [] };
    lent = mine;
    const fail = (message?: string) => {
      if (lent !== mine) return;
      end();
      post({ way, kind: 'ended', why: 'failed', ...(message && { message: message.slice(0, longestGpuMessage) }) }, []);
    };
    try {
      // The files are large, and most pages that know WebGPU have no adapter to it.
      const adapter = await gpuOf(navigator)?.requestAdapter();
      if (lent !== mine) return;
      if (!adapter) {
        end();
        return post({ way, kind: 'ended', why: 'no-adapter' }, []);
      }
      const [script, mjs, wasm] = await Promise.all([fetched(files.script), fetched(files.mjs), fetched(files.wasm)]);
      const first: GpuStart = { mjs: await mjs.text(), wasm: await wasm.arrayBuffer() };
      const text = await script.text();
      if (lent !== mine) return;
      const worker = workerOf(text);
      worker.onmessage = ({ data }: MessageEvent<unknown>) =>
        lent === mine && post({ way, kind: 'data', data }, buffersOf(data));
      // Of a worker that cannot be loaded a browser says nothing.
      worker.onerror = ({ message }: Partial<ErrorEvent>) => fail(message);
      worker.onmessageerror = () => fail("A message of the GPU's worker could not be read.");
      worker.postMessage(first, [first.wasm]);
      for (const data of mine.early) tell(worker, data);
      mine.worker = worker;
    } catch (error) {
      fail(String(error));
    }
  };

  return (message) => {
    switch (message.kind) {
      case 'start':
        return void start(message.way, message.files);
      case 'data':
        if (lent?.worker) tell(lent.worker, message.data);
        else lent?.early.push(message.data);
        return;
      case 'end':
        return end();
    }
  };
}

const tell = (worker: Worker, data: unknown): void => worker.postMessage(data, buffersOf(data));

/** The page's policy lets a worker come from a blob alone. */
function workerOf(script: string): Worker {
  const address = URL.createObjectURL(new Blob([script], { type: 'text/javascript' }));
  try {
    return new Worker(address);
  } finally {
    // The worker holds on to what it was made from.
    URL.revokeObjectURL(address);
  }
}

async function fetched(address: string): Promise<Response> {
  const answer = await fetch(address);
  if (!answer.ok) throw new Error(`A file of the GPU's worker was answered with the status ${answer.status}.`);
  return answer;
}
