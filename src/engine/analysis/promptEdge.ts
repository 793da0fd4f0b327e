import type { PromptEdge } from '../../shared/matters';
import type { Model } from '../model/model';
import { surprisal, tokenProbability, type Position } from './positions';

/** Tokens that an unfinished word may have. */
const mostTail = 8;
/** A whole token with a smaller probability is no likely meaning of the text. */
const leastProbability = 0.01;

/**
 * Where a text ends inside a token that the model would rather have written: among the likeliest tokens before its last
 * ones, the likeliest that begins with the bytes of these and goes on. It costs no run. undefined if what stands there
 * is likelier.
 */
export function promptEdge(
  model: Model,
  positions: readonly Position[],
  ids: readonly number[],
): PromptEdge | undefined {
  const { tokenizer, vocabulary } = model;
  let best: PromptEdge | undefined;
  let bits = 0;
  let tail: readonly number[] = [];
  // The first token has no prediction before it.
  for (let from = ids.length - 1; from > 0 && from >= ids.length - mostTail; from--) {
    const id = ids[from] as number;
    if (tokenizer.isSpecial(id)) break;
    const { likeliest, softmax, hidden } = positions[from - 1] as Position;
    tail = [...tokenizer.bytesOf(id), ...tail];
    bits += surprisal(model, { hidden, softmax }, id);
    const goesOn = likeliest.find((one) => {
      const bytes = tokenizer.bytesOf(one.id);
      return bytes.length > tail.length && !tokenizer.isSpecial(one.id) && tail.every((byte, i) => byte === bytes[i]);
    });
    if (!goesOn) continue;
    const probability = tokenProbability(model, goesOn.value, softmax);
    const typed = 2 ** -bits;
    if (probability > Math.max(typed, leastProbability, best?.probability ?? 0))
      best = { from, whole: vocabulary.token(goesOn.id), probability, typed };
  }
  return best;
}
