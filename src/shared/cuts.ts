import type { EncodingName } from './encodings';
import type { Said } from './said';
import type { NamedToken, Range } from './tokens';

// One text under several tokenizers.

/** `path`: a GGUF file, a model's folder, or a `tokenizer.json`. */
export type TokenizerSource = { readonly encoding: EncodingName } | { readonly path: string };

export interface CutsRequest {
  readonly text: string;
  /** Reads special tokens that are spelled in the text as plain text. */
  readonly plain?: boolean;
  /** The tokenizers beside that of the loaded model. */
  readonly others: readonly TokenizerSource[];
  /** Returns at most this many tokens of each, from the first on; all if absent. `count` counts all. */
  readonly most?: number;
  /** Compares the vocabularies too. */
  readonly vocabularies?: boolean;
}

/** Why two tokenizers cut a text differently at a place. `start`: one of them puts a space before the text. */
export const cutReasons = ['special', 'start', 'unknown', 'normaliser', 'pattern', 'merges'] as const;
export type CutReason = (typeof cutReasons)[number];

export interface CutToken extends Range {
  readonly id: number;
  readonly bytes: readonly number[];
}

/** A text as one tokenizer cuts it, without a token that the model adds before every text. */
export interface CutBy {
  /** Of the file or folder, or of the encoding. */
  readonly name: string;
  readonly count: number;
  readonly tokens: readonly CutToken[];
}

/** A stretch of the text that two tokenizers cut differently. */
export interface Parting extends Range {
  /** null where the tokenizer is on a server, and its steps are not known. */
  readonly reason: CutReason | null;
}

/** Tokens of two vocabularies by their bytes. */
export interface Vocabularies {
  readonly shared: number;
  /** Of the loaded model alone, and of the other one alone; the longest of them with letters, at most 20. */
  readonly only: readonly [VocabularyRest, VocabularyRest];
}

export interface VocabularyRest {
  readonly count: number;
  readonly longest: readonly Pick<NamedToken, 'id' | 'text'>[];
}

/** Another tokenizer beside that of the loaded model. */
export interface OtherCut extends CutBy {
  readonly source: TokenizerSource;
  /** In the order of the text, as far as tokens are returned. */
  readonly partings: readonly Parting[];
  readonly vocabularies?: Vocabularies;
}

export interface Cuts {
  readonly own: CutBy;
  readonly others: readonly OtherCut[];
}

export interface TokenizerCheckRequest {
  /** As in `TokenizerSource`. */
  readonly path: string;
  /** Another tokenizer, which cuts hard texts beside it. */
  readonly against?: string;
}

/** Whether a tokenizer cuts as its vocabulary was made for. */
export interface TokenizerCheck {
  /** The file names no pre-tokenizer, or one that is not known. */
  readonly notices: readonly Said[];
  /** Tokens that no text becomes, since the pattern cuts them apart: `of` the first ones that are whole texts. */
  readonly cutThrough: { readonly count: number; readonly of: number; readonly examples: readonly string[] };
  readonly against?: {
    readonly name: string;
    /** How many texts were cut. */
    readonly texts: number;
    /** Those that the two cut differently, with the first place. */
    readonly parted: readonly ({ readonly text: string } & Parting)[];
  };
}
