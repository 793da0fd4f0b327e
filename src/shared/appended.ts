import type { TextView } from './place';
import type { NamedToken } from './tokens';

/** Tokens that a person has put after an inspected text without writing them into its document. */
export interface Appended {
  readonly tokens: readonly NamedToken[];
  /** Where they begin: the length of the document's part, UTF-16 units. */
  readonly from: number;
}

/** The name of a byte that has no text of its own: `<0x0A>`. */
const byteName = /^<0x[0-9A-F]{2}>$/;

/** Whether a text can go on with this token: not with a part of a character, nor with a control token in plain text. */
export const canFollow = ({ text, special }: NamedToken, plain: boolean): boolean =>
  text !== '' && !text.includes('\ufffd') && !byteName.test(text) && !(special && plain);

/** The tokens of a text that stand in its document, which those that reach into the appended text do not. */
export function inDocument(text: TextView, { appended }: { readonly appended?: Appended }): TextView {
  return appended ? { ...text, tokens: text.tokens.filter(({ end }) => end <= appended.from) } : text;
}

/** Whether the appended tokens are also those that the model reads: beside each other, texts may be cut otherwise. */
export function readsAppended({ tokens }: TextView, appended: Appended): boolean {
  const last = tokens.slice(-appended.tokens.length);
  return last[0]?.start === appended.from && last.every(({ id }, at) => id === appended.tokens[at]?.id);
}
