import * as ort from 'onnxruntime-web';
import { EngineError } from '../../../shared/errors';
import { isOutOfMemory, memoryRanOut } from '../../../shared/noMemory';
import { ReusedBuffer } from '../../arrays/bytes';
import type { ExternalTensor, Graph } from './graph';

/** A dense array, row-major. */
export interface Tensor<
  T extends Float32Array | Int32Array | BigInt64Array = Float32Array | Int32Array | BigInt64Array,
> {
  readonly data: T;
  readonly dims: readonly number[];
}

export interface Session {
  /**
   * Runs the graph. Rejects with `EngineError('no-memory')`, or with `EngineError('internal')` that names the shapes of
   * the inputs, never their contents.
   */
  run(inputs: Readonly<Record<string, Tensor>>, outputs: readonly string[]): Promise<Record<string, Tensor>>;
  release(): Promise<void>;
}

export interface RuntimeFiles {
  readonly mjs: string;
  /** In a browser its bytes: compiling from an address needs a content type that many servers do not send. */
  readonly wasm: ArrayBuffer | string;
}

export type FindRuntime = () => Promise<RuntimeFiles>;

let used: { readonly threads: number; readonly find: FindRuntime } | undefined;
let prepared: Promise<void> | undefined;

/** Call it before the first session. Later calls have no effect, since the runtime starts its threads once. */
export function useRuntime(threads: number, find: FindRuntime): void {
  used = { threads, find };
}

async function prepare(): Promise<void> {
  if (!used) throw new Error('No session can be made before useRuntime.');
  const { mjs, wasm } = await used.find();
  ort.env.wasm.numThreads = used.threads;
  ort.env.wasm.wasmPaths = typeof wasm === 'string' ? { mjs, wasm } : { mjs };
  if (typeof wasm !== 'string') ort.env.wasm.wasmBinary = wasm;
  ort.env.logLevel = 'error';
}

/** Calls run one at a time, of all sessions: the runtime keeps their arguments on one stack. */
let lastCall: Promise<unknown> = Promise.resolve();

function alone<T>(call: () => Promise<T>): Promise<T> {
  const result = lastCall.then(call);
  lastCall = result.catch(() => undefined);
  return result;
}

/**
 * `webgpu` needs the runtime's build for it. It rejects graphs with operators that have no GPU kernel, which the
 * runtime would silently run on the processor.
 */
export async function createSession(graph: Graph, provider: 'wasm' | 'webgpu' = 'wasm'): Promise<Session> {
  prepared ??= prepare();
  try {
    await prepared;
  } catch (error) {
    prepared = undefined;
    throw error;
  }
  return sessionOf(await alone(() => readGraph(graph, provider)));
}

/** The device of the GPU sessions. */
export const gpuDevice = (): Promise<GpuDevice> => ort.env.webgpu.device as Promise<GpuDevice>;

/** The used part of `GPUDevice`, whose own type needs a DOM. */
export interface GpuDevice {
  readonly lost: Promise<unknown>;
}

async function readGraph(graph: Graph, provider: 'wasm' | 'webgpu'): Promise<ort.InferenceSession> {
  const weights = new LazyBytes(graph.external);
  try {
    return await createFrom(graph, weights, provider);
  } catch (error) {
    // The runtime drops the error of a weight's writer and says only that loading failed.
    throw weights.failure ?? (isOutOfMemory(error) ? memoryRanOut() : error);
  }
}

function createFrom(graph: Graph, weights: LazyBytes, provider: 'wasm' | 'webgpu'): Promise<ort.InferenceSession> {
  return ort.InferenceSession.create(graph.model, {
    executionProviders: [provider],
    // The graph is optimised already, and the runtime's optimiser takes 0.2 s.
    graphOptimizationLevel: 'disabled',
    logSeverityLevel: 3,
    externalData: graph.external.length > 0 ? [{ path: graph.externalName, data: weights }] : [],
    // Packed copies of the weights made nothing faster here, and each needs memory beside its original.
    extra: {
      session: {
        disable_prepacking: '1',
        intra_op: { allow_spinning: '0' },
        ...(provider === 'webgpu' && { disable_cpu_ep_fallback: '1' }),
      },
    },
  });
}

/** A function of its own, so that its closures do not keep the graph and the weights' sources alive. */
function sessionOf(session: ort.InferenceSession): Session {
  return {
    async run(inputs, outputs) {
      for (const name of session.inputNames) {
        if (!inputs[name])
          throw new EngineError(
            'internal',
            `The graph was run without its input ${name}; it takes ${session.inputNames.join(', ')}.`,
          );
      }
      const feeds = Object.fromEntries(Object.entries(inputs).map(([name, tensor]) => [name, ortTensor(tensor)]));
      let results: ort.InferenceSession.OnnxValueMapType;
      try {
        results = await alone(() => session.run(feeds, [...outputs]));
      } catch (error) {
        if (isOutOfMemory(error)) throw memoryRanOut();
        throw new EngineError('internal', `The inference runtime failed on ${describe(inputs)}: ${String(error)}`);
      }
      return Object.fromEntries(outputs.map((name) => [name, plainTensor(name, results[name])]));
    },
    release: () => alone(() => session.release()),
  };
}

function ortTensor({ data, dims }: Tensor): ort.Tensor {
  if (data instanceof Float32Array) return new ort.Tensor('float32', data, dims);
  if (data instanceof Int32Array) return new ort.Tensor('int32', data, dims);
  return new ort.Tensor('int64', data, dims);
}

function plainTensor(name: string, value: ort.OnnxValue | undefined): Tensor {
  const data = value?.data;
  if (value && (data instanceof Float32Array || data instanceof Int32Array || data instanceof BigInt64Array))
    return { data, dims: value.dims };
  throw new EngineError('internal', `The inference runtime gave no numbers for the output ${name}.`);
}

const describe = (inputs: Readonly<Record<string, Tensor>>): string =>
  Object.entries(inputs)
    .map(([name, { data, dims }]) => `${name} ${data.constructor.name} ${dims.join('×')}`)
    .join(', ');

/**
 * Weights that are produced when the runtime asks for them. It copies external data through `subarray`, one tensor at a
 * time, so one buffer serves all tensors and JavaScript never holds a float32 copy of the model.
 */
class LazyBytes extends Uint8Array {
  /** The error of the first weight that could not be written. */
  failure: unknown;

  constructor(tensors: readonly ExternalTensor[]) {
    super(0);
    const last = tensors.at(-1);
    const buffer = new ReusedBuffer();
    const byOffset = new Map(tensors.map((tensor) => [tensor.offset, tensor]));
    Object.defineProperty(this, 'byteLength', { value: last ? last.offset + last.byteLength : 0 });
    Object.defineProperty(this, 'subarray', {
      value: (begin: number, end: number): Uint8Array => {
        const tensor = byOffset.get(begin);
        if (!tensor || tensor.byteLength !== end - begin) throw new Error(`no tensor lies at ${begin} … ${end}`);
        const bytes = buffer.bytes(tensor.byteLength);
        try {
          tensor.write(bytes);
        } catch (error) {
          this.failure ??= error;
          throw error;
        }
        return bytes;
      },
    });
  }
}
