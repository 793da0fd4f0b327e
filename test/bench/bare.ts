import { llama } from '../../src/engine/architecture/llama';
import { findRuntime } from '../../src/engine/backends/gpu/hostPort';
import { GraphBuilder } from '../../src/engine/backends/onnx/graph';
import { floatsOf } from '../../src/engine/backends/onnx/products';
import { createSession, useRuntime } from '../../src/engine/backends/onnx/runtime';
import { localEngine, type LocalEngine } from '../../src/engine/localEngine';
import { EmbeddingMatrix } from '../../src/engine/weights/embedding';
import { readGguf } from '../../src/engine/weights/gguf';
import { openSource } from '../../src/engine/weights/source';
import { defaultModel } from '../../src/shared/defaultModel';
import { modelPath } from './inputs';

const threads = 2;
const chunks = 8;

/** Query rows of one product, in the engine and here. */
export const rowsTogether = 64;

export async function loadEngine(): Promise<LocalEngine> {
  const engine = localEngine();
  await engine.load({ path: modelPath, sha256: defaultModel.sha256, threads });
  return engine;
}

/**
 * The default model's matrix times 64 vectors and nothing else, on the runtime, the threads and the chunks of the
 * engine.
 */
export async function bareProduct(): Promise<() => Promise<unknown>> {
  const matrix = new EmbeddingMatrix(readGguf(openSource(modelPath)), llama.embedding);
  const graph = new GraphBuilder();
  const queries = graph.input('queries', 'float', ['n', matrix.dimensions]);
  const names = Array.from({ length: chunks }, (_, chunk) => `dots.${chunk}`);
  names.forEach((name, chunk) => {
    const [start, end] = [chunk, chunk + 1].map((border) => Math.floor((border * matrix.vocabulary) / chunks)) as [
      number,
      number,
    ];
    const weight = graph.weight('float', [end - start, matrix.dimensions], (into) =>
      matrix.block(start, end - start, floatsOf(into)),
    );
    graph.output(name, graph.node('FusedMatMul', [queries, weight], { transB: 1 }, 'com.microsoft'), 'float', [
      'n',
      end - start,
    ]);
  });
  useRuntime(threads, findRuntime);
  const session = await createSession(graph.build());
  const some = matrix.block(0, rowsTogether);
  return () => session.run({ queries: { data: some, dims: [rowsTogether, matrix.dimensions] } }, names);
}
