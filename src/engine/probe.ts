import { defaultModel } from '../shared/defaultModel';
import type { Model } from './model';

/** A text that any model can read; short, because it runs at every load. */
export const probe = 'The capital of France is';

/** Positions that are run of it at most, however many tokens a tokenizer makes of it. */
const mostPositions = 64;

/** The probe's ids: at least one. A tokenizer need not spell the text; any token will do then. */
export function probeIds({ tokenizer, hyperparameters }: Pick<Model, 'tokenizer' | 'hyperparameters'>): number[] {
  const ids = Array.from(tokenizer.encode(probe, { plain: false }).ids).slice(0, Math.min(mostPositions, hyperparameters.contextLength));
  return ids.length > 0 ? ids : [0];
}

export interface KnownLogit {
  readonly id: number;
  readonly logit: number;
}

/** Logits of the default model after the probe, computed in float64 by an independent implementation. */
const logits: readonly KnownLogit[] = [
  { id: 7042, logit: 17.3712614 },
  { id: 260, logit: 14.8885905 },
  { id: 4528, logit: 13.2449752 },
  { id: 2250, logit: 13.0094685 },
  { id: 1315, logit: 12.9515153 },
  { id: 5145, logit: 12.9049412 },
  { id: 216, logit: 12.7133052 },
  { id: 441, logit: 12.6978484 },
];

/** What is known of the model with this hash; undefined for any other. */
export const knownLogits = (sha256: string | undefined): readonly KnownLogit[] | undefined => (sha256 === defaultModel.sha256 ? logits : undefined);
