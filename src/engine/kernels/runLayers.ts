import { dotOfPart } from '../arrays/vectors';
import { activations, attendedTogether, panelRows } from './kernels';
import type {
  AttentionNumbers,
  ConvolutionNumbers,
  LayerProgram,
  Product,
  RowStep,
  RunLayers,
  LayerStage,
} from './layerProgram';
import { barrier, type KernelMachine, type Steps, type Views, type Worker } from './machine';
import { chosenShares, clampedGate, gateValues, multiplyExperts, sigmoidGate } from './runExperts';
import { runRecurrence } from './runRecurrence';
import { doubleBytes, floatBytes, multiplyRows, panelRoom, panelStride } from './storedRows';

const rowsTogether = 4;

const tileBytes = (rows: number): number => Math.max(rows, attendedTogether) * panelStride;

/** Bytes for each thread to run `rows` positions after `past` others. */
export function roomForLayers(rows: number, past: number): number {
  const scores = attendedTogether * Math.ceil((past + rows + panelRows) / panelRows) * panelStride;
  return panelRoom + tileBytes(rows) + scores;
}

interface Run {
  readonly machine: KernelMachine;
  readonly rows: number;
  readonly past: number;
  readonly epsilon: number;
  readonly parts: number;
  /** Addresses in the thread's scratch memory. */
  readonly panel: number;
  readonly tile: number;
  readonly scores: number;
  readonly at: (operand: number) => number;
}

/** Runs the stages one after the other. The threads share each. */
export function* runLayers(
  machine: KernelMachine,
  { program, from, to, rows, past, addresses, room, parts }: RunLayers,
  worker: Worker,
): Steps {
  const { stages, epsilon } = machine.programs.get(program) as LayerProgram;
  const panel = room.at + worker.index * room.bytes;
  const tile = panel + panelRoom;
  const run: Run = {
    machine,
    rows,
    past,
    epsilon,
    parts,
    panel,
    tile,
    scores: tile + tileBytes(rows),
    at: (operand) => addresses[operand] as number,
  };
  for (let index = from; index < to; index++) {
    const stage = stages[index] as LayerStage;
    switch (stage.kind) {
      case 'rows':
        for (let first = rowsTogether * worker.take(); first < rows; first = rowsTogether * worker.take()) {
          const count = Math.min(rowsTogether, rows - first);
          for (const step of stage.steps) runRows(run, step, first, count);
          yield;
        }
        break;
      case 'products':
        for (let piece = worker.take(); ; piece = worker.take()) {
          const found = panelOf(stage.products, piece);
          if (!found) break;
          multiplyPanel(run, found);
          yield;
        }
        break;
      case 'convolution':
        for (let row = worker.take(); row < rows; row = worker.take()) {
          convolveRow(machine.views, stage, run.at, row, past);
          yield;
        }
        break;
      case 'recurrence':
        for (let head = worker.take(); head < stage.keyHeads; head = worker.take()) {
          yield* runRecurrence(machine, stage, head, { rows, past, scratch: run.scores, at: run.at });
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
          attendBlock(run, stage, piece % stage.heads, block * attendedTogether);
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

function multiplyPanel({ machine, rows, panel, tile, at }: Run, { product, first, from, to }: Panel): void {
  const { kernels, views } = machine;
  const { x, matrix, experts } = product;
  if (experts) {
    multiplyExperts(machine, { product, experts, first, from, to }, rows, panel, tile, at);
    return;
  }
  const out = at(product.out) + floatBytes * first;
  const outStride = floatBytes * matrix.rows;
  // Sums grow in place, and no thread may touch another's columns: a partial panel gets a tile of its own.
  const isPartial = to - from < panelRows;
  multiplyRows(kernels, matrix, matrix.at + first * matrix.rowBytes, panel, {
    x: at(x),
    count: rows,
    out: isPartial ? tile : out,
    outStride: isPartial ? panelStride : outStride,
    bias: matrix.bias === 0 ? 0 : matrix.bias + floatBytes * first,
  });
  if (!isPartial) return;
  for (let row = 0; row < rows; row++) {
    const line = tile + row * panelStride;
    const target = out + row * outStride + floatBytes * from;
    views.bytes.copyWithin(target, line + floatBytes * from, line + floatBytes * to);
  }
}

function attendBlock(run: Run, stage: AttentionNumbers, head: number, first: number): void {
  const { machine, rows, past, panel, tile, scores, at } = run;
  const { heads, groups, headSize, window, scale, cap, sinks } = stage;
  const group = Math.floor(head / (heads / groups));
  const stride = floatBytes * heads * headSize;
  const place = first * stride + floatBytes * head * headSize;
  const inKeys = floatBytes * group * headSize;
  machine.kernels.attend({
    q: at(stage.queries) + place,
    strideQ: stride,
    k: at(stage.keys) + inKeys,
    v: at(stage.values) + inKeys,
    strideKV: floatBytes * groups * headSize,
    out: at(stage.out) + place,
    strideOut: stride,
    first: past + first,
    rows: Math.min(attendedTogether, rows - first),
    headSize,
    window: Math.min(window, 2 ** 30),
    scale,
    cap,
    scores,
    panel,
    tile,
    sink: sinks === 0 ? -Infinity : (machine.views.floats[sinks / floatBytes + head] as number),
  });
}

function runRows({ machine, rows, past, epsilon, parts, at }: Run, step: RowStep, first: number, count: number): void {
  const { kernels, views } = machine;
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
      kernels.rotary({
        x: from(step.x, width),
        out: from(step.out, width),
        cosine: from(step.cosine, step.pairs),
        sine: from(step.sine, step.pairs),
        rows: count,
        heads: step.heads,
        headSize: step.headSize,
        pairs: step.pairs,
        interleaved: step.interleaved,
      });
      break;
    }
    case 'activate':
      kernels.activateValues(
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
    case 'clampedGate':
    case 'sigmoidGate': {
      const [a, b, out] = [step.a, step.b, step.out].map((operand) => from(operand, step.width) / floatBytes);
      const gate = step.kind === 'clampedGate' ? clampedGate : sigmoidGate;
      gateValues(gate, views, a as number, b as number, out as number, count * step.width);
      break;
    }
    case 'stretch':
      for (let row = 0; row < count; row++)
        stretchRow(views, step, from(step.x, step.width), from(step.out, step.width), row * step.width);
      break;
    case 'pick': {
      const { size, width, second } = step;
      const [x, out] = [from(step.x, 2 * width), from(step.out, width)];
      for (let part = 0; part < (count * width) / size; part++) {
        const begin = x + floatBytes * size * (2 * part + Number(second));
        views.bytes.copyWithin(out + floatBytes * size * part, begin, begin + floatBytes * size);
      }
      break;
    }
    case 'copy': {
      const begin = from(step.x, step.width);
      views.bytes.copyWithin(from(step.out, step.width), begin, begin + floatBytes * count * step.width);
      break;
    }
    case 'choose': {
      const { used, normalises, width } = step;
      for (let row = first; row < first + count; row++) {
        const begin = at(step.x) / floatBytes + row * width;
        const shares = chosenShares(views.floats.subarray(begin, begin + width), used, normalises);
        views.floats.set(shares, at(step.out) / floatBytes + row * width);
      }
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
    case 'steer':
      for (let row = Math.max(first, step.begin - past); row < Math.min(first + count, step.end - past); row++)
        steerRow(views, step, at(step.x) / floatBytes + row * step.width);
      break;
    case 'part':
    case 'keep': {
      const begin = from(step.x, step.width);
      const stride = step.kind === 'part' ? step.width : step.stride;
      if (step.kind === 'part') kernels.sizes(begin, at(step.sizes) + 8 * first, count, step.width);
      // How much neurons fired takes several times the room of the parts, and is read at one position alone.
      if (parts !== 0 && (step.kind === 'part' || rows === 1))
        views.bytes.copyWithin(
          parts + floatBytes * stride * (step.part * rows + first),
          begin,
          begin + floatBytes * count * step.width,
        );
      break;
    }
  }
}

/** The convolution of a position, in float64. */
function convolveRow(
  { floats }: Views,
  { x, out, kernel, width, taps }: ConvolutionNumbers,
  at: Run['at'],
  row: number,
  past: number,
): void {
  const [from, to, factors] = [at(x) / floatBytes, at(out) / floatBytes + row * width, kernel / floatBytes];
  const last = past + row;
  const first = Math.max(0, last - taps + 1);
  for (let i = 0; i < width; i++) {
    let sum = 0;
    for (let position = first; position <= last; position++)
      sum +=
        (floats[factors + (i + 1) * taps - 1 + position - last] as number) *
        (floats[from + position * width + i] as number);
    floats[to + i] = sum;
  }
}

/** Stretches the row of `width` numbers that is `past` numbers after the addresses. */
function stretchRow(
  { floats }: Views,
  { gain, bias, width }: Extract<RowStep, { readonly kind: 'stretch' }>,
  x: number,
  out: number,
  past: number,
): void {
  const [g, b] = [gain / floatBytes, bias / floatBytes];
  const [from, to] = [x / floatBytes + past, out / floatBytes + past];
  for (let i = 0; i < width; i++)
    floats[to + i] = (floats[from + i] as number) * (floats[g + i] as number) + (b && (floats[b + i] as number));
}

/** Steers the residual that begins at number `x` of the memory, in float64. */
function steerRow(
  { floats, doubles }: Views,
  { vector, width, projects }: Extract<RowStep, { readonly kind: 'steer' }>,
  x: number,
): void {
  const v = vector / doubleBytes + 1;
  let amount = doubles[v - 1] as number;
  if (projects) amount *= dotOfPart(floats, x, doubles, v, width);
  // Adding 0 would turn −0 into 0.
  if (amount === 0) return;
  for (let i = 0; i < width; i++) floats[x + i] = (floats[x + i] as number) + amount * (doubles[v + i] as number);
}
