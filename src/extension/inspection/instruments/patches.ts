import type { PatchView } from '../../../shared/instruments';
import type { Intent } from '../../../shared/intents';
import type { PanelState } from '../../../shared/panel';
import type { OtherText, PatchCellQuestion, PatchedCell, PatchRows } from '../../../shared/vectors/texts';
import { NewestTask } from '../newest';
import { Instrument, persistently, type InstrumentContext, type Sight } from './instrument';

/** Likeliest tokens of each of the two predictions of a cell. */
const listed = 10;

/** The comparison that patches belong to. */
interface Owner {
  other(): OtherText | null;
  change(patch: PatchView | null): void;
}

/** The grid of patches of one pair of positions, row by row, and its open cell. */
export class Patches {
  readonly #task = new NewestTask();
  readonly #cell: Instrument<PatchedCell>;

  constructor(
    private readonly context: InstrumentContext,
    private readonly sight: Sight,
    private readonly owner: Owner,
  ) {
    this.#cell = new Instrument<PatchedCell>(context, sight, {
      isWanted: () => sight.now.texts,
      shown: () => this.#now?.open?.result ?? null,
      show: (result) => {
        const open = this.#now?.open;
        if (open) this.#change({ open: { ...open, result } });
      },
      asked: (state) => {
        const [patch, question] = [this.#now, this.#question(state)];
        if (!patch?.open || !question) return null;
        const { row, at } = patch.open;
        const rowOf = patch.layer === null ? { layer: row } : { layer: patch.layer, head: row };
        return {
          key: [...keyOf(patch), row, at],
          // Another cell, or another grid, takes the answer off.
          fits: () => true,
          ask: (of, signal) =>
            context.engine.patchCell({ ...of, ...question, ...rowOf, at, count: listed }, { signal }),
        };
      },
    });
  }

  /** Fills a grid, or goes on where it was stopped; null takes it off. */
  async begin(patch: Intent<'patch'>['patch']): Promise<void> {
    const { trunk } = this.context.state().model ?? {};
    if (!patch || !trunk) return this.end();
    const { part, tokens } = patch;
    const layer = part === 'head' ? Math.min(patch.layer ?? 0, trunk.layers - 1) : null;
    const now = this.#now;
    const isSame = now && String(keyOf(now)) === String(keyOf({ part, layer, tokens }));
    if (isSame && now.progress !== 'done') this.#change({ progress: 'running' });
    else if (!isSame) {
      this.end();
      const length = {
        residual: trunk.layers + 1,
        attention: trunk.layers,
        feedForward: trunk.layers,
        head: trunk.heads,
      };
      const rows = Array.from({ length: length[part] }, () => null);
      this.owner.change({ part, layer, tokens, difference: null, rows, progress: 'running', open: null });
    }
    await this.refresh();
  }

  /** The rows that were computed stay. */
  stop(): void {
    this.#task.cancel();
    if (this.#now?.progress === 'running') this.#change({ progress: 'stopped' });
  }

  async open(cell: Intent<'openPatch'>['cell']): Promise<void> {
    this.#change({ open: cell && { ...cell, result: null } });
    await this.#cell.refresh();
  }

  end(): void {
    this.#task.cancel();
    this.#cell.forget();
    if (this.#now) this.owner.change(null);
  }

  async refresh(): Promise<void> {
    await Promise.all([this.#cell.refresh(), this.#fill()]);
  }

  /** Asks for one row after another. It pauses while it is out of sight, or the engine has other work. */
  async #fill(): Promise<void> {
    if (!this.context.state().loaded) return this.stop();
    if (!this.#next()) return this.#task.cancel();
    if (this.#task.busy) return;
    const task = this.#task.start();
    try {
      for (let next = this.#next(); next; next = this.#next()) {
        const asked = next;
        const row = await task.keep(
          persistently(
            () => this.context.engine.patch(asked, { signal: task.signal }),
            () => task.isCurrent() && this.context.isReady(),
          ),
        );
        this.#show(row);
      }
    } catch (error) {
      if (!task.isCurrent()) return;
      this.stop();
      this.context.report(error);
    } finally {
      task.end();
    }
  }

  #show({ first, difference, rows: answered }: PatchRows): void {
    const rows = (this.#now?.rows ?? []).map((row, at) => answered[at - first] ?? row);
    this.#change({ difference, rows, ...(!rows.includes(null) && { progress: 'done' }) });
  }

  /** The next row, the last first: a run from there on is short, so that the grid soon shows something. */
  #next() {
    const { context } = this;
    const [patch, question, of] = [this.#now, this.#question(context.state()), context.ofRun()];
    if (patch?.progress !== 'running' || !question || !of || !context.isReady() || !this.sight.now.texts) return null;
    const first = patch.rows.lastIndexOf(null);
    if (first < 0) return null;
    return { ...of, ...question, ...(patch.layer !== null && { layer: patch.layer }), first, count: 1 };
  }

  /** What rows and cells ask alike; null while the pair of positions is not known. */
  #question({ texts }: PanelState): Omit<PatchCellQuestion, 'layer' | 'at' | 'count'> | null {
    const other = this.owner.other();
    if (!texts?.next || !texts.patch || !other || texts.failure !== null) return null;
    const { position, otherPosition, likeliest } = texts.next;
    return { ...other, part: texts.patch.part, position, otherPosition, tokens: texts.patch.tokens ?? likeliest };
  }

  get #now(): PatchView | null {
    return this.context.state().texts?.patch ?? null;
  }

  #change(change: Partial<PatchView>): void {
    const now = this.#now;
    if (now) this.owner.change({ ...now, ...change });
  }
}

const keyOf = ({ part, layer, tokens }: Pick<PatchView, 'part' | 'layer' | 'tokens'>) => [
  part,
  layer,
  ...(tokens ?? []),
];
