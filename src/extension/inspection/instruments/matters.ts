import type { ChatBand } from '../../../shared/chat/rendered';
import type { Progress } from '../../../shared/engine';
import { EngineError } from '../../../shared/errors';
import { noMatters, type MattersView } from '../../../shared/instruments';
import type { Intent } from '../../../shared/intents';
import { matterGrains, type MatteredPart, type Matters, type MattersQuestion } from '../../../shared/matters';
import { addedCount } from '../../../shared/place';
import { textParts, usualGrain } from '../../../shared/textParts';
import type { Token } from '../../../shared/tokens';
import type { Now } from '../now';
import { type ContinuationContext, leaveNow } from './continuations';
import { PacedTask } from './pacedTask';

/** Runs the inspected text without each of its parts. What is known belongs to one text in one model. */
export class MatteredParts {
  readonly #task: PacedTask<MattersView>;
  #of: readonly unknown[] = [null, null, null];

  constructor(private readonly context: ContinuationContext) {
    this.#task = new PacedTask(context, (found, how) => this.#set({ ...found, ...how }));
  }

  each = ({ by, answer }: Intent<'matter'>): Promise<void> => {
    const question = (now: Now): MattersQuestion | null => {
      const [seen, { at }] = [seenBy(now), now];
      if (!seen || at === null) return null;
      const tokens = seen.tokens.filter(({ index }) => index <= at);
      const cut = textParts(seen.text, tokens, by, seen.bands);
      const parts = cut.map(({ start, end, positions }) => ({ text: seen.text.slice(start, end), positions }));
      this.#set({ asked: { by, answer, parts }, known: null, values: null, isDone: false, together: null });
      return { position: at, parts: cut.map(({ positions }) => positions), ...(answer !== null && { answer }) };
    };
    return this.#ask(question, (known, isDone) => ({ known, isDone, values: this.#valuesOf(known) }));
  };

  together = ({ parts }: Intent<'matterTogether'>): Promise<void> => {
    const question = (): MattersQuestion | null => {
      const { asked, known } = this.#view;
      const positions = parts.map((part) => asked?.parts[part]?.positions ?? []);
      if (!known || positions.some(({ length }) => length === 0)) return null;
      this.#set({ together: null });
      const all = [...new Set(positions.flat())].sort((a, b) => a - b);
      return { position: known.position, answer: known.answer.map(({ id }) => id), parts: [all] };
    };
    return this.#ask(question, ({ parts: [found] }) => ({ together: found ? { ...found, parts } : null }));
  };

  #ask(
    questionOf: (now: Now) => MattersQuestion | null,
    show: (found: Matters, isDone: boolean) => Partial<MattersView>,
  ): Promise<void> {
    this.stop();
    const { engine, l10n, inspected } = this.context;
    return this.#task.do(async (signal, tell) => {
      const now = inspected();
      const { request, of, isOld } = now;
      if (isOld) throw new EngineError('bad-request', l10n.t('The text was edited. Inspect it again first.'));
      const leave = leaveNow(this.context);
      const question = request && questionOf(now);
      if (!question) return;
      const found: MatteredPart[] = [];
      const onProgress = ({ fraction, mattered }: Progress): void => {
        if (!mattered) return;
        found.push(...mattered.parts);
        tell(fraction, () => show({ ...mattered, parts: [...found] }, false));
      };
      return show(await engine.matters({ ...(of ?? request), ...question, ...leave }, { signal, onProgress }), true);
    });
  }

  /** The parts that are known stay. */
  stop(): void {
    this.#task.cancel();
    if (this.#view.working) this.#set({ working: null });
  }

  /** Something has changed: with another text or model all is new. */
  follow(): void {
    const inspected = this.context.inspected();
    const { text, numbersOf, at } = inspected;
    const [before, now] = [this.#of, [text, numbersOf, at]];
    if (now.every((one, place) => one === before[place])) return;
    this.#of = now;
    const isSame = text === before[0] && numbersOf === before[1];
    if (!isSame) this.#task.cancel();
    const seen = seenBy(inspected);
    const cuts = seen && cutsOf(seen, at ?? Infinity);
    this.context.change({ matters: { ...(isSame ? this.#view : noMatters), ...cuts } });
  }

  /** The change of the part of each token. */
  #valuesOf({ parts }: Matters): Float64Array {
    const values = new Float64Array(this.context.state().text?.tokens.length ?? 0).fill(NaN);
    for (const { part, change } of parts)
      for (const position of this.#view.asked?.parts[part]?.positions ?? []) values[position] = change;
    return values;
  }

  get #view(): MattersView {
    return this.context.state().matters;
  }

  #set(change: Partial<MattersView>): void {
    this.context.change({ matters: { ...this.#view, ...change } });
  }
}

/** What the model sees of a document: the window before the text too. The tokens count from where `text` begins. */
interface Seen {
  readonly text: string;
  readonly tokens: readonly Token[];
  /** Of a conversation. */
  readonly bands: readonly ChatBand[] | undefined;
}

function seenBy({ text, asRead, shown }: Now): Seen | null {
  if (!text || !asRead) return null;
  const { context = '' } = shown?.request ?? {};
  const own = text.tokens.slice(addedCount(text));
  // Much less of the context may be kept than was given. Its places are negative.
  const from = Math.min(0, own[0]?.start ?? 0);
  return {
    text: context.slice(context.length + from) + asRead.text,
    tokens: own.map((token) => ({ ...token, start: token.start - from, end: token.end - from })),
    bands: text.chat?.bands,
  };
}

/**
 * How a text can be cut: by tokens, as usual, and by what has several parts that are not those of a finer cut. Parts
 * after the position `last` are not counted.
 */
function cutsOf({ text: read, tokens, bands }: Seen, last: number): Pick<MattersView, 'grains' | 'usual'> {
  const usual = usualGrain(read, tokens, bands !== undefined);
  const grains = matterGrains
    .filter((by) => by !== 'message' || bands !== undefined)
    .map((by) => ({ by, cut: textParts(read, tokens, by, bands) }))
    .filter(
      ({ by, cut: { length } }, at, all) =>
        by === 'token' || by === usual || (length > 1 && all.findIndex((one) => one.cut.length === length) === at),
    )
    .map(({ by, cut }) => ({ by, parts: cut.filter(({ positions: [first = 0] }) => first <= last).length }));
  return { grains, usual };
}
