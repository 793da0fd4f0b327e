import * as v from 'valibot';
import { inspectedModel, inspectedToken } from '../shared/inspection';
import { given, limit, short, token } from './arguments';
import { chatLines, chatRows, cutChatJson } from './chat';
import { oneText, readSpoken, sizeOf, spoken, spokenTexts } from './spoken';
import { beyondLimit, modelLine, placeOf } from './tables';
import { paragraphs } from './text';
import { defineTool } from './tool';
import { shownParts, whyOf, whyTable } from './why';

export const why = defineTool({
  name: 'why',
  title: 'Why one token and not another',
  description:
    'Explains why the loaded model gives token a another logit than token b after a text: both logits, their difference and the odds that it means, how much of the difference is angle and how much is size, and what each part of the model (input, attention and feed-forward of each layer, bias) adds to it. The parts sum to the difference, in logits; above 0 favours a, below 0 favours b. heads[layer][head] takes attention apart. Layers and heads count from 0. Needs a model whose layers run on this machine.',
  summary: 'Why the model prefers one next token to another, layer by layer.',
  icon: '$(question)',
  schema: v.pipe(
    given({ ...spoken, a: token('a', 'The first token'), b: token('b', 'The second token'), limit }),
    oneText(),
  ),
  says: ({ a, b, ...asked }, model) =>
    `Compare ${short(String(a))} with ${short(String(b))} after ${sizeOf(asked)} with ${model}`,
  texts: ({ a, b, ...asked }) => [...spokenTexts(asked), String(a), String(b)],
  async answer({ a, b, limit, plain, ...asked }, { engine, model, control }) {
    const { text, chat } = await readSpoken({ ...asked, plain }, engine, control);
    const request = { text, limit, plain };
    const { tokens, total, leftOut } = await engine.tokenise(request, control);
    const tokensGiven = [String(a), String(b)] as const;
    const position = total - leftOut - 1;
    const found = await whyOf({ engine, text: request, tokens: tokensGiven, names: ['a', 'b'], control }, position);
    const shown = inspectedModel(model);
    const place = placeOf(
      tokens.map((one) => inspectedToken(one)),
      position,
    );
    const { parts, heads } = found.json;
    const strongest = parts.toSorted((x, y) => Math.abs(y.value) - Math.abs(x.value));
    return {
      rows: { parts: parts.length, 'layers of heads': heads.length, ...(chat && chatRows(chat)) },
      words: (most) =>
        paragraphs(
          modelLine(shown),
          chat && chatLines(chat, most),
          leftOut > 0 &&
            `${beyondLimit(leftOut)} not read, so this is not about the end of the text. Raise limit to read more.`,
          whyTable(found, model, place, Math.min(most, shownParts)),
        ),
      json: (most) => ({
        model: shown,
        ...(chat && { chat: cutChatJson(chat, [], most) }),
        why: {
          ...found.json,
          // In their order, the strongest of them.
          parts: most < parts.length ? parts.filter((part) => strongest.indexOf(part) < most) : parts,
          heads: heads.slice(0, most),
        },
      }),
    };
  },
});
