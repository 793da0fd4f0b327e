/** A model's row in the list. */
export interface Row {
  readonly path: string;
  readonly label: string;
  /** The most important fact first, since a narrow list cuts the text. */
  readonly description: string;
  readonly icon: 'check' | 'circle-outline' | 'circle-large-outline' | 'circle-slash' | 'warning' | 'server';
  /** The facts in its header; empty if it was not read or cannot be. */
  readonly facts: readonly ModelFact[];
  /** Lines of the tooltip besides the label and the facts: whole sentences or names. */
  readonly details: readonly string[];
  /** The actions on it. */
  readonly can: readonly ('load' | 'geometry' | 'forget' | 'delete' | 'key' | 'matrices')[];
  /** The loaded model is compared with it. */
  readonly isCompared?: boolean;
  /** A server runs it. */
  readonly isServer?: true;
}

/** Whether another model than the loaded one can be compared with it, as far as its header says. */
export const canCompare = ({ icon, isCompared, isServer, can }: Row): boolean =>
  icon !== 'check' && !isCompared && !isServer && (can.includes('load') || can.includes('geometry'));

export interface ModelFact {
  /** Unlike the label, the same in every language. */
  readonly name: string;
  readonly label: string;
  readonly value: string;
}
