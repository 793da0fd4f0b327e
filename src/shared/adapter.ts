// An adapter as model B: A + s·ΔW.

/** One matrix, or another tensor, that an adapter changes. */
export interface AdapterModule {
  /** The tensor of A, by its name in GGUF. */
  readonly tensor: string;
  /** lora: a product of two thin matrices; dora: besides a size for each row; whole: a tensor in place of A's. */
  readonly kind: 'lora' | 'dora' | 'whole' | 'bias';
  /** r; null for what is no product. */
  readonly rank: number | null;
  /** ‖ΔW‖ / ‖W‖ at scale 1. Of matrices with more than 2²⁰ numbers, W is sampled by runs of rows. */
  readonly relative: number;
  /** Of the directions of B·A, those that carry 90 % of ‖B·A‖²; null for what is no product. */
  readonly directions: number | null;
  /** How far A's rows turn at scale 1, degrees, and stretch: medians; null for a vector. */
  readonly angle: number | null;
  readonly ratio: number;
  /** ΔW is 0: this module was not trained. */
  readonly isZero: boolean;
}

export interface AdapterInfo {
  readonly path: string;
  readonly form: 'peft' | 'gguf';
  /** As its file says it; rsLoRA divides alpha by √r. */
  readonly method: 'lora' | 'rslora' | 'dora';
  readonly rank: number;
  readonly alpha: number;
  /** The base that its file names; null if it names none. */
  readonly base: string | null;
  readonly modules: readonly AdapterModule[];
  /** Modules that A lacks, by their names in the adapter. */
  readonly unknown: readonly string[];
  /** What may be lost: a sentence for a person, as for a GGUF that may have been made from rsLoRA. */
  readonly notices: readonly string[];
}
