import { InvalidArgumentError } from 'commander';
import type { LayerPart } from '../shared/ablation';
import { headNumber } from '../shared/attention';

/** Collects the parts of `--without 23.4`, `23.attention` and `23.feedForward`. The engine knows the ranges. */
export function withoutOption(value: string, before: readonly LayerPart[] = []): readonly LayerPart[] {
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
