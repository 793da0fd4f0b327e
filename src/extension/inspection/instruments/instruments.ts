import type { Contrasts } from '../../../shared/contrasts';
import type { EncodingName } from '../../../shared/engine';
import type { InView } from '../../../shared/instruments';
import type { Handlers, IntentName } from '../../../shared/intents';
import type { PanelState } from '../../../shared/panel';
import type { TextRequest } from '../../../shared/tokens';
import { Ablations } from './ablations';
import { Attention } from './attention';
import { Comparison } from './comparison';
import { Encodings } from './encodings';
import { KeyedRequest, type InstrumentContext } from './instrument';
import { Laboratory } from './laboratory';
import { LensBlocks } from './lensBlocks';
import { OwnVectors } from './ownVector';
import { questions } from './questions';
import { Steerings } from './steering';
import { Texts } from './texts';
import { Search } from './tokenSearch';
import { Vectorscope } from './vectorscope';
import { WholeDocument } from './wholeDocument';

/** Changes of the state after which an instrument may show something else. */
const causes: readonly (keyof PanelState)[] = [
  'model',
  'loaded',
  'text',
  'run',
  'position',
  'token',
  'against',
  'options',
  'axes',
];

/** The requests beside an inspection. Costly ones are made only while their part of the page is in sight. */
export class Instruments {
  /** Those that are known of each run, by its request. */
  readonly contrasts = new WeakMap<TextRequest, Contrasts>();
  readonly #encodings: Encodings;
  readonly #search: Search;
  readonly #vectorscope: Vectorscope;
  readonly #attention: Attention;
  readonly #ablations: Ablations;
  readonly #vectors: OwnVectors;
  readonly #steerings: Steerings;
  readonly texts: Texts;
  readonly comparison: Comparison;
  readonly document: WholeDocument;
  /** All that ask anew when the state or what is in sight changes. */
  readonly #asking: readonly { refresh(): Promise<void> }[];
  readonly #laboratory: Laboratory;
  readonly #vocabulary: KeyedRequest;
  readonly #sight: { now: InView } = { now: {} };

  constructor(private readonly context: InstrumentContext) {
    this.#encodings = new Encodings(context);
    this.#search = new Search(context);
    this.#vectorscope = new Vectorscope(context, this.#sight);
    this.#attention = new Attention(context, this.#sight);
    this.#ablations = new Ablations(context, this.#sight);
    this.#vectors = new OwnVectors(context, this.#sight);
    this.#steerings = new Steerings(context, this.#sight);
    this.texts = new Texts(context, this.#sight);
    this.comparison = new Comparison(context, this.#sight);
    this.#asking = [
      ...questions(context, this.#sight, this.contrasts),
      // Nothing else of the page is in sight beside it.
      this.comparison,
      this.#vectorscope,
      this.#attention,
      this.#ablations,
      this.#vectors,
      this.#steerings,
      this.texts,
      new LensBlocks(context, this.#sight),
    ];
    this.#laboratory = new Laboratory(context);
    this.document = new WholeDocument(context);
    this.#vocabulary = new KeyedRequest(context);
  }

  readonly handlers = {
    find: ({ query }) => this.#search.find(query),
    encode: ({ encoding }) => this.#encode(encoding),
    inView: ({ parts }) => {
      this.#sight.now = parts;
      return this.#refresh();
    },
    chooseAxis: ({ axis }) => this.#vectorscope.choose(axis),
    stepAxis: ({ by }) => this.#vectorscope.step(by),
    openHead: ({ head }) => this.#attention.open(head),
    compareWith: ({ id }) => this.context.change({ against: id }),
    ablate: ({ ablation }) => this.#ablations.begin(ablation),
    makeVector: ({ expression }) => this.#vectors.make(expression),
    keepVector: ({ name, expression }) => this.#vectors.keep(name, expression),
    steer: ({ steering }) => this.#steerings.begin(steering),
    compareTexts: ({ text }) => (text === null ? this.texts.end() : this.texts.begin(text, null)),
    chooseOtherPosition: ({ position }) => this.texts.choose(position),
    patch: ({ patch }) => this.texts.patch(patch),
    stopPatch: () => this.texts.patches.stop(),
    openPatch: ({ cell }) => this.texts.open(cell),
    endComparison: () => this.comparison.end(),
    compareInTurn: () => this.comparison.runInTurn(),
    lab: ({ ask, goOn }) => this.#laboratory.run(ask, goOn),
    verifyUntrained: ({ ids }) => this.#laboratory.verify(ids),
    cancelLab: ({ name }) => this.#laboratory.cancel(name),
    stopDocument: () => this.document.stop(),
    continueDocument: () => this.document.goOn(),
    closeDocument: () => this.document.close(),
  } satisfies Partial<Handlers<IntentName>>;

  /** The state has changed. */
  changed(change: Partial<PanelState>): void {
    if (typeof change.position === 'number') this.#vectorscope.follow(change.position);
    if ('token' in change) this.#vectorscope.tokenChanged();
    if (causes.some((key) => key in change)) void this.#refresh();
    else if ('lab' in change) void this.#names();
  }

  /** An inspection begins: it is that of the complete model. */
  inspecting(): void {
    this.#ablations.end();
    this.#steerings.end();
  }

  /** An inspection has ended: what waited for it is asked for. */
  settled(): void {
    void this.#refresh();
    void this.comparison.loadedAgain();
  }

  /** An inspection is shown, of another text or of the same, `differs`. */
  textChanged(differs: boolean): void {
    if (differs) this.#encodings.clear();
    this.#vectorscope.textChanged(differs);
    this.#ablations.end();
    this.#steerings.end();
    this.comparison.textChanged(differs);
    if (differs && this.context.state().against !== null) this.context.change({ against: null });
  }

  /** Nothing is inspected any more. */
  reset(): void {
    this.#search.cancel();
    this.#encodings.clear();
    this.#vectorscope.reset();
    void this.texts.end();
  }

  /** The numbers come from another model. */
  modelChanged(): void {
    this.#vectorscope.reset();
    this.#laboratory.clear();
    this.#vocabulary.forget();
    this.#attention.reset();
    this.#steerings.end();
    void this.document.modelChanged();
    this.context.change({ vocabulary: null, against: null, ablation: null });
    void this.comparison.modelChanged();
  }

  /** Another inspection is shown: a search that was under way is over. */
  stopSearch(): void {
    this.#search.cancel();
  }

  async #encode(encoding: EncodingName): Promise<void> {
    const reading = this.context.reading();
    if (reading) await this.#encodings.ask(encoding, reading.text);
  }

  async #refresh(): Promise<void> {
    await Promise.all([this.#names(), ...this.#asking.map((one) => one.refresh())]);
  }

  /** The names of all tokens, once something in sight may need any of them, or an experiment has found some. */
  async #names(): Promise<void> {
    const { engine } = this.context;
    const state = this.context.state();
    const { scope, lens } = this.#sight.now;
    const found = Object.values(state.lab).some(({ done }) => done !== null);
    if (!this.context.isReady() || !state.model || (!scope && !lens && !found)) return this.#vocabulary.stop();
    const { vocabulary: count } = state.model;
    await this.#vocabulary.once(
      [state.model],
      state.vocabulary !== null,
      (signal) => engine.vocabulary({ first: 0, count }, { signal }),
      (vocabulary) => this.context.change({ vocabulary }),
    );
  }
}
