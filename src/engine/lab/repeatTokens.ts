import type { Control } from '../../shared/engine';
import { badRequest, outOfRange } from '../../shared/errors';
import { mostRepeated, type RepeatedToken, type RepeatRequest } from '../../shared/lab';
import { runHidden } from '../analysis/hiddenVectors';
import { tokenProbability } from '../analysis/positions';
import type { Softmax } from '../directions/softmax';
import { rawLogit } from '../model/logits';
import type { Model } from '../model/model';
import { pause } from '../tasks/pause';
import { checkToken } from './experiment';

/** The pieces of a text. The token stands between them, and the model should repeat it at the end. */
const prompts: readonly (readonly string[])[] = [
  [
    'This device repeats its input exactly.\n\nInput: "river"\nOutput: "river"\n\nInput: "seven"\nOutput: "seven"\n\nInput: "',
    '"\nOutput: "',
  ],
  ['The teacher writes the string "', '" on the board. The pupils repeat the string "'],
  ['Every line of this list is the same:\n', ...new Array<string>(8).fill('\n')],
];

/** Throws `EngineError('bad-request')` for too many tokens, or for one that the vocabulary lacks. */
export async function repeatTokens(
  model: Model,
  { ids }: RepeatRequest,
  { signal, onProgress }: Control,
): Promise<readonly RepeatedToken[]> {
  if (ids.length < 1 || ids.length > mostRepeated)
    throw outOfRange('number of ids', ids.length, `1 to ${mostRepeated}`);
  for (const id of ids) checkToken(model, id);
  model.needPredictions();
  const written = promptsOf(model);
  const byPrompt: (readonly number[])[] = [];
  for (const [index, prompt] of written.entries()) {
    const hidden: Float32Array[] = [];
    // The layers keep the beginning that the prompts of one wording share.
    for (const [done, id] of ids.entries()) {
      const text = prompt(id);
      const vectors = await runHidden(model, text, { ...(signal && { signal }) });
      hidden.push(vectors.at(text.length - 1).slice());
      onProgress?.({ stage: 'lab', fraction: (index * ids.length + done + 1) / (written.length * ids.length) });
      await pause(signal);
    }
    const { directions } = model;
    const list = directions.bias ? 'logit' : 'dot';
    const found = await directions.search(hidden, { count: 1, lists: [list], hidden: hidden.length, signal });
    byPrompt.push(
      ids.map((id, i) => {
        const logit = rawLogit(model, hidden[i] as Float32Array, id);
        return tokenProbability(model, logit, found[i]?.softmax as Softmax);
      }),
    );
  }
  return ids.map((id, i) => {
    const own = byPrompt.map((probabilities) => probabilities[i] as number);
    return { id, text: model.tokenizer.textOf(id), byPrompt: own, probability: Math.max(...own) };
  });
}

/** The ids of each prompt, around a token. The token goes in as its id, since no text may be cut into it. */
export function promptsOf({
  tokenizer,
  contextLength,
}: Pick<Model, 'tokenizer' | 'contextLength'>): readonly ((id: number) => number[])[] {
  const first = tokenizer.first === undefined ? [] : [tokenizer.first];
  const cut = (text: string): readonly number[] => [
    ...tokenizer.encode(text, { plain: true }).ids.subarray(first.length),
  ];
  const fitting = prompts
    .map((prompt) => {
      const [start = [], ...others] = prompt.map(cut);
      return (id: number) => [...first, ...start, ...others.flatMap((piece) => [id, ...piece])];
    })
    .filter((prompt) => prompt(0).length <= contextLength);
  if (fitting.length === 0)
    throw badRequest`The model reads ${contextLength} tokens at a time, and every prompt has more. Use another model.`;
  return fitting;
}
