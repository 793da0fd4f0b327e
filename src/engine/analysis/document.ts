import type { DocumentTokens, WindowMeasures, WindowRequest } from '../../shared/document/document';
import type { Control } from '../../shared/engine';
import { EngineError, outOfRange, said } from '../../shared/errors';
import type { TextRequest } from '../../shared/tokens';
import type { Softmax } from '../directions/softmax';
import type { Model } from '../model/model';
import { runHidden } from './hiddenVectors';
import { checkId } from './limits';
import { tokenProbability, surprisal, type LoadedModel, type Predicting } from './positions';

/** How many of the likeliest tokens are named for each place. */
const named = 3;

/** Throws `EngineError('empty-text')` if the vocabulary spells none of the text. */
export function documentTokens(
  { tokenizer, vocabulary, contextLength }: Model,
  { text, plain = false }: Pick<TextRequest, 'text' | 'plain'>,
): DocumentTokens {
  const { ids, starts, ends } = tokenizer.encode(text, { plain });
  const added = tokenizer.first === undefined ? 0 : 1;
  if (ids.length === added)
    throw new EngineError('empty-text', said`The document has no text that the model has tokens for.`);
  const control = [...new Set(ids.subarray(added))]
    .filter((id) => tokenizer.isSpecial(id))
    .map((id) => vocabulary.token(id));
  const sizes = Float32Array.from(ids, (id) => vocabulary.sizes.of[id] as number);
  return { ids: Int32Array.from(ids), starts, ends, sizes, added, control, contextLength };
}

/** Runs a window as far as it is given, and measures its tokens from `from` on, each by the prediction before it. */
export async function measureWindow(
  { model }: Pick<LoadedModel, 'model'>,
  { ids, from }: WindowRequest,
  { signal }: Control,
): Promise<WindowMeasures> {
  checkWindow(model, ids, from);
  model.needPredictions();
  const { directions, vocabulary } = model;
  const vectors = await runHidden(model, Array.from(ids), { ...(signal && { signal }) });
  // The first token has no prediction before it.
  const before = Math.max(0, from - 1);
  const hidden = Array.from({ length: ids.length - before }, (_, i) => vectors.at(before + i));
  const list = directions.bias ? 'logit' : 'dot';
  const found = await directions.search(hidden, { count: named, lists: [list], hidden: hidden.length, signal });
  const predicting = found.map(({ softmax }, i) => ({ hidden: hidden[i], softmax: softmax as Softmax }) as Predicting);
  const at = (position: number) => predicting[position - before] as Predicting;
  const measured = Array.from({ length: ids.length - from }, (_, i) => from + i);
  return {
    surprisal: Float64Array.from(measured, (position) =>
      position === 0 ? NaN : surprisal(model, at(position - 1), ids[position] as number),
    ),
    entropy: Float64Array.from(measured, (position) => at(position).softmax.entropy),
    expected: measured.map((position) =>
      (found[position - 1 - before]?.ranked[list] ?? []).map(({ id, value }) => ({
        token: vocabulary.token(id),
        probability: tokenProbability(model, value, at(position - 1).softmax),
      })),
    ),
  };
}

function checkWindow(model: Model, ids: Int32Array, from: number): void {
  if (ids.length > model.contextLength) throw outOfRange('number of ids', ids.length, `at most ${model.contextLength}`);
  if (!Number.isInteger(from) || from < 0 || from >= ids.length)
    throw outOfRange('from', from, `0 to ${ids.length - 1}`);
  for (const id of ids) checkId(model, id);
}
