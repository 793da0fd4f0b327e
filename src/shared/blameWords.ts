import { greatest, max, rollup, sum } from 'd3-array';
import type { Blame, BlamedPart, ModelPart, TensorChange, TensorChanges } from './blame';
import type { Both, LogitParts } from './both';
import { divergencesUpTo, partNames } from './bothFinding';
import type { DataColumn } from './columns';
import { degrees, fixed, percent, signed } from './format';
import { layerPartName } from './layerParts';
import type { Translator } from './translator';

// What page, terminal and agents say of the parts of a model, and of its tensors.

/** What the parts are ranked by: after the position, or the mean over the text. */
export const blameMeasures = ['divergence', 'meanDivergence'] as const;
export type BlameMeasure = (typeof blameMeasures)[number];

/** A part inside a sentence; a tensor by its name in the file. */
export function modelPart(part: ModelPart, l10n: Translator): string {
  const { tensor, ...whole } = part;
  // One matrix may be both ends of a model.
  if (tensor !== undefined) return part.kind === 'matrix' ? `${tensor} (${modelPart(whole, l10n)})` : tensor;
  switch (part.kind) {
    case 'attention':
    case 'feedForward':
      return part.of === 'convolution' || part.of === 'recurrence'
        ? l10n.t('the {0} of layer {1}', layerPartName({ ...part, kind: part.kind }, l10n), part.layer)
        : l10n.t('{0} of layer {1}', layerPartName({ ...part, kind: part.kind }, l10n), part.layer);
    case 'layer':
      return l10n.t('layer {0}', part.layer);
    case 'matrix':
      return part.side === 'input' ? l10n.t('embedding') : l10n.t('output rows');
    case 'norm':
      return l10n.t('final norm');
  }
}

type Known = Pick<Blame, 'parts' | 'whole' | 'reverse'>;

/** What a part costs, bits: as much as it adds to A, or as B wins without it. */
export const costOf = ({ reverse, whole }: Pick<Blame, 'whole' | 'reverse'>, part: BlamedPart, by: BlameMeasure) =>
  reverse ? whole[by] - part[by] : part[by];

/** The costliest first. */
export const byCost = (blame: Known, by: BlameMeasure): readonly BlamedPart[] =>
  blame.parts.toSorted((a, b) => costOf(blame, b, by) - costOf(blame, a, by));

/** Prints what parts cost: much less than the whole. */
export const printedCost = (blame: Known, by: BlameMeasure) =>
  divergencesUpTo(max(blame.parts, (part) => costOf(blame, part, by)) ?? 0);

/** Which part costs most, beside the whole. `isDone`: all parts are known. */
export function blameFinding(
  blame: Known,
  by: BlameMeasure,
  isDone: boolean,
  [a, b]: Both<string>,
  l10n: Translator,
): string {
  const [first] = byCost(blame, by);
  if (!first) return '';
  const print = printedCost(blame, by);
  const most = costOf(blame, first, by);
  if (most <= 0)
    return blame.reverse
      ? l10n.t('No part of {0} alone brings {1} nearer to it', a, b)
      : l10n.t('No part of {0} alone changes what {1} predicts', b, a);
  const printWhole = divergencesUpTo(blame.whole[by]);
  const whole = printWhole(blame.whole[by]);
  const named = blame.reverse ? l10n.t('Best kept from {0}', a) : l10n.t('Costliest part of {0}', b);
  const said = l10n.t(
    '{0}: {1}. {2}',
    isDone ? named : l10n.t('{0} so far', named),
    modelPart(first.part, l10n),
    blame.reverse
      ? l10n.t('That wins {0} of {1} bits', print(most), whole)
      : l10n.t('Alone it costs {0} bits, all of them {1}', print(most), whole),
  );
  // With the digits of the whole, which it is compared with.
  const all = printWhole(sum(blame.parts, (part) => costOf(blame, part, by)));
  if (!isDone || blame.parts.length < 2 || all === whole) return said;
  return l10n.t(
    '{0}. One by one the parts add up to {1} bits. They act on one another, so the sum need not be the whole',
    said,
    all,
  );
}

/** A part a row. `reverse`: the divergence is what remains. */
export function blameColumns(blame: Known, l10n: Translator): readonly DataColumn<BlamedPart>[] {
  const logit = (key: keyof LogitParts): readonly DataColumn<BlamedPart>[] =>
    blame.parts.some(({ logit: { parts } }) => parts[key] !== 0)
      ? [{ key: `by ${key}`, head: partNames(l10n)[key], value: (row) => row.logit.parts[key], print: signed }]
      : [];
  return [
    { key: 'part', head: l10n.t('part'), value: ({ part }) => modelPart(part, l10n) },
    { key: 'KL (bits)', head: l10n.t('KL'), value: (row) => row.divergence, print: printedCost(blame, 'divergence') },
    {
      key: 'mean KL (bits)',
      head: l10n.t('mean KL'),
      value: (row) => row.meanDivergence,
      print: printedCost(blame, 'meanDivergence'),
    },
    { key: 'change of the logit', head: l10n.t('Δ logit'), value: ({ logit: { change } }) => change, print: signed },
    ...(['angle', 'hiddenSize', 'size', 'bias'] as const).flatMap(logit),
    { key: 'angle of h (degrees)', head: l10n.t('h turns by'), value: ({ h }) => h.angle, print: degrees },
    { key: 'size of h / size in A', head: l10n.t('size of h, times A’s'), value: ({ h }) => h.ratio, print: times },
  ];
}

const times = (value: number): string => fixed(value, 3);

/** What became of a tensor, without its name. */
export const tensorChangeColumns = (l10n: Translator) =>
  [
    {
      key: 'relative error',
      head: l10n.t('error'),
      value: ({ error }) => error,
      print: (value) => percent(100 * value),
    },
    { key: 'angle (degrees)', head: l10n.t('rows turn'), value: ({ angle }) => angle, print: degrees },
    { key: 'size in B / size in A', head: l10n.t('rows stretch'), value: ({ ratio }) => ratio, print: times },
    { key: 'bits a weight in A', head: l10n.t('bits A'), value: ({ bitsPerWeight: [a] }) => a, print: bits },
    { key: 'bits a weight in B', head: l10n.t('bits B'), value: ({ bitsPerWeight: [, b] }) => b, print: bits },
  ] as const satisfies readonly DataColumn<TensorChange>[];

const bits = (value: number): string => fixed(value, 2);

/** What each tensor costs at all places where it stands, by its name; empty unless the parts are tensors. */
export const tensorCosts = (blame: Known | null, by: BlameMeasure): ReadonlyMap<string, number> =>
  rollup(
    blame?.parts.filter(({ part }) => part.tensor !== undefined) ?? [],
    (all) => sum(all, (one) => (blame ? costOf(blame, one, by) : 0)),
    ({ part }) => part.tensor ?? '',
  );

/** Bytes of one more bit a weight. */
const bytesOfBit = ({ shape }: TensorChange): number => shape.reduce((all, one) => all * one, 1) / 8;

/**
 * Whether the tensors that changed most are those that matter in the text, and what one more bit would buy. One more
 * bit a weight halves the error, and a small divergence goes with its square, so three quarters of it go.
 */
export function tensorsFinding(
  { tensors, unlike }: TensorChanges,
  costs: ReadonlyMap<string, number>,
  l10n: Translator,
): readonly string[] {
  const most = greatest(tensors, ({ error }) => error);
  if (!most || most.error === 0) return [unlike.length > 0 ? '' : l10n.t('No tensor changed')].filter(Boolean);
  const changed = l10n.t('{0} changed most, by {1} of its size', most.name, percent(100 * most.error));
  const known = tensors.filter(({ name }) => costs.has(name));
  const costOfTensor = ({ name }: TensorChange): number => costs.get(name) ?? 0;
  const worst = greatest(known, costOfTensor);
  if (!worst) return [changed];
  const print = divergencesUpTo(costOfTensor(worst));
  const dearest = known
    .filter(({ bitsPerWeight: [a, b] }) => b < a)
    .toSorted((a, b) => costOfTensor(b) / bytesOfBit(b) - costOfTensor(a) / bytesOfBit(a))[0];
  return [
    worst === most
      ? l10n.t('{0}, and it matters most here ({1} bits)', changed, print(costOfTensor(worst)))
      : l10n.t(
          '{0}, but {1} matters most here: {2} bits, for a change of {3}',
          changed,
          worst.name,
          print(costOfTensor(worst)),
          percent(100 * worst.error),
        ),
    ...(dearest && costOfTensor(dearest) > 0
      ? [
          l10n.t(
            'One more bit a weight buys most in {0}: {1} for about {2} bits, if it halves the error',
            dearest.name,
            `${fixed(bytesOfBit(dearest) / 1e6, 2)} MB`,
            print(0.75 * costOfTensor(dearest)),
          ),
        ]
      : []),
  ];
}
