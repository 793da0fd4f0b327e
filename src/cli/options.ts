import { InvalidArgumentError } from 'commander';
import type { LayerPart } from '../shared/ablation';
import { headNumber } from '../shared/attention';
import { englishPlural } from '../shared/plural';

/** What was typed fits no command. The program prints the sentence and ends with 2, as for an unknown option. */
export class UsageError extends Error {}

export const wholeNumber = (least: number, most: number) => (value: string) => {
  const number = Number(value);
  if (!/^\d+$/.test(value) || number < least || number > most)
    throw new InvalidArgumentError(`${value} is not a whole number from ${least} to ${most}.`);
  return number;
};

export const positiveNumber = (value: string) => {
  const number = Number(value);
  if (value.trim() === '' || !Number.isFinite(number) || number < 0)
    throw new InvalidArgumentError(`${value} is not a number of at least 0.`);
  return number;
};

export const pairOption = (value: string, before: readonly string[] = []): readonly string[] => [...before, value];

/** Writes `--why A B` as `--why A --why B`, and so `--for`, since no option takes a fixed number of values. */
export const pairsTwice = (args: readonly string[]): readonly string[] =>
  ['--why', '--for'].reduce((all: readonly string[], name) => {
    const at = all.indexOf(name);
    const isAlone = at < 0 || at + 2 >= all.length || all[at + 2]?.startsWith('--') === true;
    return isAlone ? all : all.toSpliced(at + 2, 0, name);
  }, args);

export function twoTokens(given: readonly string[] | undefined, option: string): readonly [string, string] | undefined {
  if (!given) return undefined;
  const [a, b, ...others] = given;
  if (a !== undefined && b !== undefined && others.length === 0) return [a, b];
  throw new UsageError(
    `${option} takes two tokens; ${given.length} ${englishPlural(given.length, { one: 'was', other: 'were' })} given. Give two ids or texts of one token.`,
  );
}

/** Collects the parts of `--without 23.4`, `23.attention` and `23.feedForward`. The engine knows the ranges. */
export function ablationOption(value: string, before: readonly LayerPart[] = []): readonly LayerPart[] {
  return [
    ...before,
    ...value.split(',').map((name): LayerPart => {
      const [, number, part = ''] = /^(\d{1,6})\.(\d{1,6}|attention|feedForward)$/.exec(name.trim()) ?? [];
      if (number === undefined)
        throw new InvalidArgumentError(
          `“${name}” is not a part of a layer. Give a head as in 23.4, or 23.attention, or 23.feedForward; layers and heads count from 0.`,
        );
      const layer = Number(number);
      return part === 'attention' || part === 'feedForward'
        ? { kind: part, layer }
        : { kind: 'head', layer, head: Number(part) };
    }),
  ];
}

/** A part as the command line names it. */
export const partName = (part: LayerPart): string =>
  part.kind === 'head' ? headNumber(part) : `${part.layer}.${part.kind}`;
