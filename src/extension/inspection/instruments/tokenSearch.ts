import { NewestTask } from '../newest';
import type { InstrumentContext } from './instrument';

const foundAtOnce = 50;

/** Finds tokens by their text; the newest query wins. */
export class Search {
  readonly #task = new NewestTask();

  constructor(private readonly context: Pick<InstrumentContext, 'engine' | 'ready' | 'change' | 'report'>) {}

  async find(query: string): Promise<void> {
    const { context } = this;
    const task = this.#task.start();
    try {
      if (query === '') return context.change({ found: null });
      await task.keep(context.ready());
      const result = await task.keep(context.engine.find({ query, count: foundAtOnce }, { signal: task.signal }));
      context.change({ found: { query, ...result } });
    } catch (error) {
      if (task.isCurrent()) context.report(error);
    } finally {
      task.end();
    }
  }

  cancel(): void {
    this.#task.cancel();
  }
}
