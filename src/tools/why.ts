import * as v from 'valibot';
import { logitDifference, pushPartsOf, pushTable } from '../shared/difference';
import type { Control, Engine, ModelInfo } from '../shared/engine';
import { badRequest, EngineError } from '../shared/errors';
import { fixed } from '../shared/format';
import type { InspectedWhy } from '../shared/inspection';
import type { LogitPair } from '../shared/layers';
import type { TextRequest, Token } from '../shared/tokens';
import { details, given, limit, short, token } from './arguments';
import { sourcesJson } from './insides';
import { idOf } from './oneToken';
import { chatOutput, leftOutOutput, modelJson, modelOutput, namedOutput, numbers, titleOf } from './outputs';
import { oneText, readSpoken, sizeOf, spoken, spokenTexts } from './spoken';
import { nameOf, printedTable } from './tables';
import { groupedCount, table, visible, paragraphs } from './text';
import { defineTool } from './tool';

const named = v.object(namedOutput);
const values = v.array(v.number());

export const why = defineTool({
  name: 'why',
  title: 'Why one token and not another',
  description:
    'Explains why the loaded model gives token a another logit than token b after a text: both logits, their difference and the odds that it means, how much of the difference is angle and how much is size, and what each part of the model (input, attention and feed-forward of each layer, bias) adds to it. The field `of` says what a part is made of, if not attention or neurons. The parts sum to the difference, in logits; above 0 favours a, below 0 favours b. The strongest 12 are listed. Layers and heads count from 0. Needs a model whose layers run on this machine.',
  summary: 'Why the model prefers one next token to another, layer by layer.',
  icon: '$(question)',
  schema: v.pipe(
    given({
      ...{ ...spoken, a: token('a', 'The first token'), b: token('b', 'The second token'), limit },
      details: details(
        'all parts in their order, heads[layer][head], which take attention apart, and sources of layers without heads, position by position',
      ),
    }),
    oneText(),
  ),
  output: v.object({
    ...{ model: modelOutput, chat: chatOutput, leftOut: leftOutOutput },
    why: v.object({
      ...{ a: named, b: named, logits: values, ...numbers('position', 'difference', 'odds', 'angle', 'size', 'bias') },
      parts: v.array(v.object({ kind: v.string(), of: v.optional(v.string()), ...numbers('layer', 'value') })),
      others: v.optional(v.object(numbers('count', 'value'))),
      heads: v.optional(v.array(values)),
      sources: v.optional(v.array(v.looseObject({ layer: v.number(), of: v.string(), share: values, push: values }))),
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
    const { parts, heads, sources, logits, difference, ...two } = found.json;
    const place = read.tokens.at(-1) as Token;
    const { angle, size, bias } = logitDifference(found.pair);
    const listed = details ? parts : strongestOf(parts).slice(0, shownParts);
    // A cap changes the odds.
    const isCapped = model.trunk?.logitCap !== undefined;
    const [first, second] = [visible(two.a.text), visible(two.b.text)];
    const cut = (most: number) => {
      const rest = parts.filter((part) => !listed.slice(0, most).includes(part));
      const others = { count: rest.length, value: rest.reduce((sum, { value }) => sum + value, 0) };
      return { parts: listed.slice(0, most), ...(others.count > 0 && { others }) };
    };
    return {
      said: paragraphs(
        `${titleOf(model)}: why ${first} (${two.a.id}) and not ${second} (${two.b.id}) after ${nameOf(place)} (position ${place.index}). A part above 0 pushes ${first}, below 0 ${second}${details ? '' : '; those that push most are listed'}.${isCapped ? ' The difference is before the cap.' : ''}`,
        read.said,
      ),
      json: (most) => ({
        model: modelJson(model),
        ...read.json(most),
        why: {
          ...{ ...two, position: place.index, logits, difference, ...(!isCapped && { odds: Math.exp(difference) }) },
          ...{ angle, size, ...(bias !== 0 && { bias }) },
          ...cut(most),
          ...(details && { heads: heads.slice(0, most), ...(sources && { sources: sources.slice(0, most) }) }),
        },
      }),
    };
  },
});

interface Asked {
  readonly engine: Engine;
  readonly text: TextRequest;
  readonly tokens: readonly [string | number, string | number];
  /** What the caller calls the two, for the messages: `--why`, or `a` and `b`. */
  readonly names: readonly [string, string];
  /** Whether attention is taken apart. */
  readonly heads?: boolean;
  readonly control?: Control;
}

/** Why the first of two tokens has a different logit than the second after the last position. */
export async function whyOf(
  { engine, text, tokens, names, heads: wanted = true, control }: Asked,
  position: number,
): Promise<Why> {
  const a = await idOf(engine, tokens[0], names[0], control);
  const b = await idOf(engine, tokens[1], names[1], control);
  if (a === b)
    throw names[0] === names[1]
      ? badRequest`${names[0]} was given the token ${a} twice; give two different tokens.`
      : badRequest`${names[0]} and ${names[1]} are both the token ${a}; give two different tokens.`;
  const at = { ...text, position, output: a, against: b };
  const { pair, output, logit, push, kinds } = await engine.journey(at, control);
  const grid = wanted ? await engine.headGrid(at, control) : null;
  if (!pair) throw new EngineError('internal', 'The engine compared no two tokens.');
  const named = ({ id, text: spelled }: { readonly id: number; readonly text: string }) => ({ id, text: spelled });
  return {
    pair,
    json: {
      a: named(output),
      b: named(pair.against),
      position,
      logits: pair.logits,
      difference: logit,
      parts: pushPartsOf(push, kinds),
      heads: grid?.heads.map((ofLayer) => ofLayer.map((cell) => cell.push)) ?? [],
      ...(grid?.sources && { sources: sourcesJson(grid, kinds) }),
    },
  };
}

export interface Why {
  readonly pair: LogitPair;
  readonly json: InspectedWhy;
}

export const shownParts = 12;

export function whyTable(
  { pair, json: { a, b, logits, difference, parts } }: Why,
  { trunk }: ModelInfo,
  place: string,
): string {
  const [first, second] = [visible(a.text), visible(b.text)];
  const rows: (readonly string[])[] = [
    [`logit of ${first}`, fixed(logits[0], 3)],
    [`logit of ${second}`, fixed(logits[1], 3)],
    // A cap changes the odds.
    ...(trunk?.logitCap === undefined
      ? [
          ['difference', fixed(difference, 3)],
          [`odds of ${first} to ${second}`, `${odds(difference)} : 1`],
        ]
      : [['difference, before the cap', fixed(difference, 3)]]),
  ];
  const split = logitDifference(pair);
  rows.push(['of which angle, at equal sizes', fixed(split.angle, 3)], ['of which size', fixed(split.size, 3)]);
  if (split.bias !== 0) rows.push(['of which bias', fixed(split.bias, 3)]);
  const strongest = strongestOf(parts).slice(0, shownParts);
  return [
    `Why ${first} (${a.id}) and not ${second} (${b.id}) after ${place}`,
    table(['', 'logits'], rows, 'lr'),
    ...(strongest.length === 0
      ? []
      : [
          `\nThe ${strongest.length} of ${groupedCount(parts.length)} parts that push most; above 0 for ${first}, below 0 for ${second}; layers count from 0`,
          printedTable(pushTable(strongest)),
        ]),
  ].join('\n');
}

export const strongestOf = <T extends { readonly value: number }>(parts: readonly T[]): T[] =>
  parts.toSorted((x, y) => Math.abs(y.value) - Math.abs(x.value));

/** e^difference, with three digits. */
export function odds(difference: number): string {
  const value = Number(Math.exp(difference).toPrecision(3));
  return value >= 1000 && value < 1e15 ? groupedCount(value) : String(value);
}
