import { EngineError, isRefused } from '../../../shared/errors';
import type { VectorView } from '../../../shared/instruments';
import { translated } from '../../../shared/said';
import { parseExpression, readsText } from '../../../shared/vectors/expression';
import type { TextPlace } from '../../../shared/vectors/vector';
import { KeyedRequest, same, type InstrumentContext, type Sight } from './instrument';

/** What an expression gives: a vector, or why it is none. */
type Answer = Pick<VectorView, 'result' | 'fault'>;
const nothing: Answer = { result: null, fault: null };

/** Why the engine refused an expression; null if the error is no fault of the expression. */
export function faultOf(error: unknown, { l10n }: Pick<InstrumentContext, 'l10n'>): VectorView['fault'] {
  return error instanceof EngineError && isRefused(error)
    ? { message: translated(error.said, l10n), at: error.at ?? null }
    : null;
}

/** Whether an expression reads the inspected text; false too if it is none. */
export function readsItsText(expression: string, l10n: InstrumentContext['l10n']): boolean {
  const parsed = parseExpression(expression, l10n);
  return 'expression' in parsed && readsText(parsed.expression);
}

/** The chosen position as a place where expressions read h; absent if it was not run. */
export function placeNow({ state, ofRun }: InstrumentContext): TextPlace | undefined {
  const [{ run, position }, text] = [state(), ofRun()];
  return text && run && position !== null && position < run.length ? { text, position } : undefined;
}

/** The user's own vector, and those that are kept. */
export class OwnVectors {
  readonly #request: KeyedRequest;
  /** What the shown answer belongs to beside its expression. */
  #place: readonly unknown[] = [];

  constructor(
    private readonly context: InstrumentContext,
    private readonly sight: Sight,
  ) {
    this.#request = new KeyedRequest(context);
  }

  /** Makes a vector; null forgets it. */
  async make(expression: string | null): Promise<void> {
    const { context } = this;
    this.#request.forget();
    if (expression === null) return context.change({ vector: null });
    const parsed = parseExpression(expression, context.l10n);
    context.change({ vector: { expression, ...nothing, ...('fault' in parsed && parsed) } });
    if ('fault' in parsed) return;
    try {
      await context.ready();
    } catch (error) {
      return context.report(error);
    }
    await this.refresh();
  }

  async refresh(): Promise<void> {
    const { context } = this;
    const { vector, model, options, token, position } = context.state();
    if (!vector) return this.#request.forget();
    const { expression } = vector;
    const parsed = parseExpression(expression, context.l10n);
    if ('fault' in parsed) return;
    const reads = readsText(parsed.expression);
    const place = [model, ...(reads ? [context.request(), position] : [])];
    // An answer of another place must not stand under this one's name.
    if (!same(place, this.#place) && (vector.result || vector.fault))
      context.change({ vector: { expression, ...nothing } });
    this.#place = place;
    if (!context.isReady() || !model?.sizes || !this.sight.now.vector) return this.#request.stop();
    const { centred, neighbours: count } = options;
    const id = token?.token.id;
    const now = context.state().vector;
    await this.#request.once(
      [expression, centred, count, id, ...place],
      Boolean(now?.result ?? now?.fault),
      async (signal): Promise<Answer> => {
        const at = reads ? placeNow(context) : undefined;
        const also = id !== undefined && { also: [id] };
        const request = { expression, centred, count, ...also, ...(at && { place: at }) };
        try {
          return { result: await context.engine.vector(request, { signal }), fault: null };
        } catch (error) {
          const fault = faultOf(error, context);
          if (!fault) throw error;
          return { result: null, fault };
        }
      },
      (answer) => context.change({ vector: { expression, ...answer } }),
    );
  }

  /** Keeps a vector under a name; a null expression forgets it. */
  async keep(name: string, expression: string | null): Promise<void> {
    const { keptVectors, change, report } = this.context;
    try {
      await keptVectors.keep(name, expression);
    } catch (error) {
      report(error);
    }
    change({ keptVectors: keptVectors.all });
  }
}
