import { fork } from 'node:child_process';
import { constants, getPriority, setPriority } from 'node:os';
import { isNote } from '../../shared/engineProcess';
import type { GpuDown, GpuEnvelope, GpuUp } from '../../shared/gpu';
import type { WorkerProcess } from '../engineWorker';

/**
 * How long a process that was asked to end has before it is killed: one that is stopped never hears it. Milliseconds.
 */
const usuallyUntilKilled = 3000;

/**
 * How a process ends whose compiler fails, or whose code is wrong: by a signal, on Windows with a code (breakpoint,
 * illegal instruction, access violation). A heap that is full ends otherwise.
 */
const crashes: readonly unknown[] = [
  ...['SIGTRAP', 'SIGILL', 'SIGSEGV', 'SIGBUS'],
  ...[0x80000003, 0xc000001d, 0xc0000005],
];
export const isCrash = (code: number | null, signal: string | null): boolean =>
  crashes.includes(signal) || crashes.includes(code);
/** Merging operations to 256 bits is an experiment of V8's: after a crash, no process merges. */
let mergesOperations = true;

/** MiB. The longest headers are vocabularies of some 300,000 tokens with their merges. */
const heapBeside = 1024;

/**
 * MiB for new objects, a power of two. Newer V8 lets that part of the heap grow to 32, and never gives it back; an
 * inspection is not faster with more.
 */
const newObjects = 4;

/**
 * Starts the engine in a process of its own. Compiling and running a model leaves 200 MiB of freed memory in the
 * allocator of a process that goes on; one that ends gives back all of it. It ends with this process. One that works
 * `beside` another which holds a model gets less memory, and yields the processors to it.
 */
export function startEngineProcess(
  entry: string,
  beside = false,
  untilKilled: number = usuallyUntilKilled,
): WorkerProcess {
  const debugging = beside ? [] : forDebugger(process.env.VECTORSCOPE_INSPECT_ENGINE);
  const child = fork(entry, [], {
    // Typed arrays cross as bytes.
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    execArgv: [`--max-semi-space-size=${newObjects}`, ...(beside ? [`--max-old-space-size=${heapBeside}`] : debugging)],
    // Every thread has a heap of its own otherwise, and each keeps what a compilation left there.
    env: { ...process.env, MALLOC_ARENA_MAX: '2', ...(!mergesOperations && { VECTORSCOPE_KERNELS: '128' }) },
  });
  if (beside) yieldToOthers(child.pid);
  let crashed = false;
  // One that works beside another computes nothing.
  if (!beside)
    child.once('exit', (code, signal) => {
      crashed = mergesOperations && isCrash(code, signal);
      if (crashed) mergesOperations = false;
    });
  const ended = new Promise<void>((resolve) => {
    child.once('exit', () => resolve());
    // Other errors come from a process that lives.
    child.on('error', () => child.pid === undefined && resolve());
  });
  return {
    isDebugged: debugging.length > 0,
    // A failed send needs no answer: the end of the process is reported by itself.
    post: (message) => void child.send(message as object, () => undefined),
    onMessage: (listener) => void child.on('message', listener),
    onNote: (listener) => void child.on('message', (message) => isNote(message) && listener(message)),
    onEnd: (listener) => {
      child.on('error', (error) => listener(`its process could not be started or reached, ${error.name}`));
      child.on('exit', (code, signal) => {
        const how = `its process ended with ${code === null ? String(signal) : `code ${code}`}`;
        listener(crashed ? `${how}; the next one computes with 128 bits` : how);
      });
    },
    terminate: async () => {
      child.kill();
      const late = setTimeout(() => child.kill('SIGKILL'), untilKilled);
      await ended;
      clearTimeout(late);
    },
    gpu: {
      post: (message) => void child.send({ gpu: message } satisfies GpuEnvelope<GpuUp>, () => undefined),
      onMessage: (listener) => void child.on('message', (message) => isForGpu(message) && listener(message.gpu)),
    },
  };
}

/**
 * Opens the process to a debugger on this machine. What is shipped does not read the variable.
 * @param port as the launch configuration for debugging sets it
 */
const forDebugger = (port: string | undefined): string[] =>
  port !== undefined && /^\d{1,5}$/.test(port) ? [`--inspect=127.0.0.1:${port}`] : [];

function yieldToOthers(pid: number | undefined): void {
  try {
    const lower = constants.priority.PRIORITY_BELOW_NORMAL;
    // An editor that was started with a low priority passes it on already.
    if (pid !== undefined && getPriority(pid) < lower) setPriority(pid, lower);
  } catch {
    // It has ended already, or the system does not let us: it only works faster then.
  }
}

const isForGpu = (message: unknown): message is GpuEnvelope<GpuDown> =>
  typeof message === 'object' && message !== null && 'gpu' in message;
