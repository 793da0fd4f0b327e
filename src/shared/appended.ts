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

/** Whether tokens spell whole characters. */
export const isWhole = (tokens: Parameters<typeof spelledBy>[0]): boolean => !spelledBy(tokens).includes('\ufffd');

/** Index of the first token that reaches into the appended text; the number of tokens if none does. */
export function firstAppended({ tokens, appended }: Text): number {
  const first = appended ? tokens.findIndex(({ end }) => end > appended.from) : -1;
  return first < 0 ? tokens.length : first;
}
