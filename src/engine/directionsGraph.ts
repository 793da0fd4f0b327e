import { floatsOf, type Target } from './architecture/products';
import type { EmbeddingMatrix } from './embedding';
import { GraphBuilder, type Graph, type Value } from './onnx/graph';

const mostChunks = 8;
/** Numbers that are summed in float32 before float64 takes over: so few lose nothing, and far fewer are left to turn into float64. */
const summedTogether = 64;
const microsoft = 'com.microsoft';
/** Numbers that ONNX gives to element types. */
const float = 1;
const int32 = 6;
const double = 11;

export interface DirectionsGraph {
  readonly graph: Graph;
  readonly chunks: number;
  /** Rows of the smallest chunk: no chunk can give more candidates. */
  readonly smallestChunk: number;
}

/** What turns products into logits. */
export interface Outputs {
  /** The bound c of the logits x, c·tanh(x/c). */
  readonly logitCap?: number | undefined;
  /** Added to the products before that, V long. */
  readonly bias?: Float32Array | null;
}

/** Where the products with the rows come from: the graph that holds the rows, or inputs `dots.c`, n × rows, in the place of `queries`. */
export type ProductsFrom = 'rows' | 'inputs';

/**
 * One pass over the V × d matrix for several queries: the candidates by all three metrics and the parts of the softmax.
 *
 * Inputs: `queries` n × d; `shift` n × 1, `squares` V and `inverse` V, which make a space of the same rows (see Space); `hidden`,
 * how many of the queries, from the first on, get softmax parts, and `ranked`, how many get candidates (at least 1 each: an empty part
 * ends the runtime's process, and all that a graph holds is run whatever is asked for); `perChunk` and `count`, the candidates of a
 * chunk and of all.
 * Outputs: `euclidean`, `dot`, `cosine`, ids ranked × count, unordered; `greatest`, `total`, `weighted`, hidden × chunks, of the logits x:
 * m = max x, Σ e^(x−m) and Σ e^(x−m)(x−m), the maximum taken off first because float32 sums lose the entropy otherwise; `dots.c`, n × rows; with a
 * bias also `logit`, ids hidden × count by product and bias.
 */
export function directionsGraph(matrix: EmbeddingMatrix, { logitCap, bias = null }: Outputs = {}, productsFrom: ProductsFrom = 'rows'): DirectionsGraph {
  const graph = new GraphBuilder();
  const node = (operator: string, inputs: Value[], attributes = {}) => graph.node(operator, inputs, attributes);
  const last = graph.integers(-1);
  const first = graph.integers(0);

  const products = productsFrom === 'rows' ? productsWithRows(graph, matrix, 'wasm') : (chunk: number, rows: number) => graph.input(`dots.${chunk}`, 'float', ['n', rows]);
  const shift = graph.input('shift', 'float', ['ranked', 1]);
  const squares = graph.input('squares', 'float', [matrix.vocabulary]);
  const inverse = graph.input('inverse', 'float', [matrix.vocabulary]);
  const hidden = graph.input('hidden', 'int64', [1]);
  const ranked = graph.input('ranked', 'int64', [1]);
  const perChunk = graph.input('perChunk', 'int64', [1]);
  const count = graph.input('count', 'int64', [1]);

  const none = (): Scores => ({ values: [], ids: [] });
  const scores = { euclidean: none(), dot: none(), cosine: none(), logit: none() };
  const softmax: Record<'greatest' | 'total' | 'weighted', Value[]> = { greatest: [], total: [], weighted: [] };

  /** Sums of rows; thousands of float32 numbers are off by 2e-5 in float32. */
  const sum = (x: Value, length: number) => {
    const together = largestDivisor(length, summedTogether);
    const parts = node('ReduceSum', [node('Reshape', [x, graph.integers(0, length / together, together)]), last], { keepdims: 0 });
    return node('Cast', [node('ReduceSum', [node('Cast', [parts], { to: double }), last])], { to: float });
  };
  const cap = logitCap === undefined ? null : graph.floats(Float32Array.of(logitCap), [1]);
  const two = graph.floats(Float32Array.of(2), [1]);
  const { chunks, starts } = chunksOf(matrix);
  let smallestChunk = matrix.vocabulary;
  for (let chunk = 0; chunk < chunks; chunk++) {
    const start = starts[chunk] as number;
    const rows = (starts[chunk + 1] as number) - start;
    smallestChunk = Math.min(smallestChunk, rows);
    const dots = products(chunk, rows);
    if (productsFrom === 'rows') graph.output(`dots.${chunk}`, dots, 'float', ['n', rows]);

    const part = (vector: Value) => node('Slice', [vector, graph.integers(start), graph.integers(start + rows)]);
    const compared = node('Slice', [dots, first, ranked, first]);
    const byMetric = {
      dot: compared,
      euclidean: node('Sub', [node('Mul', [compared, two]), part(squares)]),
      cosine: node('Mul', [node('Sub', [compared, shift]), part(inverse)]),
    };
    const select = (from: Value, into: Scores) => {
      const [values, ids] = graph.nodes('TopK', [from, perChunk], 2, { sorted: 0 });
      into.values.push(values as Value);
      into.ids.push(node('Add', [ids as Value, graph.integers(start)]));
    };
    for (const metric of ['euclidean', 'dot', 'cosine'] as const) select(byMetric[metric], scores[metric]);

    const plain = node('Slice', [dots, first, hidden, first]);
    const raw = bias ? node('Add', [plain, graph.floats(bias.subarray(start, start + rows), [rows])]) : plain;
    if (bias) select(raw, scores.logit);
    const logits = cap ? node('Mul', [node('Tanh', [node('Div', [raw, cap])]), cap]) : raw;
    const greatest = node('ReduceMax', [logits, last]);
    const below = node('Sub', [logits, greatest]);
    const powers = node('Exp', [below]);
    softmax.greatest.push(greatest);
    softmax.total.push(sum(powers, rows));
    softmax.weighted.push(sum(node('Mul', [powers, below]), rows));
  }

  for (const [metric, { values, ids }] of Object.entries(scores)) {
    if (values.length === 0) continue;
    const [, best] = graph.nodes('TopK', [node('Concat', values, { axis: 1 }), count], 2, { sorted: 0 });
    const chosen = node('GatherElements', [node('Concat', ids, { axis: 1 }), best as Value], { axis: 1 });
    graph.output(metric, node('Cast', [chosen], { to: int32 }), 'int32', [metric === 'logit' ? 'hiddenRows' : 'ranked', 'count']);
  }
  for (const [name, parts] of Object.entries(softmax)) graph.output(name, node('Concat', parts, { axis: 1 }), 'float', ['hiddenRows', chunks]);
  return { graph: graph.build(), chunks, smallestChunk };
}

/** The products alone, for a GPU: `queries` n × d to `dots.c`, n × rows. */
export function productsGraph(matrix: EmbeddingMatrix): Graph {
  const graph = new GraphBuilder();
  const products = productsWithRows(graph, matrix, 'webgpu');
  const { chunks, starts } = chunksOf(matrix);
  for (let chunk = 0; chunk < chunks; chunk++) {
    const rows = (starts[chunk + 1] as number) - (starts[chunk] as number);
    graph.output(`dots.${chunk}`, products(chunk, rows), 'float', ['n', rows]);
  }
  return graph.build();
}

function productsWithRows(graph: GraphBuilder, matrix: EmbeddingMatrix, target: Target): (chunk: number, rows: number) => Value {
  const queries = graph.input('queries', 'float', ['n', matrix.dimensions]);
  const { starts } = chunksOf(matrix);
  return (chunk, rows) => {
    const weight = graph.weight('float', [rows, matrix.dimensions], (into) => matrix.block(starts[chunk] as number, rows, floatsOf(into)));
    return target === 'wasm' ? graph.node('FusedMatMul', [queries, weight], { transB: 1 }, microsoft) : graph.node('Gemm', [queries, weight], { transB: 1 });
  };
}

/** `starts` has the end as its last. */
function chunksOf({ vocabulary }: EmbeddingMatrix): { readonly chunks: number; readonly starts: readonly number[] } {
  const chunks = Math.min(mostChunks, vocabulary);
  return { chunks, starts: Array.from({ length: chunks + 1 }, (_, chunk) => Math.floor((chunk * vocabulary) / chunks)) };
}

interface Scores {
  readonly values: Value[];
  readonly ids: Value[];
}

function largestDivisor(of: number, most: number): number {
  let divisor = Math.min(of, most);
  while (of % divisor !== 0) divisor--;
  return divisor;
}
