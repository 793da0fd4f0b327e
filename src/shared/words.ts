import type { NamedToken } from './tokens';

/** A sentence of strings and tokens. */
export type Words = readonly (string | NamedToken)[];

/**
 * Splits a translated template at `{0}`, `{1}` … and puts pieces of any kind there. The template comes from `l10n.t`
 * without arguments, so that the text of a piece is not taken for a placeholder.
 */
export const filled = <Piece>(template: string, ...pieces: readonly Piece[]): readonly (string | Piece)[] =>
  template
    .split(/(\{\d+\})/)
    .filter((part) => part !== '')
    .map((part) => {
      const place = /^\{(\d+)\}$/.exec(part);
      return place ? (pieces[Number(place[1])] ?? part) : part;
    });

/** Fills a translated template with tokens, strings and shorter sentences. */
export const words = (template: string, ...pieces: readonly (string | NamedToken | Words)[]): Words =>
  filled(template, ...pieces).flat();
