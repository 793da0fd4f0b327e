import { findRuntime } from '../../../src/engine/backends/gpu/hostPort';
import type { Graph } from '../../../src/engine/backends/onnx/graph';
import { createSession, useRuntime, type Session } from '../../../src/engine/backends/onnx/runtime';

/** A session of the runtime, on one thread. */
export function onnxSession(graph: Graph): Promise<Session> {
  useRuntime(1, findRuntime);
  return createSession(graph);
}
