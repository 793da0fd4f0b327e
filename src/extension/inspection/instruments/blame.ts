import type { BlamedPart } from '../../../shared/blame';
import type { OtherModel } from '../../../shared/both';
import { here } from '../../../shared/consent';
import type { Control, Progress } from '../../../shared/engine';
import { noBlame, type BlameView } from '../../../shared/instruments';
import type { Intent } from '../../../shared/intents';
import { NewestTask } from '../newest';
import type { Now } from '../now';
import { heldOf } from '../second';
import { PacedTask } from './pacedTask';
import type { DocumentContext } from './wholeDocument';

/** What it asks of the inspection. */
interface BlameContext extends Pick<DocumentContext, 'engine' | 'state' | 'change' | 'ready' | 'failed'> {
  inspected(): Now;
  report(error: unknown): void;
  /** The second model has another share of its adapter. */
  scaled(other: OtherModel): void;
}

/**
 * Runs one model with a part of the other in its place, for each part, and compares the files of both. What is known of
 * the parts belongs to one text, one position and two models, that of the tensors to the models.
 */
export class BlamedParts {
  readonly #task: PacedTask<BlameView>;
  #what: NonNullable<BlameView['working']>['what'] = 'parts';
  readonly #scaling = new NewestTask();
  #of: readonly unknown[] | null = null;

  constructor(private readonly context: BlameContext) {
    this.#task = new PacedTask(context, (found, { working, ...how }) =>
      this.#set({ ...found, ...how, working: working && { what: this.#what, ...working } }),
    );
  }

  parts = ({ by, reverse }: Intent<'blame'>): Promise<void> =>
    this.#work('parts', async ({ request, at, model, pushed }, { signal }, tell) => {
      const leave = here(model);
      if (!request || at === null || !leave) return;
      this.#set({ known: null, isDone: false });
      const parts: BlamedPart[] = [];
      const { output: token } = pushed;
      const question = { position: at, by, reverse, ...(token !== undefined && { token }) };
      const known = await this.context.engine.blame(
        { ...request, ...question, ...leave },
        {
          signal,
          onProgress: ({ fraction, blamed }) => {
            if (!blamed) return;
            parts.push(...blamed.parts);
            tell(fraction, () => ({ known: { ...blamed, parts: [...parts] } }));
          },
        },
      );
      return { known, isDone: true };
    });

  tensors = (): Promise<void> =>
    this.#work('tensors', async ({ model, second }, { signal }, tell) => {
      const [path, other] = [model?.files?.[0]?.path, heldOf(second)?.request.path];
      if (path === undefined || other === undefined) return;
      const { engine } = this.context;
      const onProgress = ({ fraction }: Progress) => tell(fraction);
      const changes = await engine.tensorChanges({ path, other }, { signal, onProgress });
      const tokens = changes.tensors.flatMap(({ name, shape, worst }) =>
        worst && shape[0] === model?.vocabulary ? [{ name, id: worst.row }] : [],
      );
      const named = tokens.map(async ({ name, id }) => [name, (await engine.token(id)).token] as const);
      return { tensors: { ...changes, tokens: Object.fromEntries(await Promise.all(named)) } };
    });

  /** Gives the second model as much of its adapter. The newest share counts. */
  async scale({ scale }: Intent<'scaleOther'>): Promise<void> {
    const task = this.#scaling.start();
    try {
      this.context.scaled(await task.keep(this.context.engine.scaleOther({ scale }, { signal: task.signal })));
    } catch (error) {
      if (task.isCurrent()) this.context.report(error);
    } finally {
      task.end();
    }
  }

  #work(
    what: NonNullable<BlameView['working']>['what'],
    work: (
      now: Now,
      control: Required<Pick<Control, 'signal'>>,
      tell: (fraction: number, found?: () => Partial<BlameView>) => void,
    ) => Promise<Partial<BlameView> | undefined>,
  ): Promise<void> {
    this.stop();
    this.#what = what;
    return this.#task.do((signal, tell) => {
      const now = this.context.inspected();
      this.#of = ofNow(now);
      return work(now, { signal }, tell);
    });
  }

  /** The parts that are known stay. */
  stop(): void {
    this.#task.cancel();
    if (this.context.state().blame.working) this.#set({ working: null });
  }

  /** Something has changed: what does not belong to it any more goes. */
  follow(): void {
    const now = ofNow(this.context.inspected());
    const areSame = (first: number): boolean => now.slice(0, first).every((one, at) => one === this.#of?.[at]);
    if (!this.#of || areSame(now.length)) return;
    const { tensors } = this.context.state().blame;
    const ofModels = areSame(2) ? tensors : null;
    this.#of = areSame(2) ? now : null;
    this.#task.cancel();
    this.context.change({ blame: { ...noBlame, tensors: ofModels } });
  }

  #set(change: Partial<BlameView>): void {
    this.context.change({ blame: { ...this.context.state().blame, ...change } });
  }
}

/** What the tensors belong to, and the parts besides. */
const ofNow = ({ numbersOf, second, wish, at }: Now): readonly unknown[] => [
  numbersOf,
  heldOf(second)?.other,
  wish?.id,
  at,
];
