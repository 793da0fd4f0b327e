/** What a chat template made of a conversation. */
export interface RenderedChat {
  /** What the model gets. */
  readonly text: string;
  /** The pieces of the text that a person wrote, in their order; the template wrote the others. */
  readonly pieces: readonly ChatPiece[];
  /** The parts of the text by message, in their order. Empty where the template gives none a part of its own. */
  readonly bands: readonly ChatBand[];
  readonly findings: readonly ChatFinding[];
}

/** Content at its place in the rendered text. UTF-16 units. */
export interface ChatPiece {
  /** Index of the message. */
  readonly message: number;
  readonly start: number;
  readonly end: number;
  /** The unit of the content that stands at `start`. */
  readonly from: number;
}

export interface ChatBand {
  /** Index of the message; null for what asks the model to answer. */
  readonly message: number | null;
  readonly role: string;
  readonly start: number;
  readonly end: number;
}

export type ChatFinding =
  /** The template takes white space off the ends of the content. */
  | { readonly kind: 'trimmed'; readonly message: number }
  /** The content is not in the rendered text. */
  | { readonly kind: 'dropped'; readonly message: number }
  /** The template changes the content, so that its place is not known. */
  | { readonly kind: 'changed'; readonly message: number };
