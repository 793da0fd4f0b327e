import { isCancelled } from '../../../shared/errors';
import type { SteerView } from '../../../shared/instruments';
import type { Intent } from '../../../shared/intents';
import { parseExpression } from '../../../shared/vectors/expression';
import type { SteerCurve, Steered, Steering } from '../../../shared/vectors/steering';
import { atPosition, Instrument, pushedOf, type InstrumentContext, type Sight } from './instrument';
import { faultOf } from './ownVector';

/** Likeliest tokens of each of the two predictions. */
const listed = 10;
/** Tokens of the curve: those that are first at one of the strengths, of which there are as many. */
const drawn = 7;

/** Those of the curve: around the steering's own and the plain run. The engine takes no larger. */
function strengthsOf({ strength }: Steering): readonly number[] {
  const all = [-1, -0.5, 0, 0.5, 1, 1.5, 2].map((by) => Math.max(-1000, Math.min(1000, by * (strength || 1))));
  return [...new Set(all)].toSorted((a, b) => a - b);
}

/** A vector in the residual, until the next inspection. */
export class Steerings {
  readonly #result: Instrument<Steered>;
  readonly #curve: Instrument<SteerCurve>;

  constructor(
    private readonly context: InstrumentContext,
    sight: Sight,
  ) {
    const { engine } = context;
    const isWanted = () => sight.now.steer;
    this.#result = new Instrument<Steered>(context, sight, {
      isWanted,
      shown: ({ steer }) => steer?.result ?? null,
      show: (result) => {
        this.#change({ result });
        void this.#curve.refresh();
      },
      asked: atPosition((state) => {
        const { steer, position } = state;
        if (!steer || steer.fault) return null;
        const { steering } = steer;
        const pushed = pushedOf(state);
        return {
          key: [steering, pushed.output, pushed.against],
          ask: async (of, signal) => {
            try {
              return await engine.steer({ ...of, ...pushed, position, steering, count: listed }, { signal });
            } catch (error) {
              this.#failed(error, steering);
              throw error;
            }
          },
        };
      }),
    });
    this.#curve = new Instrument<SteerCurve>(context, sight, {
      isWanted,
      shown: ({ steer }) => steer?.curve ?? null,
      show: (curve) => this.#change({ curve }),
      asked: atPosition(({ steer, position }) => {
        if (!steer?.result || steer.result.position !== position) return null;
        const { steering } = steer;
        const strengths = strengthsOf(steering);
        return {
          key: [steering],
          ask: (of, signal) => engine.steerCurve({ ...of, position, steering, strengths, count: drawn }, { signal }),
        };
      }),
    });
  }

  /** Steers the run with another vector; null ends that. */
  async begin(steering: Intent<'steer'>['steering']): Promise<void> {
    if (!steering) return this.end();
    const parsed = parseExpression(steering.expression, this.context.l10n);
    const fault = 'fault' in parsed ? parsed.fault : null;
    this.context.change({ steer: { steering, result: null, curve: null, fault } });
    await this.refresh();
  }

  end(): void {
    this.#result.forget();
    this.#curve.forget();
    if (this.context.state().steer) this.context.change({ steer: null });
  }

  async refresh(): Promise<void> {
    await Promise.all([this.#result.refresh(), this.#curve.refresh()]);
  }

  /** A run that fails would fail at the next position too. */
  #failed(error: unknown, steering: Steering): void {
    if (isCancelled(error) || this.context.state().steer?.steering !== steering) return;
    const fault = faultOf(error);
    if (!fault) return this.context.change({ steer: null });
    // Nobody else hears of a fault in what the user typed.
    this.#result.forget();
    this.#change({ fault });
  }

  #change(change: Partial<SteerView>): void {
    const { steer } = this.context.state();
    if (steer) this.context.change({ steer: { ...steer, ...change } });
  }
}
