import { isCancelled } from '../../../shared/errors';
import type { TextsView } from '../../../shared/instruments';
import type { Intent } from '../../../shared/intents';
import type { TextRequest } from '../../../shared/tokens';
import { otherPositionOf, type TwoPositions, type TwoTexts } from '../../../shared/vectors/texts';
import { Instrument, type Asked, type InstrumentContext, type Sight } from './instrument';
import { isWanted, Patches } from './patches';

const unknown = { result: null, position: null, next: null, patch: null, failure: null };

/** A second text beside the inspected one. Nothing that fails here ends the inspection. */
export class Texts {
  readonly #context: InstrumentContext;
  readonly patches: Patches;
  readonly #both: Instrument<TwoTexts>;
  readonly #positions: Instrument<TwoPositions>;
  /** The run of A that everything shown belongs to. */
  #of: TextRequest | null = null;
  /** Whether the engine may hold a run of B. */
  #isHeld = false;

  constructor(context: InstrumentContext, sight: Sight) {
    const { engine } = context;
    this.#context = { ...context, report: (error) => this.#report(error) };
    const other = () => this.#other();
    this.patches = new Patches(this.#context, sight, { other, change: (patch) => this.#change({ patch }) });
    this.#both = new Instrument<TwoTexts>(this.#context, sight, {
      isWanted,
      shown: ({ texts }) => texts?.result ?? null,
      show: (result) => {
        this.#change({ result });
        void this.#positions.refresh();
      },
      asked: ({ texts }) => {
        const asked = this.#other();
        if (!texts || !asked) return null;
        const ask: Asked<TwoTexts>['ask'] = (of, signal) => {
          this.#isHeld = true;
          return engine.twoTexts({ ...of, ...asked }, { signal });
        };
        // Another text of either side takes the answer off, so that one which is shown always fits.
        return { key: [texts.text], fits: () => true, ask };
      },
    });
    this.#positions = new Instrument<TwoPositions>(this.#context, sight, {
      isWanted,
      shown: ({ texts }) => texts?.next ?? null,
      show: (next) => {
        this.#change({ next });
        // Its numbers are those of one pair.
        if (next) void this.patches.refresh();
        else this.patches.end();
      },
      asked: ({ texts, position, run, options: { top: count } }) => {
        const asked = this.#other();
        if (!texts?.result || !asked || position === null || position >= run.length) return null;
        const { result } = texts;
        const otherPosition = otherPositionOf(result, texts.position, position);
        return {
          key: [result, position, otherPosition, count],
          fits: (next) => next.position === position && next.otherPosition === otherPosition,
          ask: (of, signal) => engine.twoPositions({ ...of, ...asked, position, otherPosition, count }, { signal }),
        };
      },
    });
  }

  /** Compares with another text. `from`: the document that it was selected in; null if it was typed. */
  async begin(text: string, from: string | null): Promise<void> {
    this.#forget();
    const { run } = this.#context.state();
    this.#context.change({ texts: { text, from, ...unknown } });
    // Two texts are compared by what follows them.
    if (run) this.#context.choosePosition(run.length - 1);
    await this.refresh();
  }

  /** The engine forgets B. */
  async end(): Promise<void> {
    this.#forget();
    if (this.#context.state().texts) this.#context.change({ texts: null });
    if (!this.#isHeld) return;
    this.#isHeld = false;
    // An engine without a model holds no text either.
    if (this.#context.state().loaded)
      await this.#context.engine.endTexts({}).catch((error: unknown) => this.#report(error));
  }

  /** Chooses a position of B; null: the partner of A's. */
  async choose(position: number | null): Promise<void> {
    this.#change({ position, failure: null });
    await this.refresh();
  }

  async patch(patch: Intent<'patch'>['patch']): Promise<void> {
    this.#change({ failure: null });
    await this.patches.begin(patch);
  }

  async open(cell: Intent<'openPatch'>['cell']): Promise<void> {
    this.#change({ failure: null });
    await this.patches.open(cell);
  }

  async refresh(): Promise<void> {
    const request = this.#context.request();
    if (request !== this.#of) {
      this.#of = request;
      this.#forget();
      this.#change(unknown);
    }
    await Promise.all([this.#both, this.#positions, this.patches].map((one) => one.refresh()));
  }

  /** B, which is read as A is, without anything before it. */
  #other(): { readonly other: TextRequest } | null {
    const { texts } = this.#context.state();
    const reading = this.#context.reading();
    return texts && reading && { other: { ...reading, text: texts.text } };
  }

  #forget(): void {
    for (const one of [this.#both, this.#positions]) one.forget();
    this.patches.end();
  }

  /** What failed would fail again, until a person asks. */
  #report(error: unknown): void {
    if (isCancelled(error)) return;
    this.patches.stop();
    this.#change({ failure: this.#context.failed(error) });
  }

  #change(change: Partial<TextsView>): void {
    const { texts } = this.#context.state();
    if (texts) this.#context.change({ texts: { ...texts, ...change } });
  }
}
