import type { Engine, ModelInfo } from '../shared/engine';
import { EngineError } from '../shared/errors';
import type { InspectedWhy } from '../shared/inspection';
import type { Journey } from '../shared/layers';
import { logitDifference, partsOf, type PushPart } from '../shared/difference';
import { isAdded } from '../shared/place';
import type { TextRequest } from '../shared/tokens';
import { count, number, table, visible } from './text';

/** Collects the tokens of `--why`. */
export const whyOption = (value: string, before: readonly string[] = []): readonly string[] => [...before, value];

/** Writes `--why A B` as `--why A --why B`, since no option takes a fixed number of values. */
export function whyTwice(args: readonly string[]): string[] {
  const at = args.indexOf('--why');
  const isAlone = at < 0 || at + 2 >= args.length || args[at + 2]?.startsWith('--') === true;
  return isAlone ? [...args] : args.toSpliced(at + 2, 0, '--why');
}

interface Asked {
  readonly engine: Engine;
  readonly text: TextRequest;
  /** Ids, or texts of one token. */
  readonly tokens: readonly [string, string];
}

/** Why the first of two tokens has another logit than the second after the last position. */
export async function whyOf({ engine, text, tokens }: Asked, position: number): Promise<Why> {
  const [a, b] = [await idOf(engine, tokens[0]), await idOf(engine, tokens[1])];
  if (a === b) throw new EngineError('bad-request', `--why was given the token ${a} twice; give two different tokens.`);
  const journey = await engine.journey({ ...text, position, output: a, against: b });
  const { heads } = await engine.headGrid({ ...text, position, output: a, against: b });
  const { pair, output, logit, push } = journey;
  if (!pair) throw new EngineError('internal', 'The engine compared no two tokens.');
  const named = ({ id, text: spelled }: { readonly id: number; readonly text: string }) => ({ id, text: spelled });
  return {
    journey,
    json: {
      ...{ a: named(output), b: named(pair.against), position, logits: pair.logits, difference: logit },
      parts: partsOf(push),
      heads: heads.map((ofLayer) => ofLayer.map((cell) => cell.push)),
    },
  };
}

interface Why {
  readonly journey: Journey;
  readonly json: InspectedWhy;
}

/** The id of a token that is given by its id or by its text. */
async function idOf(engine: Engine, given: string): Promise<number> {
  if (/^\d{1,9}$/.test(given)) return Number(given);
  if (given === '') throw new EngineError('bad-request', 'A token of --why is empty; give its id or its text.');
  const { tokens } = await engine.tokenise({ text: given, most: 2 });
  const [token, ...others] = tokens.filter((one) => !isAdded(one));
  if (token && others.length === 0) return token.id;
  throw new EngineError(
    'bad-request',
    `“${visible(given)}” is not one token of this model; give a text of one token, with its space, or an id.`,
  );
}

/** Parts of the table. */
const shownParts = 12;

const partNames = { input: 'input', attention: 'attention', feedForward: 'feed-forward', bias: 'bias' } as const;

export function whyTable(
  { journey, json: { a, b, logits, difference, parts } }: Why,
  { trunk }: ModelInfo,
  place: string,
): string {
  const { pair } = journey;
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
  if (pair) {
    const split = logitDifference(pair);
    rows.push(['of which angle, at equal sizes', number(split.angle, 3)], ['of which size', number(split.size, 3)]);
    if (split.bias !== 0) rows.push(['of which bias', number(split.bias, 3)]);
  }
  const strongest = parts.toSorted((x, y) => Math.abs(y.value) - Math.abs(x.value)).slice(0, shownParts);
  return [
    `Why ${first} (${a.id}) and not ${second} (${b.id}) after ${place}`,
    table(['', 'logits'], rows, 'lr'),
    '',
    `The ${strongest.length} of ${count(parts.length)} parts that push most; above 0 for ${first}, below 0 for ${second}; layers count from 0`,
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
}

/** e^difference, with three digits. */
const odds = (difference: number): string => Number(Math.exp(difference).toPrecision(3)).toString();
