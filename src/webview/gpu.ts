import { buffersOf } from '../shared/buffers';
import { longestGpuMessage, type GpuFiles, type GpuStart, type GpuToPage, type GpuUp, gpuOf } from '../shared/gpu';

/** A GPU session of the engine. */
interface Session {
  worker: Worker | null;
  /** Messages that came before the worker was ready. */
  readonly early: unknown[];
}

/**
 * Gives the engine access to the page's GPU: starts the GPU's worker, which only a page can, and forwards messages both
 * ways. The worker ends with the page.
 */
export function shareGpu(
  post: (message: GpuUp, buffers: readonly ArrayBuffer[]) => void,
): (message: GpuToPage) => void {
  let current: Session | null = null;

  const end = () => {
    current?.worker?.terminate();
    current = null;
  };

  const start = async (session: string, files: GpuFiles) => {
    end();
    const own: Session = { worker: null, early: [] };
    current = own;
    const fail = (message?: string) => {
      if (current !== own) return;
      end();
      post(
        { session, kind: 'ended', why: 'failed', ...(message && { message: message.slice(0, longestGpuMessage) }) },
        [],
      );
    };
    try {
      // Asked before the large files are fetched: many pages with WebGPU have no adapter.
      const adapter = await gpuOf(navigator)?.requestAdapter();
      if (current !== own) return;
      if (!adapter) {
        end();
        return post({ session, kind: 'ended', why: 'no-adapter' }, []);
      }
      const [script, mjs, wasm] = await Promise.all([
        fetchFile(files.script),
        fetchFile(files.mjs),
        fetchFile(files.wasm),
      ]);
      const first: GpuStart = { mjs: await mjs.text(), wasm: await wasm.arrayBuffer() };
      const text = await script.text();
      if (current !== own) return;
      const worker = workerOf(text);
      worker.onmessage = ({ data }: MessageEvent<unknown>) =>
        current === own && post({ session, kind: 'data', data }, buffersOf(data));
      // The event has no message if the worker could not be loaded.
      worker.onerror = ({ message }: Partial<ErrorEvent>) => fail(message);
      worker.onmessageerror = () => fail("A message of the GPU's worker could not be read.");
      worker.postMessage(first, [first.wasm]);
      for (const data of own.early) forward(worker, data);
      own.worker = worker;
    } catch (error) {
      fail(String(error));
    }
  };

  return (message) => {
    switch (message.kind) {
      case 'start':
        return void start(message.session, message.files);
      case 'data':
        if (current?.worker) forward(current.worker, message.data);
        else current?.early.push(message.data);
        return;
      case 'end':
        return end();
    }
  };
}

const forward = (worker: Worker, data: unknown): void => worker.postMessage(data, buffersOf(data));

/** The page's content security policy allows workers from blobs only. */
function workerOf(script: string): Worker {
  const address = URL.createObjectURL(new Blob([script], { type: 'text/javascript' }));
  try {
    return new Worker(address);
  } finally {
    // The worker has its script by now.
    URL.revokeObjectURL(address);
  }
}

async function fetchFile(address: string): Promise<Response> {
  const answer = await fetch(address);
  if (!answer.ok) throw new Error(`A file of the GPU's worker was answered with the status ${answer.status}.`);
  return answer;
}
