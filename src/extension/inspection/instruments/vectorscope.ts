import { isRefused } from '../../../shared/errors';
import type { AxisChoice, ScopeView } from '../../../shared/instruments';
import type { Intent } from '../../../shared/intents';
import type { Side } from '../../../shared/sides';
import { KeyedRequest, type InstrumentContext, type Sight } from './instrument';
import { placeNow, readsItsText } from './ownVector';

/** The side is that of a model with two matrices. */
type Place =
  | { readonly kind: 'token'; readonly id: number; readonly side?: Side }
  | Exclude<AxisChoice, { readonly kind: 'token' }>;

function isSame(a: Place, b: Place): boolean {
  if (a.kind === 'token') return b.kind === 'token' && a.id === b.id && (a.side ?? 'output') === (b.side ?? 'output');
  if (a.kind === 'vector') return b.kind === 'vector' && a.expression === b.expression;
  return b.kind === 'residual' && a.position === b.position && a.layer === b.layer;
}

const placeOf = ({ axis }: ScopeView): Place =>
  axis.kind === 'token' ? { kind: 'token', id: axis.token.id, ...(axis.side && { side: axis.side }) } : axis;

/** The vocabulary around the axis of the vectorscope, while that is in sight. */
export class Vectorscope {
  #now: AxisChoice = { kind: 'token' };
  /**
   * A token that was chosen here; the state names it once all of its numbers are there, and the picture need not wait
   * for them.
   */
  #ahead: number | null = null;
  /** Which of a token's vectors was chosen last. */
  #side: Side | undefined;
  /** The chosen position when the picture was asked for. */
  #at: number | null = null;
  readonly #history = new History<Place>(isSame);
  readonly #request: KeyedRequest;

  constructor(
    private readonly context: InstrumentContext,
    private readonly sight: Sight,
  ) {
    this.#request = new KeyedRequest(context);
  }

  /** A token, a residual or a vector of the user's own becomes the axis. */
  choose(axis: Intent<'chooseAxis'>['axis']): void {
    if (axis.kind !== 'token') return this.#turn(axis);
    this.#ahead = axis.id ?? null;
    // Without a side, the last one stays.
    const side = axis.side ?? this.#side;
    this.#side = side;
    this.#turn({ kind: 'token', ...(side && { side }) });
    if (axis.id !== undefined) this.context.chooseToken(axis.id);
  }

  /** The state names another token as the chosen one. */
  tokenChanged(): void {
    this.#ahead = null;
  }

  step(by: -1 | 1): void {
    const place = this.#history.step(by);
    if (place && place.kind !== 'token') this.#turn(place);
    else if (place) {
      this.#side = place.side;
      this.choose(place);
    }
    this.#tell();
  }

  /** Another position was chosen: a residual that is the axis goes with it. */
  follow(position: number): void {
    if (this.#now.kind === 'residual' && this.#now.position !== position) this.#turn({ ...this.#now, position });
  }

  /** Asks for the numbers that are in sight and not known. */
  async refresh(): Promise<void> {
    const { engine } = this.context;
    const [state, request, place] = [this.context.state(), this.context.request(), this.#place()];
    const { position } = state;
    const reads = this.#reads;
    const isReady = this.context.isReady();
    // What will not be asked for must not stand there as another's.
    const isOther = place && state.scope && (!isSame(place, placeOf(state.scope)) || (reads && this.#at !== position));
    if (state.scope && (!place || (!state.loaded && isOther))) this.context.change({ scope: null });
    if (!place || !isReady || !this.sight.now.scope) return this.#request.stop();
    const { centred, neighbours: count } = state.options;
    const key = [
      state.model,
      centred,
      count,
      ...(place.kind === 'token' ? [place.id, place.side] : []),
      ...(place.kind === 'residual' ? [place.position, place.layer, request] : []),
      ...(place.kind === 'vector' ? [place.expression, ...(reads ? [position, request] : [])] : []),
    ];
    await this.#request.once(
      key,
      state.scope !== null,
      async (signal): Promise<ScopeView | null> => {
        if (place.kind === 'token') {
          const [scope, { token }] = await Promise.all([
            engine.scope({ axis: place, centred, count }, { signal }),
            engine.token(place.id, { signal }),
          ]);
          return { ...scope, axis: { kind: 'token', token, ...(place.side && { side: place.side }) } };
        }
        const of = this.context.ofRun();
        const at = reads ? placeNow(this.context) : undefined;
        const axis = place.kind === 'vector' ? { ...place, ...(at && { place: at }) } : of && { ...place, text: of };
        try {
          return axis && { ...(await engine.scope({ axis, centred, count }, { signal })), axis: place };
        } catch (error) {
          if (place.kind === 'vector' && isRefused(error)) this.#refused(place);
          throw error;
        }
      },
      (scope) => {
        this.#at = position;
        this.#show(place, scope);
      },
    );
  }

  /** The vector itself says what is wrong with it; a token is the axis again. */
  #refused({ expression }: { readonly expression: string }): void {
    if (this.#now.kind !== 'vector' || this.#now.expression !== expression) return;
    this.#request.forget();
    this.#turn({ kind: 'token' });
  }

  #show(place: Place, scope: ScopeView | null): void {
    this.#history.visit(place);
    this.context.change({ scope, axes: this.#axes() });
  }

  /** An inspection is shown, of another text or of the same, `differs`. An axis was chosen for one text. */
  textChanged(differs: boolean): void {
    this.#history.clear();
    if (this.#now.kind === 'residual' || this.#reads) this.context.change({ scope: null });
    if (differs) {
      this.#ahead = null;
      this.#side = undefined;
      // A vector of the user's own was made for no text.
      if (this.#now.kind !== 'vector') this.#now = { kind: 'token' };
    }
    this.#tell();
  }

  /** Nothing is inspected any more, or by another model, whose tokens are others too. */
  reset(): void {
    this.#ahead = null;
    this.#side = undefined;
    this.#now = { kind: 'token' };
    this.#history.clear();
    this.#request.forget();
    this.context.change({ scope: null, axes: this.#axes() });
  }

  #turn(axis: AxisChoice): void {
    this.#now = axis;
    this.#tell();
  }

  #tell(): void {
    this.context.change({ axes: this.#axes() });
  }

  #axes() {
    return { now: this.#now, back: this.#history.back, forward: this.#history.forward };
  }

  /** The axis; null while its token or its run is not known. */
  #place(): Place | null {
    const state = this.context.state();
    const id = this.#ahead ?? state.token?.token.id;
    if (this.#now.kind === 'token')
      return id === undefined ? null : { kind: 'token', id, ...(this.#now.side && { side: this.#now.side }) };
    if (this.#now.kind === 'vector') return this.#reads && !placeNow(this.context) ? null : this.#now;
    const isRun = this.context.ofRun() !== null && state.run !== null && this.#now.position < state.run.length;
    return isRun ? this.#now : null;
  }

  /** Whether the axis is a vector that is made of the chosen position too. */
  get #reads(): boolean {
    return this.#now.kind === 'vector' && readsItsText(this.#now.expression, this.context.l10n);
  }
}

/** Visited entries, with the way back and forward. */
export class History<T> {
  #entries: readonly T[] = [];
  #at = -1;

  constructor(
    private readonly isSame: (a: T, b: T) => boolean,
    private readonly most = 50,
  ) {}

  get back(): boolean {
    return this.#at > 0;
  }

  get forward(): boolean {
    return this.#at < this.#entries.length - 1;
  }

  /** Adds an entry and forgets those ahead, unless it is the present one. */
  visit(entry: T): void {
    const now = this.#entries[this.#at];
    if (now !== undefined && this.isSame(now, entry)) return;
    this.#entries = [...this.#entries.slice(0, this.#at + 1), entry].slice(-this.most);
    this.#at = this.#entries.length - 1;
  }

  /** Steps back or forward, and returns the entry there; null if there is none. */
  step(by: -1 | 1): T | null {
    const entry = this.#entries[this.#at + by];
    if (entry === undefined) return null;
    this.#at += by;
    return entry;
  }

  clear(): void {
    this.#entries = [];
    this.#at = -1;
  }
}
