import { activations, attendedTogether, panelColumns, panelRows, unpackRoom, type Kernels } from './kernels';
import type { Attention, LayerProgram, Product, RowStep, RunLayers, Stage } from './layerProgram';
import { barrier, type Machine, type Steps, type ThreadRoom, type Worker } from './machine';
import { floatBytes } from './storedRows';

/** Rows of one work item. */
const rowsTogether = 4;

/** Bytes for each thread to run `rows` positions after `past` others. */
export function roomForLayers(rows: number, past: number): number {
  const scores = attendedTogether * Math.ceil((past + rows + panelRows) / panelRows) * panelRows * floatBytes;
  const tile = Math.max(rows, attendedTogether) * panelRows * floatBytes;
  return panelColumns * panelRows * floatBytes + unpackRoom + tile + scores;
}

/** Addresses in a thread's scratch memory. */
interface Room {
  readonly panel: number;
  readonly unpack: number;
  readonly tile: number;
  readonly scores: number;
}

function roomOf({ at, bytes }: ThreadRoom, index: number, rows: number): Room {
  const panel = at + index * bytes;
  const unpack = panel + panelColumns * panelRows * floatBytes;
  const tile = unpack + unpackRoom;
  return { panel, unpack, tile, scores: tile + Math.max(rows, attendedTogether) * panelRows * floatBytes };
}

/** Runs the stages one after the other. The threads share each. */
export function* runLayers(
  machine: Machine,
  { program, from, to, rows, past, addresses, room, parts }: RunLayers,
  worker: Worker,
): Steps {
  const { stages, epsilon } = machine.programs.get(program) as LayerProgram;
  const { kernels } = machine;
  const own = roomOf(room, worker.index, rows);
  const at = (operand: number) => addresses[operand] as number;
  for (let index = from; index < to; index++) {
    const stage = stages[index] as Stage;
    switch (stage.kind) {
      case 'rows':
        for (let first = rowsTogether * worker.take(); first < rows; first = rowsTogether * worker.take()) {
          const count = Math.min(rowsTogether, rows - first);
          for (const step of stage.steps) runRows(machine, step, at, first, count, rows, epsilon, parts);
          yield;
        }
        break;
      case 'products':
        for (let piece = worker.take(); ; piece = worker.take()) {
          const found = panelOf(stage.products, piece);
          if (!found) break;
          multiplyPanel(machine, found, at, rows, own);
          yield;
        }
        break;
      case 'attention':
        for (
          let piece = worker.take();
          piece < stage.heads * Math.ceil(rows / attendedTogether);
          piece = worker.take()
        ) {
          // The last positions see the most, so they begin first.
          const block = Math.ceil(rows / attendedTogether) - 1 - Math.floor(piece / stage.heads);
          attendBlock(kernels, stage, piece % stage.heads, block * attendedTogether, at, rows, past, own);
          yield;
        }
        break;
    }
    yield barrier;
    if (worker.index === 0) worker.reportProgress(index + 1);
  }
}

/** Sixteen rows from `first` on. Those from `from` to `to` belong to this panel. */
interface Panel {
  readonly product: Product;
  readonly first: number;
  readonly from: number;
  readonly to: number;
}

/** The panel of a work item: the panels of all products are numbered through. */
function panelOf(products: readonly Product[], piece: number): Panel | undefined {
  let left = piece;
  for (const product of products) {
    const { rows } = product.matrix;
    const panels = Math.ceil(rows / panelRows);
    if (left < panels) {
      const begin = left * panelRows;
      // If the rows do not fill the last panel it begins earlier. Rows of the previous panel are computed again and
      // dropped.
      const first = Math.max(0, Math.min(begin, rows - panelRows));
      return { product, first, from: begin - first, to: Math.min(panelRows, rows - first) };
    }
    left -= panels;
  }
  return undefined;
}

function multiplyPanel(
  { kernels, views }: Machine,
  { product, first, from, to }: Panel,
  at: (operand: number) => number,
  rows: number,
  { panel, unpack, tile }: Room,
): void {
  const { x, out, matrix } = product;
  const { columns, rowBytes } = matrix;
  const bias = matrix.bias === 0 ? 0 : matrix.bias + floatBytes * first;
  // Sums grow in place, and no thread may touch another's columns: a partial panel gets a tile of its own.
  const isPartial = to - from < panelRows;
  const target = isPartial ? tile : at(out) + floatBytes * first;
  const stride = floatBytes * (isPartial ? panelRows : matrix.rows);
  for (let column = 0; column < columns; column += panelColumns) {
    const count = Math.min(panelColumns, columns - column);
    kernels.unpack(
      matrix.type,
      matrix.at + first * rowBytes,
      rowBytes,
      rowBytes / columns,
      column,
      count,
      panel,
      unpack,
    );
    kernels.multiply(
      at(x) + floatBytes * column,
      floatBytes * columns,
      panel,
      floatBytes * panelRows,
      target,
      stride,
      rows,
      count,
      column > 0,
      bias,
    );
  }
  if (!isPartial) return;
  const { bytes } = views;
  for (let row = 0; row < rows; row++) {
    const line = tile + floatBytes * row * panelRows;
    bytes.copyWithin(
      at(out) + floatBytes * (row * matrix.rows + first + from),
      line + floatBytes * from,
      line + floatBytes * to,
    );
  }
}

function attendBlock(
  kernels: Kernels,
  stage: Attention,
  head: number,
  first: number,
  at: (operand: number) => number,
  rows: number,
  past: number,
  { panel, tile, scores }: Room,
): void {
  const { heads, groups, headSize, window, scale, cap } = stage;
  const group = Math.floor(head / (heads / groups));
  const stride = floatBytes * heads * headSize;
  const inRow = floatBytes * head * headSize;
  const inKeys = floatBytes * group * headSize;
  const place = first * stride + inRow;
  kernels.attend(
    ...([
      at(stage.queries) + place,
      stride,
      at(stage.keys) + inKeys,
      at(stage.values) + inKeys,
      floatBytes * groups * headSize,
      at(stage.out) + place,
      stride,
    ] as const),
    ...([
      past + first,
      Math.min(attendedTogether, rows - first),
      headSize,
      Math.min(window, 2 ** 30),
      scale,
      cap,
      scores,
      panel,
      tile,
    ] as const),
  );
}

function runRows(
  { kernels, views }: Machine,
  step: RowStep,
  at: (operand: number) => number,
  first: number,
  count: number,
  rows: number,
  epsilon: number,
  parts: number,
): void {
  const from = (operand: number, width: number) => at(operand) + floatBytes * first * width;
  switch (step.kind) {
    case 'rmsNorm': {
      const all = step.width * step.perRow;
      kernels.rmsNorm(from(step.x, all), from(step.out, all), step.gain, count * step.perRow, step.width, epsilon);
      break;
    }
    case 'layerNorm':
      kernels.layerNorm(
        from(step.x, step.width),
        from(step.out, step.width),
        step.gain,
        step.bias,
        count,
        step.width,
        epsilon,
      );
      break;
    case 'rotary': {
      const width = step.heads * step.headSize;
      kernels.rotary(
        from(step.x, width),
        from(step.out, width),
        from(step.cosine, step.pairs),
        from(step.sine, step.pairs),
        count,
        step.heads,
        step.headSize,
        step.pairs,
        step.interleaved,
      );
      break;
    }
    case 'activate':
      kernels.activate(
        from(step.x, step.width),
        from(step.out, step.width),
        count * step.width,
        activations[step.activation],
      );
      break;
    case 'add':
      kernels.add(from(step.a, step.width), from(step.b, step.width), from(step.out, step.width), count * step.width);
      break;
    case 'multiply':
      kernels.multiplyElements(
        from(step.a, step.width),
        from(step.b, step.width),
        from(step.out, step.width),
        count * step.width,
      );
      break;
    case 'copy': {
      const begin = from(step.x, step.width);
      views.bytes.copyWithin(from(step.out, step.width), begin, begin + floatBytes * count * step.width);
      break;
    }
    case 'replace': {
      const { bytes } = views;
      const length = floatBytes * step.count;
      for (let row = 0; row < count; row++) {
        const begin = from(step.x, step.width) + floatBytes * (row * step.width + step.from);
        if (step.values === 0) bytes.fill(0, begin, begin + length);
        else bytes.copyWithin(begin, step.values, step.values + length);
      }
      break;
    }
    case 'part': {
      const begin = from(step.x, step.width);
      kernels.sizes(begin, at(step.sizes) + 8 * first, count, step.width);
      if (parts !== 0)
        views.bytes.copyWithin(
          parts + floatBytes * step.width * (step.part * rows + first),
          begin,
          begin + floatBytes * count * step.width,
        );
      break;
    }
  }
}
