import type { Pushed, PushesAt } from './attention';
import type { TableRows } from './columns';
import { degrees, fixed, probability, signed } from './format';
import { angleOfCosine } from './metrics';
import type { Reading } from './neurons';
import type { Translator } from './translator';
import { words, type Words } from './words';

/** An expert of a feed-forward part. Both count from 0. */
export interface Expert {
  readonly layer: number;
  readonly expert: number;
}

/** An expert as it is written everywhere: `e23.5` is expert 5 of layer 23. */
export const expertName = ({ layer, expert }: Expert): string => `e${layer}.${expert}`;

/** The expert of a name; null for any other text. */
export function namedExpert(name: string): Expert | null {
  const [, layer, expert] = /^e(\d{1,6})\.(\d{1,6})$/.exec(name.trim()) ?? [];
  return layer === undefined ? null : { layer: Number(layer), expert: Number(expert) };
}

export interface ExpertsQuestion extends Pushed {
  readonly position: number;
  /** Nothing of the other positions: `ran` and `probabilities` stay empty. */
  readonly isAlone?: boolean;
}

/** A share of a feed-forward part. */
interface AddedPart {
  readonly layer: number;
  /** ‖added‖₂, model units. */
  readonly size: number;
  /** What it adds to the logit of the output token, as in `Push`, and to the mean of all logits. */
  readonly push: number;
  readonly meanPush: number;
}

/** One expert that ran at a position. Its size is ‖share · output‖₂. */
export interface ExpertPart extends Expert, AddedPart {
  /** The router's probability, among all experts. */
  readonly probability: number;
  /** The factor of its output: the probability, or its share of those of the chosen experts, times its own factor. */
  readonly share: number;
  /** What its row of the router reads in the residual as the router has it. `null` if an adapter changes the router. */
  readonly router: Reading | null;
}

/** The experts of one layer. */
export interface LayerExperts {
  readonly layer: number;
  /** The experts that ran, `positions × used`, in their order, and the router's probabilities of them. */
  readonly ran: Int32Array;
  readonly probabilities: Float64Array;
  /** At the position, with the neurons that run everywhere, if there are any: they sum to the feed-forward part. */
  readonly parts: readonly ExpertPart[];
  readonly dense: AddedPart | null;
}

export interface ExpertsView extends PushesAt {
  /** Experts of a layer, and how many of them run at a position. */
  readonly count: number;
  readonly used: number;
  readonly layers: readonly LayerExperts[];
}

export type FeedForwardShare = ExpertPart | AddedPart;

/** All that sums to a feed-forward part. */
export const sharesOf = ({ parts, dense }: LayerExperts): readonly FeedForwardShare[] =>
  dense ? [...parts, dense] : parts;

/** What an expert alone has. */
const ofExpert =
  <T>(of: (part: ExpertPart) => T) =>
  (part: FeedForwardShare): T | null =>
    'expert' in part ? of(part) : null;

/** The experts that ran at the position, layer by layer. */
export function expertsTable({ layers }: ExpertsView, l10n: Translator): TableRows<FeedForwardShare> {
  const decimals = (value: number) => fixed(value, 2);
  const angle = { key: 'angle of the router (degrees)', head: l10n.t('angle'), print: degrees };
  const pushed = { key: 'push minus the mean', head: l10n.t('push minus the mean'), print: signed };
  return {
    columns: [
      {
        key: 'expert',
        head: l10n.t('expert'),
        value: (part) => ofExpert(expertName)(part) ?? `e${part.layer}.dense`,
      },
      {
        key: 'probability',
        head: l10n.t('probability'),
        value: ofExpert((part) => part.probability),
        print: probability,
      },
      {
        key: 'router',
        head: l10n.t('router'),
        value: ofExpert(({ router }) => router && router.product + (router.bias ?? 0)),
        print: signed,
      },
      { ...angle, value: ofExpert(({ router }) => router && angleOfCosine(router.cosine)) },
      { key: 'size', head: l10n.t('size'), value: ({ size }) => size, print: decimals },
      { ...pushed, value: ({ push, meanPush }) => push - meanPush },
      { key: 'push', head: l10n.t('push'), value: ({ push }) => push, print: signed },
    ],
    rows: layers.flatMap(sharesOf),
  };
}

/** The expert that pushes most. `target`: the token, or one over another. */
export function expertsFinding(view: ExpertsView, target: Words, l10n: Translator): Words {
  const all = view.layers.flatMap(({ parts }) => parts);
  const [best] = all.sort((a, b) => b.push - b.meanPush - (a.push - a.meanPush));
  return words(
    l10n.t('In each layer {0} of {1} experts run. {2} pushes {3} up most, by {4} beyond the mean push'),
    fixed(view.used, 0),
    fixed(view.count, 0),
    best ? expertName(best) : '–',
    target,
    signed(best ? best.push - best.meanPush : 0),
  );
}
