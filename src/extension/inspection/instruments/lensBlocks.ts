import { lensEntries, type LensBlock, type LensInView } from '../../../shared/instruments';
import type { Divergence, Lens, LensStage } from '../../../shared/layers';
import type { OfRun, TextRequest } from '../../../shared/tokens';
import { NewestTask, type Task } from '../newest';
import { persistently, type InstrumentContext, type Sight } from './instrument';

/** Positions of one block: a block takes about a tenth of a second. */
const width = 16;
/** Layers of one block. For rows after attention all layers run again each time, so those blocks are larger. */
const height: Readonly<Record<LensStage, number>> = { layer: 4, attention: 8 };

/** The numbers of a block that are asked for next. */
interface Wanted extends Pick<LensBlock, 'after' | 'first' | 'count' | 'from' | 'to'> {
  /** The block whose divergences are missing; `null` if its cells are. */
  readonly known: LensBlock | null;
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
        const { known } = next.wanted;
        const block = await this.#block(next, task);
        this.#blocks = [...this.#blocks.filter((other) => other !== known), block];
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

  async #block({ of, wanted }: Next, { signal, keep, isCurrent }: Task): Promise<LensBlock> {
    const { engine } = this.context;
    const { known, after, first, count, from, to } = wanted;
    const asked = { ...of, after, first, count, positions: { from, to } };
    const answer = <T>(ask: () => Promise<T>): Promise<T> =>
      keep(persistently(ask, () => isCurrent() && this.context.isReady()));
    return known
      ? { ...known, divergence: packedDivergence(await answer(() => engine.divergence(asked, { signal }))) }
      : packed(await answer(() => engine.lens({ ...asked, top: lensEntries }, { signal })), after, from, to);
  }

  #tell(fraction: number | null): void {
    this.context.change({ lens: { blocks: this.#blocks, fraction } });
  }

  /**
   * The first block in sight that is not known, the last layers first: they are what the prediction is made from. Null
   * where all is known.
   */
  #next(): Next | null {
    const [state, of, { lens: sight }] = [this.context.state(), this.context.ofRun(), this.sight.now];
    if (!of || !this.context.isReady() || !sight || !state.model?.trunk || !state.run) return null;
    const all = wantedIn(sight, state.run.length, state.model.trunk.layers, this.#blocks);
    const next = all.find((wanted) => wanted !== null);
    return next ? { of, wanted: next, fraction: all.filter((wanted) => wanted === null).length / all.length } : null;
  }
}

interface Next {
  readonly of: OfRun;
  readonly wanted: Wanted;
  /** Share of what is in sight that is known. */
  readonly fraction: number;
}

/** Everything in sight in the order in which it is asked for; `null` if it is known. */
function wantedIn(
  { from, to, between = false, divergence = false }: LensInView,
  length: number,
  layers: number,
  blocks: readonly LensBlock[],
): readonly (Wanted | null)[] {
  const all: (Wanted | null)[] = [];
  for (let begin = Math.floor(from / width) * width; begin < Math.min(to, length); begin += width)
    for (const after of between ? (['layer', 'attention'] as const) : (['layer'] as const)) {
      const least = after === 'layer' ? 0 : 1;
      for (let bottom = layers + 1; bottom > least; bottom -= height[after]) {
        const first = Math.max(least, bottom - height[after]);
        const known =
          blocks.find((block) => block.after === after && block.first === first && block.from === begin) ?? null;
        const block = { after, first, count: bottom - first, from: begin, to: Math.min(begin + width, length) };
        all.push(known ? null : { ...block, known });
        if (divergence) all.push(known?.divergence ? null : { ...block, known });
      }
    }
  return all;
}

/** Cells in a row, layer by layer, in a form that costs little to hand over. */
export function packed({ first, rows }: Lens, after: LensStage, from: number, to: number): LensBlock {
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
    after,
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

const packedDivergence = ({ rows }: Divergence): Float32Array => Float32Array.from(rows.flatMap((row) => [...row]));
