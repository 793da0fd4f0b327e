import { logitDifference, partsOf, type PushPart } from '../shared/difference';
import type { Control, Engine, ModelInfo } from '../shared/engine';
import { badRequest, EngineError } from '../shared/errors';
import type { InspectedWhy } from '../shared/inspection';
import type { LogitPair } from '../shared/layers';
import type { TextRequest } from '../shared/tokens';
import { idOf } from './oneToken';
import { count, number, table, visible } from './text';

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
  const { pair, output, logit, push } = await engine.journey(at, control);
  const { heads } = wanted ? await engine.headGrid(at, control) : { heads: [] };
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
      parts: partsOf(push),
      heads: heads.map((ofLayer) => ofLayer.map((cell) => cell.push)),
    },
  };
}

export interface Why {
  readonly pair: LogitPair;
  readonly json: InspectedWhy;
}

export const shownParts = 12;

const partNames = { input: 'input', attention: 'attention', feedForward: 'feed-forward', bias: 'bias' } as const;

export function whyTable(
  { pair, json: { a, b, logits, difference, parts } }: Why,
  { trunk }: ModelInfo,
  place: string,
): string {
  const [first, second] = [visible(a.text), visible(b.text)];
  const rows: (readonly string[])[] = [
    [`logit of ${first}`, number(logits[0], 3)],
    [`logit of ${second}`, number(logits[1], 3)],
    // A cap changes the odds.
    ...(trunk?.logitCap === undefined
      ? [
          ['difference', number(difference, 3)],
          [`odds of ${first} to ${second}`, `${odds(difference)} : 1`],
        ]
      : [['difference, before the cap', number(difference, 3)]]),
  ];
  const split = logitDifference(pair);
  rows.push(['of which angle, at equal sizes', number(split.angle, 3)], ['of which size', number(split.size, 3)]);
  if (split.bias !== 0) rows.push(['of which bias', number(split.bias, 3)]);
  const strongest = strongestOf(parts).slice(0, shownParts);
  return [
    `Why ${first} (${a.id}) and not ${second} (${b.id}) after ${place}`,
    table(['', 'logits'], rows, 'lr'),
    ...(strongest.length === 0 ? [] : ['', partsTable(strongest, parts.length, first, second)]),
  ].join('\n');
}

export const strongestOf = <T extends { readonly value: number }>(parts: readonly T[]): T[] =>
  parts.toSorted((x, y) => Math.abs(y.value) - Math.abs(x.value));

const partsTable = (strongest: readonly PushPart[], all: number, first: string, second: string): string =>
  [
    `The ${strongest.length} of ${count(all)} parts that push most; above 0 for ${first}, below 0 for ${second}; layers count from 0`,
    table(
      ['part', 'layer', 'push on the difference'],
      strongest.map(({ kind, layer, value }: PushPart) => [
        partNames[kind],
        layer === undefined ? '' : String(layer),
        number(value, 3),
      ]),
      'lrr',
    ),
  ].join('\n');

/** e^difference, with three digits. */
export function odds(difference: number): string {
  const value = Number(Math.exp(difference).toPrecision(3));
  return value >= 1000 && value < 1e15 ? count(value) : String(value);
}
