import type { LocalEngine } from '../../../src/engine/localEngine';
import type { Model } from '../../../src/engine/model/model';
import { measureDocument, type DocumentRequest } from '../../../src/shared/document/measure';
import { windowIds, windowsOf } from '../../../src/shared/document/windows';
import { logShares, type Errors } from './bothTruth';
import { textTruth } from './headsTruth';

/** Every measure of a document against a run of its own window in float64. Returns how many tokens were measured. */
export async function compareDocument(
  engine: LocalEngine,
  model: Model,
  request: DocumentRequest,
  errors: Errors,
): Promise<number> {
  let found;
  for await (found of measureDocument(engine, request));
  if (!found) throw new Error('Nothing was measured.');
  const { tokens, window, surprisal, entropy, expected } = found;
  for (const one of windowsOf(tokens, window)) {
    const ids = Array.from(windowIds(tokens, one));
    const logs = textTruth(model, ids, 0).logits.map((logits) => logShares(logits));
    for (let at = one.from; at < one.to; at++) {
      const here = at - one.start + tokens.added;
      const bitsOf = (shares: readonly number[]) => shares.reduce((sum, log) => sum - 2 ** log * log, 0);
      const after = bitsOf(logs[here] as number[]);
      errors.compare('entropy', entropy[at], after, 1e-5 * Math.max(1, after) + errors.rounding.bits);
      const before = logs[here - 1];
      if (!before) continue;
      const bits = -(before[ids[here] as number] as number);
      errors.compare('surprisal', surprisal[at], bits, 1e-5 * Math.max(1, bits) + errors.rounding.bits);
      const best = before.toSorted((a, b) => b - a);
      for (const [place, { token, probability }] of (expected[at] ?? []).entries()) {
        errors.compare('probability', probability, 2 ** (before[token.id] as number), 1e-5);
        errors.compare('place', probability, 2 ** (best[place] as number), 1e-5);
      }
    }
  }
  return found.measured;
}
