import type { Subject } from '../../../../../src/extension/inspection/subject';
import { serverPlace } from '../../../../../src/shared/servedName';
import type { Rig } from './rig';
import { documentText } from './shown';

/** Which texts a person lets go to which server. */
export class Leave {
  /** Texts, each with the address of the server that may have it. */
  readonly #texts = new Set<string>();
  /** Those that only a yes to a download let go. */
  readonly #byDownload = new Set<string>();
  /** The document that was to be inspected as a whole, and the server that the settings named then. */
  #document: { readonly uri: string; readonly address: string | null } | null = null;
  /** The server that the button of this act names. */
  button: string | null = null;
  /** Whether this act is a yes to a download. */
  isDownload = false;
  #sent = 0;
  #agreements = 0;

  /** The act is over. */
  ends(): void {
    this.button = null;
    this.isDownload = false;
  }

  /** The server that may have what the user asks for now; null if there is none. */
  to({ settings: { server }, agreed }: Rig): string | null {
    const { address } = server ?? {};
    return address !== undefined && (agreed.has(address) || this.button === address) ? address : null;
  }

  /** These texts may go to a server, null to none. `context`: whether the text before them goes along. */
  gives(
    address: string | null,
    subject: Pick<Subject, 'text' | 'before'>,
    context: boolean,
    late = this.isDownload,
  ): void {
    const texts = late ? this.#byDownload : this.#texts;
    for (const text of [subject.text, ...(context ? [subject.before] : [])])
      if (address !== null) texts.add(sent(text, address));
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
      const fault =
        name === 'documentTokens' ? this.#documentFault(rig, text, address) : this.#fault(text, address, name);
      if (address === null || fault === null) continue;
      // Once said is enough.
      this.#texts.add(sent(text, address));
      yield `${name} sent a text to ${serverPlace(address)} ${fault}`;
    }
    for (const address of rig.agreements.slice(this.#agreements))
      if (address !== this.button) yield `${serverPlace(address)} counts as agreed to, and no button named it`;
    this.#agreements = rig.agreements.length;
  }

  #fault(text: string, address: string | null, name: string): string | null {
    if (address === null || this.#texts.has(sent(text, address))) return null;
    // The window of a document is a part of it.
    const isPart = (whole: string) => whole.endsWith(`@${address}`) && whole.includes(text);
    if (name === 'measureWindow' && [...this.#texts].some(isPart)) return null;
    return this.#byDownload.has(sent(text, address))
      ? 'that only a yes to a download let go'
      : 'that nobody let go there';
  }

  #documentFault({ documents }: Rig, text: string, address: string | null): string | null {
    const document = this.#document;
    this.#document = null;
    if (address === null) return null;
    if (!document || documents.get(document.uri)?.text !== text) return 'that nobody let go there';
    this.#texts.add(sent(text, address));
    return document.address === address ? null : 'that was named only later';
  }
}

const sent = (text: string, address: string): string => `${documentText(text)}@${address}`;
