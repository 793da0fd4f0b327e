import { platform } from '#platform';

/** The exports of `src/kernels/wide.ts`: tiles of two rows and of groups of four, codes as a panel and as sums. */
interface Tiles {
  multiplyTwo(...args: readonly number[]): void;
  multiplyFours(...args: readonly number[]): number;
  spread(...args: readonly number[]): void;
  sumRow(...args: readonly number[]): number;
}

export const tilesOver = (module: WebAssembly.Module, memory: WebAssembly.Memory): Tiles =>
  new WebAssembly.Instance(module, { env: { memory } }).exports as unknown as Tiles;

// The product that is timed: 64 rows of 512 columns. It takes some 20 microseconds.
const rows = 64;
const columns = 512;
const rowBytes = 4 * columns;
const lineBytes = 4 * 16;
const page = 65_536;
/** As the module declares it. */
const mostPages = 65_536;
const a = page;
const panel = a + rows * rowBytes;
const sums = panel + columns * lineBytes;
const pages = 1 + Math.ceil((sums + rows * lineBytes) / page);

const times = 8;
/** Less is noise, or too little to be worth another set of tiles. */
const leastGain = 1.15;

/**
 * The module that has the tile of four rows, if it is faster here than the tile of two rows and all its products have
 * the same bits; else null. It is faster where its pairs of 128-bit operations became one of 256. Takes some five
 * milliseconds to compile and one to time. What fails here takes no more than speed away.
 */
export function wideIfFaster(bytes: Uint8Array<ArrayBuffer>, shared: boolean): WebAssembly.Module | null {
  try {
    const module = platform.compileWide(bytes);
    return module && gains(module, shared) ? module : null;
  } catch {
    return null;
  }
}

function gains(module: WebAssembly.Module, shared: boolean): boolean {
  const memory = new WebAssembly.Memory({ initial: pages, maximum: mostPages, shared });
  const numbers = new Float32Array(memory.buffer, a, (sums - a) / 4);
  for (let i = 0; i < numbers.length; i++) numbers[i] = Math.sin(i);
  const tiles = tilesOver(module, memory);
  const two = leastTime(memory, () => {
    for (let row = 0; row < rows; row += 2)
      tiles.multiplyTwo(a + row * rowBytes, rowBytes, panel, lineBytes, sums + row * lineBytes, lineBytes, columns);
  });
  const four = leastTime(memory, () =>
    tiles.multiplyFours(a, rowBytes, panel, lineBytes, sums, lineBytes, rows, columns),
  );
  return isWorthIt(two, four) && codeLayouts.every((layout) => sumsAlike(tiles, memory, layout));
}

/** The layouts of src/kernels/codes.ts: groups of 16 or 32 columns, without and with shifts. */
const codeLayouts = [2, 3, 18, 19] as const;
const codeColumns = 256;

/** Whether 16 sums from codes have the bits of a product with the panel of these codes. */
function sumsAlike(tiles: Tiles, { buffer }: WebAssembly.Memory, layout: number): boolean {
  // Any bytes are codes, and the numbers in their places are finite scales. The first page is free.
  const [codes, x, scratch] = [a, a + 16 * rowBytes, 0];
  const [usual, other] = [sums, sums + 2 * lineBytes].map((at) => new Int32Array(buffer, at, 16).fill(0));
  tiles.spread(codes, codeColumns, layout, panel, scratch);
  tiles.multiplyTwo(x, rowBytes, panel, lineBytes, sums, lineBytes, codeColumns);
  tiles.sumRow(codes, codeColumns, layout, x, sums + 2 * lineBytes, scratch);
  return usual?.every((bits, i) => bits === other?.[i]) === true;
}

/** A product: the least time that it took, and the bits of its numbers. */
interface Product {
  readonly time: number;
  readonly bits: Int32Array;
}

/** Whether a tile is faster than another and gives the same bits. */
export const isWorthIt = (usual: Product, other: Product): boolean =>
  usual.time > leastGain * other.time && usual.bits.every((bits, i) => bits === other.bits[i]);

function leastTime({ buffer }: WebAssembly.Memory, multiply: () => void): Product {
  const result = new Int32Array(buffer, sums, rows * 16);
  let time = Infinity;
  for (let i = 0; i < times; i++) {
    result.fill(0);
    const start = performance.now();
    multiply();
    time = Math.min(time, performance.now() - start);
  }
  return { time, bits: result.slice() };
}
