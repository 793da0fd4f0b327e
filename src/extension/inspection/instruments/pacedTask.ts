import type { Signal } from '../../../shared/engine';
import { isCancelled } from '../../../shared/errors';
import { Pace } from '../../../shared/timeLeft';
import { NewestTask } from '../newest';
import { DownloadNeeded } from '../surroundings';
import type { DocumentContext } from './wholeDocument';

/** How far work is. */
interface Working {
  /** 0 … 1. */
  readonly fraction: number;
  readonly secondsLeft: number | null;
}

/** Milliseconds between two reports: each posts all that is known. */
const between = 100;

/** Work that tells how far it is. The newest counts, and a failure becomes a sentence. */
export class PacedTask<View> {
  readonly #task = new NewestTask();

  /** `show` is given what was found, and how the work stands: `working` is null once it has ended. */
  constructor(
    private readonly context: Pick<DocumentContext, 'ready' | 'failed'>,
    private readonly show: (
      found: Partial<View>,
      how: { readonly working: Working | null; readonly failure?: string | null },
    ) => void,
  ) {}

  /** `tell` is for all progress, and leaves most of it out. */
  async do(
    work: (
      signal: Signal,
      tell: (fraction: number, found?: () => Partial<View>) => void,
    ) => Promise<Partial<View> | undefined>,
  ): Promise<void> {
    const task = this.#task.start();
    const pace = new Pace();
    const at = (fraction: number): Working => ({ fraction, secondsLeft: pace.left(fraction, performance.now()) });
    let told = -Infinity;
    try {
      await task.keep(this.context.ready());
      this.show({}, { working: at(0), failure: null });
      const done = await task.keep(
        work(task.signal, (fraction, found) => {
          const working = at(fraction);
          if (!task.isCurrent() || performance.now() - told < between) return;
          told = performance.now();
          this.show({ ...found?.() }, { working });
        }),
      );
      this.show({ ...done }, { working: null });
    } catch (error) {
      if (!task.isCurrent()) return;
      const isQuiet = isCancelled(error) || error instanceof DownloadNeeded;
      this.show({}, { working: null, failure: isQuiet ? null : this.context.failed(error) });
    } finally {
      task.end();
    }
  }

  cancel(): void {
    this.#task.cancel();
  }
}
