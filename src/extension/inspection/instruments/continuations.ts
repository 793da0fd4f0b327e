import type { ContinuationStep, Sampler } from '../../../shared/continuation';
import { EngineError, isCancelled } from '../../../shared/errors';
import { noContinuation, pathsApart, type ContinuedPath } from '../../../shared/instruments';
import type { Intent } from '../../../shared/intents';
import { serverPlace } from '../../../shared/modelName';
import type { NamedToken } from '../../../shared/tokens';
import { NewestTask } from '../newest';
import type { Now } from '../now';
import { DownloadNeeded } from '../surroundings';
import type { DocumentContext } from './wholeDocument';

/** What it asks of the inspection. */
export interface ContinuationContext extends Pick<
  DocumentContext,
  'engine' | 'l10n' | 'state' | 'change' | 'ready' | 'failed' | 'clear' | 'wantedServer'
> {
  inspected(): Now;
}

/**
 * The walked continuations of the inspected text, of which one grows at a time. They belong to one wish: an edit that
 * is read, another selection and another model end them.
 */
export class Continuations {
  readonly #task = new NewestTask();
  /** What the paths or the failure belong to. */
  #of: readonly [wish: object | undefined, model: object | null, isOld: boolean] | null = null;
  #next = 1;

  constructor(private readonly context: ContinuationContext) {}

  async run({ from, count, sampler, seed, stop }: Intent<'continueText'>): Promise<void> {
    this.stop();
    const task = this.#task.start();
    const parent = from && this.#all.find(({ id }) => id === from.path);
    const forked = from && branchOf(parent, from);
    if (from && !forked) return;
    // Steps draw the same tokens as before, so a path that asks for more goes on from its end.
    const known = !from && stop === undefined ? this.#all.find((one) => isBegun(one, count, sampler, seed)) : undefined;
    const before = forked ?? known?.steps ?? [];
    const id = known?.id ?? this.#next++;
    const branched = from?.step ?? null;
    const grow = (steps: readonly ContinuationStep[], ended: ContinuedPath['ended']) =>
      this.#set({
        ...{ id, steps: [...before, ...steps], branched, ended },
        sampler,
        seed: sampler && seed,
        stop: stop ?? null,
      });
    const { engine, l10n, ready, failed, inspected } = this.context;
    try {
      await task.keep(ready());
      const { request, of, shown, wish, numbersOf, isOld } = inspected();
      if (!request || shown?.wish.id !== wish?.id) return;
      this.#of = [wish?.id, numbersOf, isOld];
      if (isOld) throw new EngineError('bad-request', l10n.t('The text was edited. Inspect it again first.'));
      if (shown && shown.text.leftOut > 0)
        throw new EngineError(
          'bad-request',
          l10n.t('The text is longer than the limit, so nothing can follow its end. Raise the limit of tokens.'),
        );
      const leave = leaveNow(this.context);
      this.context.change({ continuation: { ...this.context.state().continuation, failure: null } });
      grow([], null);
      let told: readonly ContinuationStep[] = [];
      const after = before.map(({ token }) => token.id);
      const more = known ? count - after.length : count;
      const asked = {
        ...(of ?? request),
        after,
        count: more,
        sampler,
        seed,
        ...(stop !== undefined && { stop }),
        ...leave,
      };
      const { steps, ended } = await task.keep(
        engine.continuation(asked, {
          signal: task.signal,
          onProgress({ continued }) {
            if (continued && task.isCurrent()) grow((told = [...told, continued]), null);
          },
        }),
      );
      grow(steps, ended);
      this.#keepApart();
    } catch (error) {
      if (!task.isCurrent()) return;
      this.stop();
      const { continuation } = this.context.state();
      if (!isCancelled(error) && !(error instanceof DownloadNeeded))
        this.context.change({ continuation: { ...continuation, failure: failed(error) } });
    } finally {
      task.end();
    }
  }

  /** Stops the path that grows, which keeps its steps. */
  stop(): void {
    this.#task.cancel();
    const growing = this.#all.find(({ ended }) => ended === null);
    if (growing?.steps.length === 0) this.remove(growing.id);
    else if (growing) {
      this.#set({ ...growing, ended: 'cancelled' });
      this.#keepApart();
    }
  }

  /** A path that went the way of another is none of its own. */
  #keepApart(): void {
    const { continuation } = this.context.state();
    this.context.change({ continuation: { ...continuation, paths: pathsApart(continuation.paths) } });
  }

  remove(id: number): void {
    if (this.#all.some((one) => one.id === id && one.ended === null)) this.#task.cancel();
    const { continuation } = this.context.state();
    this.context.change({ continuation: { ...continuation, paths: this.#all.filter((one) => one.id !== id) } });
  }

  /** Without the token that ends a text: nothing can stand after it. */
  tokensOf(path: number | undefined): readonly NamedToken[] | undefined {
    const found = this.#all.find(({ id }) => id === path);
    return found?.steps.slice(0, found.ended === 'endToken' ? -1 : undefined).map(({ token }) => token);
  }

  /** Something has changed: ends without a trace if the text or its model did. */
  follow(): void {
    if (!this.#of) return;
    const { wish, numbersOf, isOld, reading } = this.context.inspected();
    if (!reading && [wish?.id, numbersOf, isOld].every((one, at) => one === this.#of?.[at])) return;
    this.#of = null;
    this.#task.cancel();
    this.context.change({ continuation: noContinuation });
  }

  get #all(): readonly ContinuedPath[] {
    return this.context.state().continuation.paths;
  }

  #set(path: ContinuedPath): void {
    const { continuation } = this.context.state();
    const paths = this.#all.some(({ id }) => id === path.id)
      ? this.#all.map((one) => (one.id === path.id ? path : one))
      : [...this.#all, path];
    this.context.change({ continuation: { ...continuation, paths } });
  }
}

/** A server gets no text again that it would not get for an inspection now. */
export function leaveNow({ l10n, state, clear, wantedServer }: ContinuationContext) {
  const { model } = state();
  const leave = clear(wantedServer(), model ?? {});
  if ('clearance' in leave) return leave;
  throw new EngineError(
    'bad-request',
    l10n.t('The text was not sent to {0}. Inspect it again first.', serverPlace(leave.held)),
  );
}

/** Whether a path that the model chose alone is the beginning of one of `count` tokens. */
const isBegun = (path: ContinuedPath, count: number, sampler: Sampler | null, seed: number): boolean =>
  path.branched === null &&
  (path.ended === 'count' || path.ended === 'cancelled') &&
  path.steps.length < count &&
  path.seed === (sampler && seed) &&
  JSON.stringify(path.sampler) === JSON.stringify(sampler);

/** The steps of a path up to one of them, with another token in its place; null if it is none of its alternatives. */
function branchOf(
  path: ContinuedPath | undefined,
  { step: at, id }: NonNullable<Intent<'continueText'>['from']>,
): readonly ContinuationStep[] | null {
  const step = path?.steps[at];
  const other = step?.alternatives.find(({ token }) => token.id === id);
  if (!path || !step || !other) return null;
  const { hiddenSize, alternatives } = step;
  return [...path.steps.slice(0, at), { ...other, sampled: 1, hiddenSize, alternatives }];
}
