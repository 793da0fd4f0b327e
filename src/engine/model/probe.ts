import { defaultModel } from '../../shared/defaultModel';
import { modelUnsupported } from '../../shared/errors';
import type { Tokenizer } from '../tokenizer/tokenizer';

/** The text that the self-check runs. It is short because every load runs it. */
export const probe = 'The capital of France is';

/** The most positions that are run, however many tokens the text has. */
const mostPositions = 64;

/**
 * The ids of the probe, at most the model's context. Throws `EngineError('model-unsupported')` if the tokenizer makes
 * none, since it would make none of a user's text.
 */
export function probeIds({
  tokenizer,
  hyperparameters,
}: {
  readonly tokenizer: Tokenizer;
  readonly hyperparameters: { readonly contextLength: number };
}): number[] {
  const { ids } = tokenizer.encode(probe, { plain: false });
  if (ids.length === 0)
    throw modelUnsupported`The model's tokenizer makes no tokens of the text “${probe}”. Choose another model.`;
  return Array.from(ids.subarray(0, Math.min(mostPositions, hyperparameters.contextLength)));
}

interface KnownLogit {
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

/** Reference logits of the model with this hash, if known. */
export const knownLogits = (sha256: string | undefined): readonly KnownLogit[] | undefined =>
  sha256 === defaultModel.sha256 ? logits : undefined;
