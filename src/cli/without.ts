import { InvalidArgumentError } from 'commander';
import type { LayerPart } from '../shared/ablation';

/** Collects the parts of `--without 24.4`, `24.attention` and `24.feedForward`. The engine knows the ranges. */
export function withoutOption(value: string, before: readonly LayerPart[] = []): readonly LayerPart[] {
  return [
    ...before,
    ...value.split(',').map((name): LayerPart => {
      const [, number, part = ''] = /^(\d{1,6})\.(\d{1,6}|attention|feedForward)$/.exec(name.trim()) ?? [];
      if (number === undefined)
        throw new InvalidArgumentError(
          `“${name}” is not a part of a layer. Give a head as in 24.4, or 24.attention, or 24.feedForward; layers and heads count from 0.`,
        );
      const layer = Number(number);
      return part === 'attention' || part === 'feedForward'
        ? { kind: part, layer }
        : { kind: 'head', layer, head: Number(part) };
    }),
  ];
}

/** A part as the command line names it. */
export const partName = (part: LayerPart): string => `${part.layer}.${part.kind === 'head' ? part.head : part.kind}`;
