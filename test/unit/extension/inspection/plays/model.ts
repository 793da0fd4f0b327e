import type { Place, Subject } from '../../../../../src/extension/inspection/subject';
import type { PanelState } from '../../../../../src/shared/panel';
import { serverPlace } from '../../../../../src/shared/servedName';
import { known } from './known';
import type { Rig } from './rig';
import { documentText, faultsShown } from './shown';

/** What a person chose in the text that is shown. */
interface Choice {
  readonly position: number;
  readonly tokenId: number | null;
  /** The cut of the text that it was chosen in. */
  readonly cut: number | null;
}

/** What a person asked for last and let go. Nothing here knows how it is done. */
export class Model {
  /** Texts, each with the address of the server that may have it. */
  readonly #let = new Set<string>();
  /** Documents that were to be inspected as a whole, each once. */
  #documents: readonly (Pick<Place, 'uri'> & { readonly address: string })[] = [];
  /** The text that was asked for last; null if none is wanted. */
  wish: Pick<Subject, 'text' | 'before' | 'uri'> | null = null;
  /** Whether the text before may have come back: a conversation was refused, or a reading was cancelled. */
  isUnsure = false;
  choice: Choice | null = null;
  /** The life of the engine in which a position, a token or an option was chosen last; null: without a model. */
  chosenIn: number | null = 0;
  /** The second model that must be there again once all has ended: the next one could not be loaded. */
  comesBack: string | null = null;
  /** The cut of the text that was shown when that failed: what is said of it goes with the next text. */
  failedAt: number | null = null;
  /** The server that the button of this act names. */
  button: string | null = null;
  /** The second model that was there when another was asked for. */
  #beside: string | null = null;
  #asked = 0;
  #beforeRead: Pick<Model, 'wish'> | null = null;
  #checked: PanelState | null = null;
  #sent = 0;
  #agreements = 0;
  #before: { readonly model: string | null; readonly other: string | null } = { model: null, other: null };

  /** The user has these texts inspected, by the model that the settings name now. */
  lets(rig: Rig, ...texts: readonly (string | undefined)[]): void {
    const address = this.#agreed(rig);
    if (address !== null) this.#lets(address, texts);
  }

  /** The server that may have what the user asks for now; null if there is none. */
  #agreed({ settings: { server }, agreed }: Rig): string | null {
    const { address } = server ?? {};
    return address !== undefined && (agreed.has(address) || this.button === address) ? address : null;
  }

  #lets(address: string, texts: readonly (string | undefined)[]): void {
    for (const text of texts) if (text) this.#let.add(`${documentText(text)}@${address}`);
  }

  /** Whether the server that the settings name may have a text. */
  mayHave({ settings: { server } }: Rig, text: string): boolean {
    return server !== undefined && this.#let.has(`${documentText(text)}@${server.address}`);
  }

  /** What a subject sends: the text before it with it, if that is an option. */
  letsSubject(rig: Rig, subject: Pick<Subject, 'text' | 'before'> | null): void {
    if (subject) this.lets(rig, subject.text, ...(rig.state.options.context ? [subject.before] : []));
  }

  letsDocument({ settings: { server }, agreed }: Rig, uri: string): void {
    if (server && agreed.has(server.address)) this.#documents = [...this.#documents, { uri, address: server.address }];
  }

  /** The text that is shown, as it stands in its document. */
  letsShown(rig: Rig): void {
    const { shown } = rig.controller;
    if (shown) this.letsSubject(rig, shown);
  }

  asks(subject: Pick<Subject, 'text' | 'before' | 'uri'> | null): void {
    this.#asked++;
    this.#beforeRead = null;
    this.wish = subject;
    this.isUnsure = false;
    this.choice = null;
  }

  /** A text is read: it is the newest wish unless another comes meanwhile, and goes where this act lets it go. */
  reads(rig: Rig): (subject: Subject | null) => void {
    const [{ wish, isUnsure }, address] = [this, rig.isUser ? this.#agreed(rig) : null];
    this.asks(wish);
    this.isUnsure = isUnsure;
    this.#beforeRead = { wish };
    const asked = this.#asked;
    return (subject) => {
      if (asked !== this.#asked) return;
      if (subject === null) return void (this.wish = wish);
      this.wish = subject;
      this.isUnsure ||= this.#beforeRead === null;
      if (address !== null) this.#lets(address, [subject.text, ...(rig.state.options.context ? [subject.before] : [])]);
    };
  }

  /** Whether the newest wish had to be read first. */
  get isRead(): boolean {
    return this.#beforeRead !== null;
  }

  /** What was asked for before holds again. */
  cancelsReading(): void {
    if (this.#beforeRead) this.wish = this.#beforeRead.wish;
    this.#beforeRead = null;
    this.isUnsure = true;
  }

  chooses(rig: Rig, position: number, tokenId: number | null): void {
    this.choice = { position, tokenId, cut: cutOf(rig.state) };
    this.choosesOption(rig);
  }

  choosesOption({ pretended: { loaded, life } }: Rig): void {
    this.chosenIn = loaded ? life : null;
  }

  /** A second model is wanted. If it cannot be loaded, the one before comes back. */
  compares({ state: { both } }: Rig): void {
    this.comesBack = null;
    this.#beside = both.other?.info.name ?? null;
  }

  /** Nothing is known of the second model that must be there. */
  forgetsOther(): void {
    this.comesBack = this.#beside = null;
  }

  /** A load has failed: of the second model, or of the first one that it waits for. */
  failed({ pretended: { loaded }, controller, state }: Rig, isOther: boolean): void {
    this.failedAt = cutOf(state);
    const comes = isOther && loaded && this.comesBack === null && controller.comparedWith === null;
    [this.comesBack, this.#beside] = [comes ? this.#beside : null, null];
  }

  /** Throws the first sentence that does not hold of what is shown and of what was sent. */
  check(rig: Rig): void {
    throwFirst([...rig.pretended.faults.splice(0), ...this.#faultsOfConsent(rig)]);
    if (rig.state === this.#checked) return;
    this.#checked = rig.state;
    throwFirst(faultsShown(rig));
  }

  /** The same once nothing goes on by itself. */
  checkTurn(rig: Rig): void {
    this.check(rig);
    throwFirst(this.#faultsOfEnd(rig));
  }

  *#faultsOfConsent({ pretended: { sent }, agreements, documents }: Rig): Generator<string> {
    for (const { name, text, address } of sent.slice(this.#sent)) {
      const whole = this.#documents.find(
        ({ uri, ...to }) => to.address === address && documents.get(uri)?.text === text,
      );
      if (name === 'documentTokens' && whole) {
        this.#documents = this.#documents.filter((one) => one !== whole);
        this.#let.add(`${text}@${address}`);
        continue;
      }
      const may =
        name === 'measureWindow'
          ? [...this.#let].some((let_) => let_.endsWith(`@${address}`) && let_.includes(text))
          : this.#let.has(`${documentText(text)}@${address}`);
      this.#let.add(`${documentText(text)}@${address}`);
      if (!may) yield `${name} sent a text to ${serverPlace(address)} that nobody let go there`;
    }
    this.#sent = sent.length;
    for (const address of agreements.slice(this.#agreements))
      if (address !== this.button) yield `${serverPlace(address)} counts as agreed to, and no button named it`;
    this.#agreements = agreements.length;
  }

  /** When the first model is left for another, the panel says that the comparison has ended. */
  *#faultsOfEnd({ state: { model, both }, pretended: { pending } }: Rig): Generator<string> {
    // It says so once the second model is released.
    if (pending.some(({ name }) => name === 'releaseOther')) return;
    const { model: before, other } = this.#before;
    this.#before = { model: model?.name ?? null, other: both.other?.info.name ?? null };
    if (other !== null && before !== model?.name && !both.other && both.failure === null && both.working === null)
      yield 'a comparison has ended with its first model, which nothing says';
  }
}

/** The number of the shown cut of the text. */
export const cutOf = ({ text }: Rig['state']): number | null => text?.tokens[0]?.percentile ?? null;

export function throwFirst(faults: Iterable<string>): void {
  for (const fault of faults) if (!known.some(({ sentence }) => sentence.test(fault))) throw new Error(fault);
}
