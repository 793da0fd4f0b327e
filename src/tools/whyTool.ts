import * as v from 'valibot';
import { logitDifference } from '../shared/difference';
import type { Token } from '../shared/tokens';
import { details, given, limit, short, token } from './arguments';
import { chatOutput, leftOutOutput, modelJson, modelOutput, namedOutput, numbers, titleOf } from './outputs';
import { oneText, readSpoken, sizeOf, spoken, spokenTexts } from './spoken';
import { nameOf } from './tables';
import { paragraphs, rowsOf, six, visible } from './text';
import { defineTool } from './tool';
import { odds, shownParts, strongestOf, whyOf } from './why';

const named = v.object(namedOutput);
const values = v.array(v.number());

export const why = defineTool({
  name: 'why',
  title: 'Why one token and not another',
  description:
    'Explains why the loaded model gives token a another logit than token b after a text: both logits, their difference and the odds that it means, how much of the difference is angle and how much is size, and what each part of the model (input, attention and feed-forward of each layer, bias) adds to it. The parts sum to the difference, in logits; above 0 favours a, below 0 favours b. The strongest 12 are listed. Layers and heads count from 0. Needs a model whose layers run on this machine.',
  summary: 'Why the model prefers one next token to another, layer by layer.',
  icon: '$(question)',
  schema: v.pipe(
    given({
      ...{ ...spoken, a: token('a', 'The first token'), b: token('b', 'The second token'), limit },
      details: details('all parts in their order, and heads[layer][head], which take attention apart'),
    }),
    oneText(),
  ),
  output: v.object({
    ...{ model: modelOutput, chat: chatOutput, leftOut: leftOutOutput },
    why: v.object({
      ...{ a: named, b: named, logits: values, ...numbers('position', 'difference', 'odds', 'angle', 'size', 'bias') },
      parts: v.array(v.object({ kind: v.string(), ...numbers('layer', 'value') })),
      others: v.optional(v.object(numbers('count', 'value'))),
      heads: v.optional(v.array(values)),
    }),
  }),
  says: ({ a, b, ...asked }, model) =>
    `Compare ${short(String(a))} with ${short(String(b))} after ${sizeOf(asked)} with ${model}`,
  texts: ({ a, b, ...asked }) => [...spokenTexts(asked), String(a), String(b)],
  async answer({ a, b, ...given }, asked) {
    const { engine, model, control } = asked;
    const { details } = given;
    const read = await readSpoken(given, asked);
    const question = { engine, text: read.request, tokens: [a, b], names: ['a', 'b'], control } as const;
    const found = await whyOf({ ...question, heads: details }, read.tokens.length - 1);
    const { parts, heads, logits, difference, ...two } = found.json;
    const place = read.tokens.at(-1) as Token;
    const { angle, size, bias } = logitDifference(found.pair);
    const listed = details ? parts : strongestOf(parts).slice(0, shownParts);
    // A cap changes the odds.
    const isCapped = model.trunk?.logitCap !== undefined;
    const cut = (most: number) => {
      const rest = parts.filter((part) => !listed.slice(0, most).includes(part));
      const others = { count: rest.length, value: rest.reduce((sum, { value }) => sum + value, 0) };
      return { parts: listed.slice(0, most), ...(others.count > 0 && { others }) };
    };
    return {
      rows: {
        parts: listed.length,
        ...(details && { 'layers of heads': heads.length }),
        ...read.rows,
      },
      words: (most) => {
        const [first, second] = [visible(two.a.text), visible(two.b.text)];
        const { parts: shown, others } = cut(most);
        return paragraphs(
          `${titleOf(model)}: why ${first} (${two.a.id}) and not ${second} (${two.b.id}) after ${nameOf(place)} (position ${place.index}).
Logits ${six(logits[0])} and ${six(logits[1])}, difference ${six(difference)}${isCapped ? ' before the cap' : `, odds ${odds(difference)} : 1`}; of it ${six(angle)} by angle, ${six(size)} by size${bias === 0 ? '' : `, ${six(bias)} by bias`}.`,
          read.words(most),
          rowsOf(
            shown,
            `The parts of the difference${details ? '' : ' that push most'}; above 0 for ${first}, below 0 for ${second}`,
          ),
          others && `The rest (${others.count}) sums to ${six(others.value)}.`,
          details && rowsOf(heads.slice(0, most), 'Heads: a row for each layer from 0, a column for each head'),
        );
      },
      json: (most) => ({
        model: modelJson(model),
        ...read.json(most),
        why: {
          ...{ ...two, position: place.index, logits, difference, ...(!isCapped && { odds: Math.exp(difference) }) },
          ...{ angle, size, ...(bias !== 0 && { bias }) },
          ...cut(most),
          ...(details && { heads: heads.slice(0, most) }),
        },
      }),
    };
  },
});
