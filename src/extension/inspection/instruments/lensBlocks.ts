import { lensEntries, type LensBlock } from '../../../shared/instruments';
import type { Lens } from '../../../shared/layers';
import type { TextRequest } from '../../../shared/tokens';
import { NewestTask, type Task } from '../newest';
import { persistently, type InstrumentContext, type Sight } from './instrument';

/** Positions of one block, and residuals of one request: a block takes about a tenth of a second. */
const width = 16;
const height = 4;

interface Wanted extends Pick<LensBlock, 'first' | 'count' | 'from' | 'to'> {
  readonly request: TextRequest;
}

/** The logit lens of the positions that are in sight, block by block. */
export class LensBlocks {
  #of: TextRequest | null = null;
  #blocks: readonly LensBlock[] = [];
  readonly #task = new NewestTask();

  constructor(
    private readonly context: InstrumentContext,
    private readonly sight: Sight,
  ) {}

  async refresh(): Promise<void> {
    const [state, request] = [this.context.state(), this.context.request()];
    if (request !== this.#of) {
      this.#of = request;
      this.#blocks = [];
      this.#task.cancel();
      if (state.lens) this.context.change({ lens: null });
    }
    // A computation goes on: after each block it looks at what is in sight.
    if (!request || !this.context.isReady() || !this.sight.now.lens) return this.#stop();
    if (!this.#task.busy) await this.#compute();
  }

  #stop(): void {
    if (!this.#task.busy) return;
    this.#task.cancel();
    this.#tell(null);
  }

  async #compute(): Promise<void> {
    const task = this.#task.start();
    try {
      for (let next = this.#next(); next; next = this.#next()) {
        this.#tell(next.fraction);
        this.#blocks = [...this.#blocks, await this.#block(next, task)];
      }
      this.#tell(null);
    } catch (error) {
      if (!task.isCurrent()) return;
      this.#tell(null);
      this.context.report(error);
    } finally {
      task.end();
    }
  }

  async #block({ request, first, count, from, to }: Wanted, { signal, keep, isCurrent }: Task): Promise<LensBlock> {
    const ask = () =>
      this.context.engine.lens({ ...request, first, count, positions: { from, to }, top: lensEntries }, { signal });
    const lens = await keep(persistently(ask, () => isCurrent() && this.context.isReady()));
    return packed(lens, from, to);
  }

  #tell(fraction: number | null): void {
    this.context.change({ lens: { blocks: this.#blocks, fraction } });
  }

  /**
   * The first block in sight that is not known, the last layers first: they are what the prediction is made from. Null
   * where all is known.
   */
  #next(): (Wanted & { readonly fraction: number }) | null {
    const [state, request, { lens: sight }] = [this.context.state(), this.context.request(), this.sight.now];
    if (!request || !this.context.isReady() || !sight || !state.model?.trunk || !state.run) return null;
    const residuals = state.model.trunk.layers + 1;
    const end = Math.min(sight.to, state.run.length);
    const known = (first: number, from: number) =>
      this.#blocks.some((block) => block.first === first && block.from === from);
    let [total, done] = [0, 0];
    let next: Omit<Wanted, 'request'> | null = null;
    for (let from = Math.floor(sight.from / width) * width; from < end; from += width) {
      for (let bottom = residuals; bottom > 0; bottom -= height) {
        const first = Math.max(0, bottom - height);
        total++;
        if (known(first, from)) done++;
        else next ??= { first, count: bottom - first, from, to: Math.min(from + width, state.run.length) };
      }
    }
    return next && { ...next, request, fraction: done / total };
  }
}

/** Cells in a row, layer by layer, in a form that costs little to hand over. */
export function packed({ first, rows }: Lens, from: number, to: number): LensBlock {
  const cells = rows.flat();
  const of = <T extends Int32Array | Float32Array>(
    array: T,
    value: (cell: (typeof cells)[number], entry: number) => number | undefined,
  ): T => {
    const each = array.length / cells.length;
    cells.forEach((cell, index) => {
      for (let entry = 0; entry < each; entry++) array[index * each + entry] = value(cell, entry) ?? 0;
    });
    return array;
  };
  return {
    first,
    count: rows.length,
    from,
    to,
    ids: of(new Int32Array(cells.length * lensEntries), ({ top }, entry) => top[entry]?.token.id ?? -1),
    probabilities: of(new Float32Array(cells.length * lensEntries), ({ top }, entry) => top[entry]?.probability),
    entropy: of(new Float32Array(cells.length), ({ entropy }) => entropy),
    ranks: of(new Int32Array(cells.length), ({ rank }) => rank ?? 0),
  };
}
