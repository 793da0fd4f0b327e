import type { TokenizerCheck } from './cuts';
import type { ModelSummary } from './model';
import type { Said } from './said';

/** What the header of a model file says, entry by entry. */
export interface FileContents {
  readonly format: 'GGUF' | 'safetensors';
  /** How many files the model is split into, and their bytes together. */
  readonly files: number;
  readonly fileBytes: number;
  /** In the file's order. */
  readonly metadata: readonly MetadataEntry[];
  readonly tensors: readonly TensorEntry[];
  /** Where the header breaks, a whole sentence; the entries before that place are listed. null for a sound one. */
  readonly damage: Said | null;
}

export interface MetadataEntry {
  readonly key: string;
  readonly type: 'text' | 'number' | 'boolean' | 'list';
  /** The value, or the first entries of a list: cut where it is longer than a screen can hold. */
  readonly text: string;
  /** Entries of a list; null for a single value. */
  readonly entries: number | null;
  /** Whether `text` is not all of it. */
  readonly isCut: boolean;
}

export interface TensorEntry {
  readonly name: string;
  /** As the format calls it: `Q4_K`, `BF16`. */
  readonly type: string;
  /** Row-major. */
  readonly shape: readonly number[];
  /** 0 for a type whose length is not known. */
  readonly bytes: number;
}

export interface TensorRequest {
  readonly path: string;
  readonly name: string;
}

/** The numbers of one tensor, in float64. */
export interface TensorStatistics {
  readonly count: number;
  readonly least: number;
  readonly most: number;
  readonly mean: number;
  /** Of all numbers, not of a sample. */
  readonly standardDeviation: number;
  /** Share of the numbers that are 0: 0 … 1. */
  readonly zeros: number;
  /** ‖row‖₂ of its rows, in equal bins from `from` on, each `width` wide; null for a vector, which is one row. */
  readonly rows: {
    readonly count: number;
    readonly least: number;
    readonly most: number;
    readonly mean: number;
    readonly histogram: { readonly from: number; readonly width: number; readonly counts: readonly number[] };
  } | null;
}

/** What a document of a model file shows. */
export interface FileView {
  readonly name: string;
  readonly path: string;
  /** What the header says of the model; null until it is read, and where it is damaged or of no model. */
  readonly summary: ModelSummary | null;
  readonly contents: FileContents | null;
  /** Whether it is known that a file without a summary has none. The contents come before the summary. */
  readonly isRead: boolean;
  /** How its tokenizer cuts; null until that is known, and where there is none. */
  readonly tokenizer: TokenizerCheck | null;
  /** Why there is nothing to show: a sentence for a person. */
  readonly failure: string | null;
  /** The file changed on the disk and is being read anew. */
  readonly outOfDate: boolean;
  /** What was asked about tensors, by their names. */
  readonly statistics: Readonly<Record<string, TensorView>>;
  /** Whether its geometry is in memory, so that the sections of tokens and the lab have something to show. */
  readonly geometry: 'none' | 'loading' | 'loaded';
  /** Whether it is the model with which text is inspected, and loaded. */
  readonly inUse: boolean;
}

/** The statistics of a tensor: under way, there, or a sentence that says why there are none. */
export type TensorView =
  | { readonly kind: 'reading'; readonly fraction: number }
  | { readonly kind: 'read'; readonly statistics: TensorStatistics }
  | { readonly kind: 'failed'; readonly message: string };
