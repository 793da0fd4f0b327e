import type { NamedToken, Token } from './tokens';

/** Tokens that a person has put after an inspected text without writing them into its document. */
export interface Appended {
  readonly tokens: readonly NamedToken[];
  /** Where they begin in the text that has them, UTF-16 units. */
  readonly from: number;
}

/** Every process has one. */
declare const TextDecoder: new (
  encoding: string,
  options: { readonly ignoreBOM: boolean },
) => {
  decode(bytes: Uint8Array): string;
};
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
/** The text that tokens spell together: several may share the bytes of one character. */
export const spelledBy = (tokens: readonly Pick<NamedToken, 'bytes'>[]): string =>
  decoder.decode(Uint8Array.from(tokens.flatMap(({ bytes }) => bytes)));

interface Text {
  readonly tokens: readonly Token[];
  readonly appended?: Appended;
}

/** The name of a byte that has no text of its own: `<0x0A>`. */
const byteName = /^<0x[0-9A-F]{2}>$/;

/** Whether a text can go on with this token: not with a part of a character, nor with a control token in plain text. */
export const canFollow = ({ text, special }: NamedToken, plain: boolean): boolean =>
  text !== '' && !text.includes('\ufffd') && !byteName.test(text) && !(special && plain);

/** Index of the first token that reaches into the appended text; the number of tokens if none does. */
export function firstAppended({ tokens, appended }: Text): number {
  const first = appended ? tokens.findIndex(({ end }) => end > appended.from) : -1;
  return first < 0 ? tokens.length : first;
}

/** Whether the appended tokens are also those that the model reads: beside each other, texts may be cut otherwise. */
export function readsAppended({ tokens, appended }: Text): boolean {
  if (!appended) return true;
  const last = tokens.slice(-appended.tokens.length);
  return last[0]?.start === appended.from && last.every(({ id }, at) => id === appended.tokens[at]?.id);
}
