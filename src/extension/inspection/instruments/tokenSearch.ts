import type { Engine } from '../../../shared/engine';
import type { Found } from '../../../shared/panel';
import { NewestTask } from '../newest';

const foundAtOnce = 50;

/** Finds tokens by their text; the newest query wins. */
export class Search {
  readonly #task = new NewestTask();

  constructor(
    private readonly engine: Engine,
    /** Resolves once the engine has a model. */
    private readonly ready: () => Promise<void>,
    private readonly show: (found: Found | null) => void,
    private readonly report: (error: unknown) => void,
  ) {}

  async find(query: string): Promise<void> {
    const task = this.#task.start();
    try {
      if (query === '') return this.show(null);
      await task.keep(this.ready());
      const result = await task.keep(this.engine.find({ query, count: foundAtOnce }, { signal: task.signal }));
      this.show({ query, ...result });
    } catch (error) {
      if (task.isCurrent()) this.report(error);
    } finally {
      task.end();
    }
  }

  cancel(): void {
    this.#task.cancel();
  }
}
