import type { Head, HeadGrid, HeadView, Pattern } from '../../../shared/attention';
import { headSources, noAttention, patternRows, type AttentionView } from '../../../shared/instruments';
import { atPosition, Instrument, pushedOf, type InstrumentContext, type Sight } from './instrument';

/** The heads of the chosen position, and the open one. */
export class Attention {
  readonly #all: readonly Pick<Instrument<unknown>, 'refresh' | 'forget'>[];

  constructor(
    private readonly context: InstrumentContext,
    sight: Sight,
  ) {
    const { engine } = context;
    this.#all = [
      new Instrument<HeadGrid>(context, sight, {
        isWanted: ({ attention }) => attention,
        shown: (state) => state.attention.grid,
        show: (grid) => this.#change({ grid }),
        asked: atPosition((state) => {
          const { position } = state;
          const pushed = pushedOf(state);
          return {
            key: [pushed.output, pushed.against],
            ask: (of, signal) => engine.headGrid({ ...of, ...pushed, position }, { signal }),
          };
        }),
      }),
      new Instrument<HeadView>(context, sight, {
        // The text may be coloured by the open head while the section is out of sight.
        isWanted: ({ attention }, { options }) => attention || options.colouring === 'attention',
        shown: (state) => state.attention.view,
        show: (view) => this.#change({ view }),
        asked: atPosition((state) => {
          const { position } = state;
          const { open } = state.attention;
          const pushed = pushedOf(state);
          return (
            open && {
              key: [pushed.output, pushed.against, open.layer, open.head],
              ask: (of, signal) =>
                engine.headView({ ...of, ...pushed, position, ...open, count: headSources }, { signal }),
            }
          );
        }),
      }),
      new Instrument<Pattern>(context, sight, {
        isWanted: ({ attention, pattern }) => attention && pattern,
        shown: (state) => state.attention.pattern,
        show: (pattern) => this.#change({ pattern }),
        asked({ run, attention: { open } }) {
          return (
            open && {
              key: [open.layer, open.head],
              fits: (pattern) => pattern.positions === run.length,
              ask: (of, signal) => engine.pattern({ ...of, ...open, most: patternRows }, { signal }),
            }
          );
        },
      }),
    ];
  }

  /** Opens a head; null closes it. */
  async open(head: Head | null): Promise<void> {
    this.#change({ open: head, view: null, pattern: null });
    await this.refresh();
  }

  /** The numbers come from another model. */
  reset(): void {
    for (const one of this.#all) one.forget();
    this.context.change({ attention: noAttention });
  }

  async refresh(): Promise<void> {
    await Promise.all(this.#all.map((one) => one.refresh()));
  }

  #change(change: Partial<AttentionView>): void {
    this.context.change({ attention: { ...this.context.state().attention, ...change } });
  }
}
