import { here } from '../../shared/consent';
import type { Progress } from '../../shared/engine';
import { EngineError, isCancelled } from '../../shared/errors';
import { after } from '../../shared/timers';
import type { Effect, Event, Slot } from './events';
import { nowOf } from './now';
import { fill, type Question } from './question';
import type { State, World } from './state';
import { missing, step, toldBeside } from './step';
import { view, type InspectionView } from './view';

/** What the runner works for. */
export interface Owner {
  /** Asks the engine; and what stands in documents, and what is known of a model's file, the editor. */
  ask(call: Question['call'], request: unknown, control: object): Promise<unknown>;
  world(): World;
  changed(change: Partial<InspectionView>): void;
  does(effect: Effect): void;
  /** How far an answer is. */
  progressed(slot: Slot, progress: Progress): void;
  /** Logs a failure of the second model, and returns a sentence for a person. */
  failedOther(error: unknown): string;
  /** The same of a question about the first. */
  failed(error: unknown): string;
  /** Calls a function once after a pause in typing; see `after`. */
  readonly schedule?: typeof after;
}

interface Flight {
  readonly key: string;
  readonly abort: AbortController;
}

/** Milliseconds between two reports of progress: each posts all that is known of both models. */
const between = 100;

/** The only place that waits. Whatever a state wants is asked for once; whatever it no longer wants is aborted. */
export class Runner {
  readonly #flights = new Map<Slot, Flight>();
  /** Questions that were aborted and not answered yet: the engine would take the same one asked again for it. */
  readonly #ending = new Set<string>();
  readonly #queue: Event[] = [];
  readonly #timers = new Map<string, () => void>();
  #waiting: readonly (() => void)[] = [];
  view: InspectionView;

  constructor(
    private readonly owner: Owner,
    public state: State,
  ) {
    this.view = view(state, owner.world(), new Set());
  }

  /** What the questions read. */
  get now() {
    return nowOf(this.state, this.owner.world());
  }

  send(event: Event): void {
    // An event that a step causes comes after it: listeners hear of changes in their order.
    if (this.#queue.push(event) > 1) return;
    try {
      for (let next: Event | undefined = event; next; next = this.#queue[0]) {
        this.#step(next);
        this.#queue.shift();
      }
    } finally {
      // Nothing waits behind a step that threw.
      this.#queue.length = 0;
    }
  }

  /** Whether an answer for one of these is awaited. */
  isAsking(...slots: readonly Slot[]): boolean {
    return slots.some((slot) => this.#flights.has(slot));
  }

  /** Resolves once no answer is awaited, or none for these. */
  until(...slots: readonly Slot[]): Promise<void> {
    return this.when(() => (slots.length > 0 ? !this.isAsking(...slots) : this.#flights.size === 0));
  }

  /** Resolves once something holds of the state. */
  async when(holds: () => boolean): Promise<void> {
    while (!holds()) await new Promise<void>((resolve) => (this.#waiting = [...this.#waiting, resolve]));
  }

  #step(event: Event): void {
    const world = this.owner.world();
    const [state, effects] = step(this.state, event, world, new Set(this.#flights.keys()));
    this.state = state;
    const wanted = missing(state, world, new Set(this.#flights.keys()));
    for (const [slot, { key, abort }] of this.#flights)
      if (!wanted.some((one) => one.slot === slot && one.holds(key))) {
        this.#flights.delete(slot);
        this.#ending.add(key);
        abort.abort();
      }
    for (const { slot, question } of wanted)
      if (question && !this.#flights.has(slot) && !this.#ending.has(question.key)) void this.#fly(slot, question);
    const before = this.view;
    this.view = view(state, world, new Set(this.#flights.keys()), before);
    const change = Object.entries(this.view).filter(
      ([name, value]) => !Object.is(value, before[name as keyof InspectionView]),
    );
    this.owner.changed(Object.fromEntries(change));
    for (const effect of effects) this.#do(effect);
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resolve of waiting) resolve();
  }

  #do(effect: Effect): void {
    if (effect.do !== 'after' && effect.do !== 'drop') return this.owner.does(effect);
    const { slot } = effect;
    this.#timers.get(slot)?.();
    this.#timers.delete(slot);
    if (effect.do === 'drop') return;
    const { schedule = after } = this.owner;
    const pass = slot === 'follow' ? schedule : after;
    this.#timers.set(
      slot,
      pass(effect.milliseconds, () => this.send(effect.event)),
    );
  }

  async #fly(slot: Slot, question: Question): Promise<void> {
    const { call, key, request, clearance, take } = question;
    const flight: Flight = { key, abort: new AbortController() };
    this.#flights.set(slot, flight);
    let told = -Infinity;
    const onProgress = (progress: Progress) => {
      if (this.#flights.get(slot) !== flight) return;
      this.owner.progressed(slot, progress);
      if (performance.now() - told < between) return;
      told = performance.now();
      this.send({ type: 'progress', slot, key, fraction: progress.fraction });
    };
    const { of, model } = this.now;
    // Nobody asked for the text of a run to be read again, so it goes to a model on this machine alone.
    const leave = clearance ? { clearance } : here(model);
    const filled = fill(request, of);
    const whole = typeof filled === 'object' && call !== 'read' ? { ...filled, ...leave } : filled;
    const asked = async () => {
      const value = await this.owner.ask(call, whole, { signal: flight.abort.signal, onProgress });
      return take ? take(value) : value;
    };
    const event = await asked().then(
      (value): Event => ({ type: 'answered', slot, question, value }),
      (error: unknown): Event => this.#failed(slot, flight, error),
    );
    this.#ending.delete(key);
    const isCurrent = this.#flights.get(slot) === flight;
    if (isCurrent) this.#flights.delete(slot);
    // An engine that has ended tells so also where nobody waits any more: what ended it may be what was asked last.
    const isLost = event.type === 'failed' && event.said !== '' && toldBeside(slot, this.state) === 'other';
    // A model may be in memory although its load was given up.
    const isThere = event.type === 'answered' && (slot === 'load' || slot === 'loadOther');
    this.send(isCurrent || isLost || isThere ? event : { type: 'world' });
  }

  #failed(slot: Slot, flight: Flight, thrown: unknown): Event {
    if (isCancelled(thrown)) return { type: 'dropped', slot };
    const error = thrown instanceof EngineError ? thrown : new EngineError('internal', String(thrown));
    const beside = toldBeside(slot, this.state);
    const isTold = this.#flights.get(slot) === flight || (beside === 'other' && error.code === 'worker-lost');
    const { failed, failedOther } = this.owner;
    const said = isTold && beside ? (beside === 'other' ? failedOther(thrown) : failed(thrown)) : '';
    return { type: 'failed', slot, key: flight.key, error, thrown, said };
  }
}
