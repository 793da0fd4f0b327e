type Named<Numbers extends string, Flags extends string = never> = (
  named: Readonly<Record<Numbers, number> & Record<Flags, boolean>>,
) => void;

/** The kernels with eight arguments or more. */
export interface NamedKernels {
  readonly unpack: Named<'type' | 'rows' | 'rowBytes' | 'bytesPerColumn' | 'first' | 'columns' | 'panel' | 'scratch'>;
  readonly multiply: Named<
    'a' | 'strideA' | 'panel' | 'stridePanel' | 'c' | 'strideC' | 'rows' | 'columns' | 'bias',
    'accumulate'
  >;
  readonly rotary: Named<'x' | 'out' | 'cosine' | 'sine' | 'rows' | 'heads' | 'headSize' | 'pairs', 'interleaved'>;
  readonly attend: Named<
    | 'q'
    | 'strideQ'
    | 'k'
    | 'v'
    | 'strideKV'
    | 'out'
    | 'strideOut'
    | 'first'
    | 'rows'
    | 'headSize'
    | 'window'
    | 'scale'
    | 'cap'
    | 'scores'
    | 'panel'
    | 'tile'
  >;
  readonly select: Named<
    'dots' | 'queries' | 'id' | 'lists' | 'capacity' | 'metrics' | 'squares' | 'inverse' | 'shifts' | 'bias'
  >;
  readonly measureResidual: Named<
    'r' | 'input' | 'inputSize' | 'output' | 'outputSize' | 'gain' | 'bias' | 'epsilon' | 'width' | 'scratch' | 'out'
  >;
}

export type PositionalKernels = Record<keyof NamedKernels, (...args: readonly (number | boolean)[]) => void>;

/** `src/kernels` takes the arguments by position, in the order given here. */
export const namedKernels = (kernels: PositionalKernels): NamedKernels => ({
  unpack: ({ type, rows, rowBytes, bytesPerColumn, first, columns, panel, scratch }) =>
    kernels.unpack(type, rows, rowBytes, bytesPerColumn, first, columns, panel, scratch),
  multiply: ({ a, strideA, panel, stridePanel, c, strideC, rows, columns, accumulate, bias }) =>
    kernels.multiply(a, strideA, panel, stridePanel, c, strideC, rows, columns, accumulate, bias),
  rotary: ({ x, out, cosine, sine, rows, heads, headSize, pairs, interleaved }) =>
    kernels.rotary(x, out, cosine, sine, rows, heads, headSize, pairs, interleaved),
  attend: (named) =>
    kernels.attend(
      named.q,
      named.strideQ,
      named.k,
      named.v,
      named.strideKV,
      named.out,
      named.strideOut,
      named.first,
      named.rows,
      named.headSize,
      named.window,
      named.scale,
      named.cap,
      named.scores,
      named.panel,
      named.tile,
    ),
  select: ({ dots, queries, id, lists, capacity, metrics, squares, inverse, shifts, bias }) =>
    kernels.select(dots, queries, id, lists, capacity, metrics, squares, inverse, shifts, bias),
  measureResidual: ({ r, input, inputSize, output, outputSize, gain, bias, epsilon, width, scratch, out }) =>
    kernels.measureResidual(r, input, inputSize, output, outputSize, gain, bias, epsilon, width, scratch, out),
});
