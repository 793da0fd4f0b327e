import type { InView, PatchView } from '../../../shared/instruments';
import type { Intent } from '../../../shared/intents';
import type { PanelState } from '../../../shared/panel';
import type { OtherText, PatchCellQuestion, PatchedCell, PatchRows } from '../../../shared/vectors/texts';
import { NewestTask } from '../newest';
import { Instrument, persistently, type Asked, type InstrumentContext, type Sight } from './instrument';

/** Likeliest tokens of each of the two predictions of a cell. */
const listed = 10;

/** The comparison that patches belong to. */
interface Owner {
  other(): OtherText | null;
  change(patch: PatchView | null): void;
}

/** In sight, and nothing has failed that would fail again. */
export const isWanted = (sight: InView, { texts }: PanelState) => sight.texts && texts?.failure === null;

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
      isWanted,
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
        const asked = { ...question, ...rowOf, at, count: listed };
        const ask: Asked<PatchedCell>['ask'] = (of, signal) =>
          context.engine.patchCell({ ...of, ...asked }, { signal });
        // Another cell, or another grid, takes the answer off, so that one which is shown always fits.
        return { key: [keyOf(patch), row, at], fits: () => true, ask };
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
    const isSame = now && keyOf(now) === keyOf({ part, layer, tokens });
    if (isSame && now.progress !== 'done') this.#change({ progress: 'running' });
    else if (!isSame) {
      this.end();
      const length = part === 'head' ? trunk.heads : trunk.layers + Number(part === 'residual');
      const rows = Array.from({ length }, () => null);
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
      if (task.isCurrent()) this.context.report(error);
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
    const state = context.state();
    const [patch, question, of] = [this.#now, this.#question(state), context.ofRun()];
    if (patch?.progress !== 'running' || !question || !of) return null;
    const first = patch.rows.lastIndexOf(null);
    if (first < 0 || !context.isReady() || !isWanted(this.sight.now, state)) return null;
    return { ...of, ...question, ...(patch.layer !== null && { layer: patch.layer }), first, count: 1 };
  }

  /** What rows and cells ask alike; null while the pair of positions is not known. */
  #question({ texts }: PanelState): Omit<PatchCellQuestion, 'layer' | 'at' | 'count'> | null {
    const other = this.owner.other();
    if (!texts?.next || !texts.patch || !other) return null;
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

const keyOf = (patch: Pick<PatchView, 'part' | 'layer' | 'tokens'>): string =>
  [patch.part, patch.layer, patch.tokens].join(' ');
