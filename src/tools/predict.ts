import * as v from 'valibot';
import type { InspectedListing, InspectedPrediction, InspectedToken, Inspection } from '../shared/inspection';
import { byMetric } from '../shared/metrics';
import { given, limit, top } from './arguments';
import { chatLines, chatRows, cutChatJson, surprisalTables } from './chat';
import { oneText, readSpoken, sizeOf, spoken, spokenTexts } from './spoken';
import { beyondLimit, listingTable, modelLine, predictionTable, tokenTable } from './tables';
import { count, number, paragraphs } from './text';
import { defineTool } from './tool';

export const predict = defineTool({
  name: 'predict',
  title: 'Next tokens',
  description:
    'Runs the loaded language model over a text and tells what it expects next: the likeliest next tokens with their exact probabilities (softmax over the whole vocabulary, 0 to 1). Each logit is taken apart as ‖h‖ × ‖u‖ × cos θ: the size of the final hidden vector h, the size of the token’s output row u, and the cosine of the angle between them; some models add a bias or cap the logit. Entropy says in bits how open the prediction is. Each token of the text has its surprisal, −log2 of the probability that the model gave it. Use it to learn what this model really predicts, instead of guessing. It generates no text.',
  summary: 'The likeliest next tokens after a text, and how surprising each of its tokens was.',
  icon: '$(sparkle)',
  schema: v.pipe(given({ ...spoken, top, limit }), oneText()),
  says: (asked, model) => `Predict what follows ${sizeOf(asked)} with ${model}`,
  texts: spokenTexts,
  async answer({ top, limit, plain, ...asked }, { engine, control }) {
    const { text, chat } = await readSpoken({ ...asked, plain }, engine, control);
    const request = { text, top, limit, plain, neighbours: 0, layers: false, centred: false };
    const { predictions, listed, ...inspection } = await engine.inspect(request, control);
    const [last, lastListed] = [predictions?.at(-1), listed?.at(-1)];
    const { leftOut } = inspection;
    const tokens = inspection.tokens.slice(0, inspection.tokens.length - leftOut);
    return {
      rows: {
        tokens: tokens.length,
        predictions: (last ?? lastListed)?.top.length ?? 0,
        ...(chat && chatRows(chat)),
        ...(last && { 'nearest tokens': last.nearest.euclidean.length }),
      },
      less: 'call again with a smaller top or a shorter text',
      words: (most) =>
        paragraphs(
          modelLine(inspection.model),
          chat && chatLines(chat, most),
          surprisalLine(tokens),
          leftOut > 0 &&
            `${beyondLimit(leftOut)} not read, so this is not what follows the whole text. Raise limit to read more.`,
          last && predictionTable(tokens[last.index] as InspectedToken, last, most),
          lastListed && listingTable(tokens[lastListed.index] as InspectedToken, lastListed, most),
          most > 0 && tokenTable({ ...inspection, tokens: tokens.slice(0, most) }),
          ...(chat ? surprisalTables(chat, tokens, most) : []),
        ),
      json: (most): Inspection => ({
        ...inspection,
        ...(chat && { chat: cutChatJson(chat, tokens, most) }),
        tokens: tokens.slice(0, most),
        ...(last && { predictions: [shortened(last, most)] }),
        ...(lastListed && { listed: [shortened(lastListed, most)] }),
      }),
    };
  },
});

function shortened<T extends InspectedPrediction | InspectedListing>(prediction: T, most: number): T {
  const top = prediction.top.slice(0, most);
  if (!('nearest' in prediction)) return { ...prediction, top };
  const { nearest } = prediction;
  return { ...prediction, top, nearest: byMetric((metric) => nearest[metric].slice(0, most)) };
}

function surprisalLine(tokens: readonly InspectedToken[]): string | null {
  const known = tokens.flatMap(({ surprisal }) => surprisal ?? []);
  if (known.length === 0) return null;
  const sum = known.reduce((all, bits) => all + bits, 0);
  const least = tokens.some(({ surprisalIsLeast }) => surprisalIsLeast) ? 'at least ' : '';
  return `Surprisal of the text: ${least}${number(sum, 2)} bits over ${count(known.length)} tokens, ${number(sum / known.length, 2)} bits a token.`;
}
