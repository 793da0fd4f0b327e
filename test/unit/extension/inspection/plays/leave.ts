import type { Subject } from '../../../../../src/extension/inspection/subject';
import { serverPlace } from '../../../../../src/shared/modelName';
import type { Rig } from './rig';
import { documentText } from './shown';

/** Which texts a person lets go to which server. */
export class Leave {
  /** Texts, each with the address of the server that may have it. */
  readonly #texts = new Set<string>();
  /** The document that was to be inspected as a whole, and the server that the settings named then. */
  #document: { readonly uri: string; readonly address: string | null } | null = null;
  /** The server that the button of this act names. */
  button: string | null = null;
  #sent = 0;
  #agreements = 0;

  /** The server that may have what the user asks for now; null if there is none. */
  to({ settings: { server }, agreed }: Rig): string | null {
    const { address } = server ?? {};
    return address !== undefined && (agreed.has(address) || this.button === address) ? address : null;
  }

  /** A text may go to a server, null to none. `context`: whether the text before it goes along. */
  gives(address: string | null, { text, before }: Pick<Subject, 'text' | 'before'>, context: boolean): void {
    for (const one of [text, ...(context ? [before] : [])]) if (address !== null) this.#texts.add(sent(one, address));
  }

  /** The user has a text inspected, by the model that the settings name now. */
  lets(rig: Rig, subject: Pick<Subject, 'text' | 'before'> | null, context = rig.state.options.context): void {
    if (subject) this.gives(this.to(rig), subject, context);
  }

  /** Whether the server that the settings name may have a text. */
  has({ settings: { server } }: Rig, text: string): boolean {
    return server !== undefined && this.#texts.has(sent(text, server.address));
  }

  letsDocument(rig: Rig, uri: string): void {
    this.#document = { uri, address: this.to(rig) };
  }

  *faults(rig: Rig): Generator<string> {
    const { sent: all } = rig.pretended;
    for (; this.#sent < all.length; this.#sent++) {
      const { name, text, address } = all[this.#sent] as (typeof all)[number];
      if (name === 'documentTokens') this.#readsDocument(rig, text);
      if (address !== null && !this.#may(name, text, address))
        yield `${name} sent a text to ${serverPlace(address)} that nobody let go there`;
    }
    for (const address of rig.agreements.slice(this.#agreements))
      if (address !== this.button) yield `${serverPlace(address)} counts as agreed to, and no button named it`;
    this.#agreements = rig.agreements.length;
  }

  /** A document is read once for each time that it was asked for; what an edit changes goes nowhere by itself. */
  #readsDocument({ documents }: Rig, text: string): void {
    const { uri = '', address = null } = this.#document ?? {};
    this.#document = null;
    if (address !== null && documents.get(uri)?.text === text) this.#texts.add(sent(text, address));
  }

  #may(name: string, text: string, address: string): boolean {
    // The window of a document is a part of it.
    const isPart = (whole: string) => whole.endsWith(`@${address}`) && whole.includes(text);
    return this.#texts.has(sent(text, address)) || (name === 'measureWindow' && [...this.#texts].some(isPart));
  }
}

const sent = (text: string, address: string): string => `${documentText(text)}@${address}`;
