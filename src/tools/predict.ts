import * as v from 'valibot';
import type { InspectedListing, InspectedPrediction, InspectedToken } from '../shared/inspection';
import { candidates, given, limit, top } from './arguments';
import { idOf } from './oneToken';
import {
  chatOutput,
  leftOutOutput,
  modelJson,
  modelOutput,
  namedOutput,
  numbers,
  titleOf,
  tokenJson,
  tokenOutput,
} from './outputs';
import { oneText, readSpoken, sizeOf, spoken, spokenTexts } from './spoken';
import { edgeSaid, nameOf } from './tables';
import { groupedCount, paragraphs, six } from './text';
import { defineTool } from './tool';

const entry = { ...namedOutput, probability: v.number(), ...numbers('logit', 'size', 'cosine', 'rawLogit', 'bias') };
const bounds = v.object(numbers('atLeast', 'atMost'));
const after = { ...numbers('index', 'hiddenSize'), top: v.array(v.object(entry)) };

export const predict = defineTool({
  name: 'predict',
  title: 'Next tokens',
  description:
    'Runs the loaded language model over a text and tells what it expects next: the likeliest next tokens with their exact probabilities (softmax over the whole vocabulary, 0 to 1). Each logit is taken apart as ‖h‖ × ‖u‖ × cos θ: the size of the final hidden vector h, the size of the token’s output row u, and the cosine of the angle between them; some models add a bias or cap the logit. Entropy says in bits how open the prediction is. Each token of the text has its surprisal, −log2 of the probability that the model gave it. edge, if it is there, says that the text ends inside a word, and what that costs. candidates asks for the probability and rank of tokens of your choice. Use it to learn what this model really predicts, instead of guessing. It generates no text.',
  summary: 'The likeliest next tokens after a text, and how surprising each of its tokens was.',
  icon: '$(sparkle)',
  schema: v.pipe(given({ ...spoken, top, candidates, limit }), oneText()),
  output: v.object({
    ...{ model: modelOutput, chat: chatOutput, leftOut: leftOutOutput, tokens: v.array(tokenOutput) },
    predictions: v.optional(v.array(v.object({ ...after, entropy: v.number() }))),
    listed: v.optional(v.array(v.object({ ...after, entropy: bounds }))),
    edge: v.optional(
      v.object({ index: v.number(), whole: v.object(namedOutput), probability: v.number(), typed: v.number() }),
    ),
    candidates: v.optional(v.array(v.object({ ...entry, rank: v.number() }))),
  }),
  says: (asked, model) => `Predict what follows ${sizeOf(asked)} with ${model}`,
  texts: ({ candidates = [], ...asked }) => [...spokenTexts(asked), ...candidates.map(String)],
  async answer({ top, candidates = [], ...given }, asked) {
    const { engine, model, control } = asked;
    const read = await readSpoken(given, asked);
    const also: number[] = [];
    for (const one of candidates) also.push(await idOf(engine, one, 'candidates', control));
    const request = { ...read.request, top, neighbours: 0, layers: false, centred: false };
    const { predictions, listed, edge, tokens: run } = await engine.inspect(request, control);
    const position = run.length - 1;
    const chosen =
      also.length > 0 ? await engine.prediction({ ...read.request, position, count: top, also }, control) : undefined;
    const [prediction, listing] = [predictions?.at(-1), listed?.at(-1)];
    const tokens = run.map((token, i) => ({ ...token, ...placeIn(read.tokens[i] ?? token) }));
    const place = tokens[position] as InspectedToken;
    const said = tokens.map((token) => tokenJson(token, ['surprisal', 'surprisalIsLeast']));
    const likeliest = prediction?.top.map((one) => factors(one)) ?? listing?.top ?? [];
    const found = (chosen?.also ?? []).map(({ token: { id, text, ...token }, values: { cosine }, ...one }) => {
      const { rank, probability, logit, rawLogit, bias } = one;
      const size = token.outputSize ?? token.size;
      return { id, text, rank, ...factors({ probability, logit, size, cosine, rawLogit, bias }) };
    });
    return {
      said: paragraphs(
        `${titleOf(model)} after ${nameOf(place)} (position ${place.index}): entropy ${entropySaid(prediction, listing)}. ${surprisalSaid(tokens)}`.trim(),
        edge && edgeSaid(run, edge),
        read.said,
      ),
      less: 'call again with a smaller top or a shorter text',
      json: (most) => {
        const after = { index: place.index, top: likeliest.slice(0, most) };
        const { hiddenSize, entropy } = prediction ?? {};
        return {
          model: modelJson(model),
          ...read.json(most, tokens),
          tokens: said.slice(0, most),
          ...(prediction && { predictions: [{ hiddenSize, entropy, ...after }] }),
          ...(listing && { listed: [{ ...listing, ...after }] }),
          ...(edge && { edge }),
          ...(found.length > 0 && { candidates: found.slice(0, most) }),
        };
      },
    };
  },
});

const placeIn = ({ index, start, end }: Pick<InspectedToken, 'index' | 'start' | 'end'>) => ({ index, start, end });

type Factors = Pick<InspectedPrediction['top'][number], 'logit' | 'rawLogit' | 'bias'>;

/** Without the raw logit of a model that caps none, and without a bias of 0. */
const factors = <T extends Factors>({ rawLogit, bias, ...entry }: T) => ({
  ...{ ...entry, ...(rawLogit !== entry.logit && { rawLogit }), ...(bias !== 0 && { bias }) },
});

function entropySaid(prediction: InspectedPrediction | undefined, listing: InspectedListing | undefined): string {
  if (prediction) return `${six(prediction.entropy)} bits, ‖h‖ ${six(prediction.hiddenSize)}`;
  const { atLeast = 0, atMost = null } = listing?.entropy ?? {};
  return atMost === null ? `at least ${six(atLeast)} bits` : `${six(atLeast)} to ${six(atMost)} bits`;
}

function surprisalSaid(tokens: readonly InspectedToken[]): string {
  const known = tokens.flatMap(({ surprisal }) => surprisal ?? []);
  if (known.length === 0) return '';
  const sum = known.reduce((all, bits) => all + bits, 0);
  const least = tokens.some(({ surprisalIsLeast }) => surprisalIsLeast) ? 'at least ' : '';
  return `Surprisal of the text: ${least}${six(sum)} bits over ${groupedCount(known.length)} tokens, ${six(sum / known.length)} bits a token.`;
}
