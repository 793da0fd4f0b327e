import { pairsOf } from '../../../src/engine/analysis/texts/align';
import type { Model } from '../../../src/engine/model/model';
import type { LayerPart } from '../../../src/shared/ablation';
import type { Steering } from '../../../src/shared/vectors/steering';
import type { PatchCellQuestion } from '../../../src/shared/vectors/texts';
import { numbersOf, textTruth, type Change, type ResidualChange, type TextTruth } from '../../unit/support/headsTruth';
import { lensTruth, type LensTruth } from '../../unit/support/lensTruth';

type Row = readonly number[];

export const dot = (a: ArrayLike<number>, b: ArrayLike<number>): number => {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] as number) * (b[i] as number);
  return sum;
};
export const size = (a: ArrayLike<number>): number => Math.sqrt(dot(a, a));

/** Tokens whose vectors are added, removed and pushed: they have a vector in every model. */
export const [plus, minus] = [5, 9];
export const output = 5;

/** Text A is measured. Of its last but one common token the patches take a vector into text B. */
export interface Texts {
  readonly a: string;
  readonly b: string;
}

export interface Changed<Of> {
  readonly what: Of;
  /** Logits at the last position of the text. */
  readonly logits: Row;
}

/** A whole truth without the numbers of the model, which take gigabytes. */
interface Kept extends Pick<TextTruth, 'heads' | 'logits' | 'residuals' | 'attention' | 'feedForward' | 'mixed'> {
  /** The final norm of each residual. */
  readonly normed: readonly (readonly Row[])[];
}

/** What the equations say of two texts. */
export interface Truths {
  readonly ids: Row;
  readonly a: Kept;
  readonly b: Row;
  readonly lens: LensTruth;
  readonly ablations: readonly Changed<LayerPart>[];
  readonly steerings: readonly Changed<Steering>[];
  readonly patches: readonly Changed<Pick<PatchCellQuestion, 'part' | 'layer' | 'head'>>[];
  /** The position of B that is patched, and its last one. */
  readonly at: number;
  readonly last: number;
}

export function truthsOf(model: Model, texts: Texts): Truths {
  const [ids, other] = [texts.a, texts.b].map((text) =>
    Array.from(model.tokenizer.encode(text, { plain: false }).ids),
  ) as [number[], number[]];
  const numbers = numbersOf(model);
  const truth = (of: Row, change?: Change, changeResidual?: ResidualChange) =>
    textTruth(model, of, output, change, changeResidual, numbers);
  const a = kept(truth(ids));
  const end = ids.length - 1;
  const { layers } = model.hyperparameters;
  const layer = a.heads.findLastIndex((heads) => heads.length > 0);
  const ablations = (
    [
      { kind: 'head', layer, head: 0 },
      { kind: 'attention', layer: 0 },
      { kind: 'feedForward', layer: 0 },
    ] as const
  ).map((what) => {
    const own = what.kind === 'head' ? what.head : what.kind;
    const changed = truth(ids, (layer, part) => (layer === what.layer && part === own ? 'zero' : null));
    return { what, logits: changed.logits[end] as Row };
  });

  const [first, second] = [model.embedding.row(plus), model.embedding.row(minus)];
  const v = Array.from(first, (value, i) => value - 0.5 * (second[i] as number));
  const unit = v.map((value) => value / size(v));
  // As large as the residual, as far as that may be asked for.
  const strength = Math.min(1000, size(a.residuals[1]?.[end] as Row) / size(v));
  const expression = `#${plus} - 0.5 * #${minus}`;
  const steerings = (
    [
      { how: 'add', strength, layer: 1, positions: 'last', expression },
      { how: 'remove', strength: 1, layer: null, positions: 'all', expression },
    ] as const
  ).map((what) => {
    const changed = truth(ids, undefined, (residual, layer, position) => {
      if (what.how === 'add')
        return layer === what.layer && position === end
          ? residual.map((value, i) => value + strength * (v[i] as number))
          : residual;
      const along = dot(residual, unit);
      return layer === 0 ? residual : residual.map((value, i) => value - along * (unit[i] as number));
    });
    return { what, logits: changed.logits[end] as Row };
  });

  const b = kept(truth(other));
  const [from, at] = pairsOf(ids, other).at(-2) as readonly [number, number];
  const last = other.length - 1;
  const patches = (
    [
      { part: 'residual', layer: layers - 1 },
      { part: 'attention', layer: 0 },
      { part: 'feedForward', layer: 0 },
      { part: 'head', layer, head: 0 },
    ] as const
  ).map((what) => {
    const rows = { ...a, residual: a.residuals, head: a.mixed.map(([first]) => first ?? []) }[what.part];
    const own = rows[what.layer]?.[from] as Row;
    const isHere = (part: unknown, layer: number, position: number) =>
      part === (what.part === 'head' ? what.head : what.part) && layer === what.layer && position === at;
    const changed = truth(
      other,
      (layer, part, position) => (isHere(part, layer, position) ? own : null),
      (residual, layer, position) => (isHere('residual', layer, position) ? own : residual),
    );
    return { what, logits: changed.logits[last] as Row };
  });
  return {
    ...{ ids, a, b: b.logits[last] as Row, ablations, steerings, patches, at, last },
    lens: lensTruth(model, ids, a),
  };
}

const kept = ({ heads, logits, residuals, attention, feedForward, mixed, normed }: TextTruth): Kept => ({
  ...{ heads, logits, residuals, attention, feedForward, mixed },
  normed: residuals.map((ofLayer) => ofLayer.map((residual) => Array.from(normed(residual)))),
});
