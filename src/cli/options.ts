import { InvalidArgumentError } from 'commander';
import type { LayerPart } from '../shared/ablation';
import { headNumber, namedHead, type Head } from '../shared/attention';
import { orderOf, samplerRanges, type SamplerStep } from '../shared/continuation';
import { expertName, namedExpert } from '../shared/experts';
import { namedNeuron, neuronName, type Neuron } from '../shared/neurons';

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

export const numberWithin = (least: number, most: number) => (value: string) => {
  const number = Number(value.replace('−', '-'));
  if (value.trim() === '' || !(number >= least && number <= most))
    throw new InvalidArgumentError(`${value} is not a number from ${least} to ${most}.`);
  return number;
};

/** A parser of the value of a sampler's step. */
export const samplerOption = (step: SamplerStep) => (value: string) => {
  const [fits, range] = samplerRanges[step];
  const number = Number(value.replace('−', '-'));
  if (value.trim() !== '' && fits(number)) return number;
  throw new InvalidArgumentError(value.trim() === '' ? `It is empty. Give ${range}.` : `${value} is not ${range}.`);
};

/** Steps of a sampler by the names of their options. */
export function orderOption(value: string): readonly SamplerStep[] {
  try {
    return orderOf(value.trim() === '' ? [] : value.split(',').map((name) => name.trim()));
  } catch (error) {
    throw new InvalidArgumentError(error instanceof Error ? error.message : String(error));
  }
}

/** Heads named on the command line, or all of them. */
export type Heads = readonly Head[] | 'all';

export function strengthOption(value: string): number {
  const strength = Number(value.replace('−', '-'));
  if (value.trim() !== '' && Number.isFinite(strength)) return strength;
  throw new InvalidArgumentError(`${value} is not a number. Give one from −1000 to 1000.`);
}

/** A parser of `23.4,29.1` or `all`. The engine knows the ranges. */
export const headsOption = (value: string): Heads => (value === 'all' ? value : namedHeads(value));

export function namedHeads(value: string): readonly Head[] {
  return value.split(',').map((name) => {
    const head = namedHead(name);
    if (head) return head;
    throw new InvalidArgumentError(
      `“${name}” is not a head. Give a layer and a head, both from 0, as in 23.4; several with commas between.`,
    );
  });
}

export function neuronOption(value: string): Neuron {
  const neuron = namedNeuron(value);
  if (neuron) return neuron;
  throw new InvalidArgumentError(`“${value}” is not a neuron. Give a layer and a neuron, both from 0, as in n23.1021.`);
}

/** Collects parts of `--without`, as `n23.1021`, `e23.5`, `23.4` and `23.attention`. The engine knows ranges. */
export function ablationOption(value: string, before: readonly LayerPart[] = []): readonly LayerPart[] {
  return [
    ...before,
    ...value.split(',').map((name): LayerPart => {
      const neuron = namedNeuron(name);
      if (neuron) return { kind: 'neuron', ...neuron };
      const expert = namedExpert(name);
      if (expert) return { kind: 'expert', ...expert };
      const [, number, part = ''] = /^(\d{1,6})\.(\d{1,6}|attention|feedForward)$/.exec(name.trim()) ?? [];
      if (number === undefined)
        throw new InvalidArgumentError(
          `“${name}” is not a part of a layer. Give a head as in 23.4, a neuron as in n23.1021, an expert as in e23.5, or 23.attention, or 23.feedForward; all count from 0.`,
        );
      const layer = Number(number);
      return part === 'attention' || part === 'feedForward'
        ? { kind: part, layer }
        : { kind: 'head', layer, head: Number(part) };
    }),
  ];
}

export function pairOption(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}

/** A part as the command line names it. */
export function partName(part: LayerPart): string {
  if (part.kind === 'head') return headNumber(part);
  if (part.kind === 'expert') return expertName(part);
  return part.kind === 'neuron' ? neuronName(part) : `${part.layer}.${part.kind}`;
}
