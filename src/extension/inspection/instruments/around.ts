import type { AxisChoice, ScopeView } from '../../../shared/instruments';
import type { Intent } from '../../../shared/panel';
import type { Side } from '../../../shared/sides';
import { Asked } from './asked';
import type { Bench, Sight } from './bench';
import { History } from './history';

/** The side is that of a model with two matrices. */
type Place =
  | { readonly kind: 'token'; readonly id: number; readonly side?: Side }
  | Extract<AxisChoice, { readonly kind: 'residual' }>;

const isSame = (a: Place, b: Place): boolean =>
  a.kind === 'token'
    ? b.kind === 'token' && a.id === b.id && (a.side ?? 'output') === (b.side ?? 'output')
    : b.kind === 'residual' && a.position === b.position && a.layer === b.layer;

const placeOf = ({ axis }: ScopeView): Place =>
  axis.kind === 'token' ? { kind: 'token', id: axis.token.id, ...(axis.side && { side: axis.side }) } : axis;

/** The vocabulary around the axis of the vectorscope, as long as that is in sight. */
export class Around {
  #now: AxisChoice = { kind: 'token' };
  /**
   * A token that was chosen here; the state names it once all of its numbers are there, and the picture need not wait
   * for them.
   */
  #ahead: number | null = null;
  /** Which of a token's vectors was chosen last. */
  #side: Side | undefined;
  readonly #history = new History<Place>(isSame);
  readonly #asked: Asked;

  constructor(
    private readonly bench: Bench,
    private readonly sight: Sight,
  ) {
    this.#asked = new Asked(bench);
  }

  /** A token or a residual becomes the axis. */
  choose(axis: Extract<Intent, { readonly type: 'chooseAxis' }>['axis']): void {
    if (axis.kind === 'residual') return this.#turn(axis);
    this.#ahead = axis.id ?? null;
    // Whoever names no side leaves it as it is.
    const side = axis.side ?? this.#side;
    this.#side = side;
    this.#turn({ kind: 'token', ...(side && { side }) });
    if (axis.id !== undefined) this.bench.chooseToken(axis.id);
  }

  /** The state names another token as the chosen one. */
  tokenChanged(): void {
    this.#ahead = null;
  }

  step(by: -1 | 1): void {
    const place = this.#history.step(by);
    if (place?.kind === 'residual') this.#turn(place);
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

  /** Asks for what is in sight and not known. */
  async refresh(): Promise<void> {
    const { engine } = this.bench;
    const [state, request, place] = [this.bench.state(), this.bench.request(), this.#place()];
    const isReady = this.bench.isReady();
    // What will not be asked for must not stand there as another's.
    if (state.scope && (!place || (!state.loaded && !isSame(place, placeOf(state.scope)))))
      this.bench.change({ scope: null });
    if (!place || !isReady || !this.sight.now.scope) return this.#asked.stop();
    const { centred, neighbours: count } = state.options;
    const key = [
      state.model,
      centred,
      count,
      ...(place.kind === 'token' ? [place.id, place.side] : [place.position, place.layer, request]),
    ];
    await this.#asked.once(
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
        return (
          request && {
            ...(await engine.scope({ axis: { ...place, text: request }, centred, count }, { signal })),
            axis: place,
          }
        );
      },
      (scope) => this.#show(place, scope),
    );
  }

  #show(place: Place, scope: ScopeView | null): void {
    this.#history.visit(place);
    this.bench.change({ scope, axes: this.#axes() });
  }

  /** Another text: its residuals are others. */
  textChanged(): void {
    this.#history.clear();
    if (this.#now.kind === 'residual') this.bench.change({ scope: null });
    this.#tell();
  }

  /** Nothing is inspected any more, or by another model, whose tokens are others too. */
  reset(): void {
    this.#ahead = null;
    this.#side = undefined;
    this.#now = { kind: 'token' };
    this.#history.clear();
    this.#asked.forget();
    this.bench.change({ scope: null, axes: this.#axes() });
  }

  #turn(axis: AxisChoice): void {
    this.#now = axis;
    this.#tell();
  }

  #tell(): void {
    this.bench.change({ axes: this.#axes() });
  }

  #axes() {
    return { now: this.#now, back: this.#history.back, forward: this.#history.forward };
  }

  /** Where the axis is; null while what it belongs to is not known. */
  #place(): Place | null {
    const [state, request] = [this.bench.state(), this.bench.request()];
    const id = this.#ahead ?? state.token?.token.id;
    if (this.#now.kind === 'token')
      return id === undefined ? null : { kind: 'token', id, ...(this.#now.side && { side: this.#now.side }) };
    const isRun = request !== null && state.run !== null && this.#now.position < state.run.length;
    return isRun ? this.#now : null;
  }
}
