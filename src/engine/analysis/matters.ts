import type { Signal } from '../../shared/engine';
import { badRequest, outOfRange } from '../../shared/errors';
import type { MatteredPart, Matters, MattersQuestion } from '../../shared/matters';
import type { Softmax } from '../directions/softmax';
import type { Model } from '../model/model';
import { textOfUtf8, utf8Of, wellFormed } from '../tokenizer/utf8';
import { MovableTrunk } from '../trunk/movableTrunk';
import { runHidden } from './hiddenVectors';
import { checkId, checkPosition, isWithin } from './limits';
import { surprisal, type AboutText } from './positions';

/**
 * Results that are read together, since a pass over the output rows costs nearly the same for several. Not as many as
 * a time holds: how many there are decides the last bits.
 */
const together = 4;

/** h at every position that predicts a token of the answer. */
type Predicting = readonly Float32Array[];

/**
 * Runs a text without each of some parts and reads −log₂ p of an answer after a position. The ids of a part are
 * removed, all others stay and close up; the token that the model adds before a text always stays. A run shares the
 * positions before its part with the run before it, so removing each of n tokens costs about n²/2 positions.
 * Throws `EngineError('bad-request')` for a part that is not in the text, or that leaves nothing to predict from.
 */
export const matters: AboutText<MattersQuestion, Matters> = async (
  { model },
  { inspected },
  { position, answer: asked, parts },
  { signal, onProgress },
) => {
  checkPosition(position, inspected.length);
  const ids = inspected.slice(0, position + 1);
  checkParts(model, ids, parts);
  const control = signal ? { signal } : {};
  // Layers elsewhere round differently from those at home, on which the shortened texts run.
  const runner = model.served ? null : { home: model.trunk.home, fresh: model.trunk.home.fresh() };
  const whole = runner ? model.withLayers(new MovableTrunk(runner.home)) : model;
  const shortened = runner ? model.withLayers(new MovableTrunk(runner.fresh)) : model;
  try {
    const given = asked === undefined ? undefined : answerIds(model, ids, asked);
    const now = (await runHidden(whole, inspected, control)).at(position);
    const answer = given ?? [await likeliestAfter(model, now, signal)];
    checkLength(model, ids.length, answer.length);
    const predictingOf = async (before: readonly number[]): Promise<Predicting> => {
      const vectors = await runHidden(shortened, [...before, ...answer.slice(0, -1)], control);
      return answer.map((_, i) => vectors.at(before.length - 1 + i));
    };
    const bitsOf = async (texts: readonly Predicting[]): Promise<number[]> => {
      const hidden = texts.flat();
      const list = listOf(model);
      const found = await model.directions.search(hidden, { count: 1, lists: [list], hidden: hidden.length, signal });
      const bits = hidden.map((h, i) =>
        surprisal(model, { hidden: h, softmax: found[i]?.softmax as Softmax }, answer[i % answer.length] as number),
      );
      return texts.map((_, text) => sum(bits.slice(text * answer.length, (text + 1) * answer.length)));
    };

    const [bits] = (await bitsOf([answer.length === 1 ? [now] : await predictingOf(ids)])) as [number];
    const said = { position, answer: answer.map((id) => model.vocabulary.token(id)), bits };
    const found: MatteredPart[] = [];
    const waiting: { readonly part: number; readonly predicting: Predicting }[] = [];
    const tell = async () => {
      const without = await bitsOf(waiting.map(({ predicting }) => predicting));
      for (const [i, { part }] of waiting.splice(0).entries()) {
        const own = { part, bits: without[i] as number, change: (without[i] as number) - bits };
        found.push(own);
        onProgress?.({ stage: 'run', fraction: found.length / parts.length, mattered: { ...said, parts: [own] } });
      }
    };
    // In the order of the text each run begins as the one before it does.
    const order = [...parts.keys()].sort((a, b) => (parts[a]?.[0] as number) - (parts[b]?.[0] as number));
    for (const part of order) {
      const removed = new Set(parts[part]);
      waiting.push({ part, predicting: await predictingOf(ids.filter((_, at) => !removed.has(at))) });
      // The first is told at once.
      if (waiting.length === together || found.length === 0) await tell();
    }
    if (waiting.length > 0) await tell();
    return { ...said, parts: found.sort((a, b) => a.part - b.part) };
  } finally {
    runner?.fresh.release();
  }
};

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

const listOf = ({ directions }: Model) => (directions.bias ? 'logit' : 'dot');

async function likeliestAfter(model: Model, hidden: Float32Array, signal: Signal | undefined): Promise<number> {
  const list = listOf(model);
  const [found] = await model.directions.search([hidden], { count: 1, lists: [list], signal });
  return found?.ranked[list][0]?.id as number;
}

function checkParts({ tokenizer }: Model, ids: readonly number[], parts: MattersQuestion['parts']): void {
  const added = tokenizer.first === undefined ? 0 : 1;
  const last = ids.length - 1;
  for (const part of parts) {
    const isRising = part.every((at, i) => isWithin(at, ids.length) && (i === 0 || at > (part[i - 1] as number)));
    if (part.length === 0 || !isRising || (part[0] as number) < added)
      throw outOfRange('part', part.join(', '), `rising positions, ${added} to ${last}`);
    if (part.length === ids.length)
      throw badRequest`Without this part nothing of the text is left to predict from. Leave out less.`;
  }
}

function checkLength({ contextLength }: Model, before: number, after: number): void {
  if (before + after - 1 > contextLength)
    throw badRequest`The text and the answer have ${before + after} tokens, and the model reads ${contextLength}. Shorten one of them.`;
}

/** Tokens before the answer that are cut together with it, at most. */
const cutTogether = 8;
/** What an answer is cut after if it would grow together with the text: nothing grows together with all of these. */
const neutral = ['\n', 'a', '.', ''];

/**
 * The ids of an answer. A text is cut as it would be after the ids, without the space that SentencePiece adds before a
 * text. Throws `EngineError('bad-request')` if the vocabulary cannot spell it.
 */
function answerIds(model: Model, ids: readonly number[], answer: string | readonly number[]): readonly number[] {
  if (answer.length === 0) throw badRequest`The answer is empty. Give at least one character.`;
  if (typeof answer !== 'string') {
    for (const id of answer) checkId(model, id);
    return answer;
  }
  const { tokenizer } = model;
  const text = wellFormed(answer);
  const plain = ids.slice(ids.findLastIndex((id) => tokenizer.isSpecial(id)) + 1);
  const tails = Array.from({ length: Math.min(cutTogether, plain.length) }, (_, i) =>
    textOfUtf8(
      Uint8Array.from(
        plain.slice(Math.max(0, plain.length - cutTogether) + i).flatMap((id) => [...tokenizer.bytesOf(id)]),
      ),
    ),
  );
  const spelled = [...utf8Of(text)].join();
  for (const before of [...tails, ...neutral]) {
    const cut = tokenizer.encode(before + text, { plain: false });
    const from = cut.starts.findIndex((start, i) => start >= before.length && (cut.ends[i] as number) > start);
    const own = from < 0 ? [] : [...cut.ids.subarray(from)];
    if (own.flatMap((id) => [...tokenizer.bytesOf(id)]).join() === spelled) return own;
  }
  throw badRequest`The model has no tokens that spell “${text}”. Write the answer with other characters.`;
}
