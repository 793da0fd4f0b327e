import type { Control } from '../../../shared/engine';
import { badRequest, outOfRange } from '../../../shared/errors';
import type {
  SecondText,
  PatchCellQuestion,
  PatchedCell,
  PatchPart,
  PatchQuestion,
  PatchRows,
} from '../../../shared/vectors/texts';
import { row } from '../../arrays/vectors';
import { rawLogit } from '../../model/logits';
import type { Model } from '../../model/model';
import { pause } from '../../tasks/pause';
import { unchangeable } from '../../trunk/changes';
import type { HomeTrunk, InnerVector } from '../../trunk/trunk';
import { beforeAfter } from '../beforeAfter';
import { checkHead, checkLayer } from '../layerHeads';
import { checkCount, checkId, checkPosition, checkResidual } from '../limits';
import { cutText, type CutText } from '../tokenise';
import { pairsOf, sharedStart } from './align';
import type { AboutTwoTexts, WithOther } from './otherText';

/** Rows of a grid: for each position of B, how much of A's difference of two logits its vector brings along. */
export const patchText: AboutTwoTexts<PatchQuestion, PatchRows> = async (loaded, text, question, control) => {
  const { part, layer, first, count } = question;
  if (!Number.isInteger(count) || count < 1) throw outOfRange('count', count, 'at least 1');
  const vectorAt = (index: number) => vectorOf(loaded.model, part, ...(part === 'head' ? [layer, index] : [index]));
  for (const index of [first, first + count - 1]) vectorAt(index);
  const { ids, last, patched, differenceOf } = await ranBoth(loaded, text, question, control);
  const difference = [differenceOf(last[0]), differenceOf(last[1])] as const;
  const range = difference[0] - difference[1];
  const same = sharedStart(...ids);
  const [, { length }] = ids;
  const rows: Float64Array[] = [];
  for (let index = first; index < first + count; index++) {
    const values = new Float64Array(length).fill(NaN);
    for (const [from, at] of range === 0 ? [] : pairsOf(...ids)) {
      // Texts that begin alike have the same vectors there, bit for bit.
      const residual = at < same ? last[1] : await patched(vectorAt(index), from, at);
      // + 0, since nothing of a negative difference would be −0.
      values[at] = (differenceOf(residual) - difference[1]) / range + 0;
      control.onProgress?.({ stage: 'run', fraction: (rows.length + (at + 1) / length) / count });
    }
    rows.push(values);
    await pause(control.signal);
  }
  return { first, difference, rows };
};

/** One cell of a grid: the predictions of B without and with A's vector. */
export const patchCell: AboutTwoTexts<PatchCellQuestion, PatchedCell> = async (loaded, text, question, control) => {
  const { model } = loaded;
  const { part, layer, head, at, otherPosition, count, tokens } = question;
  checkCount(count);
  const vector = vectorOf(model, part, layer, head);
  const { ids, last, patched, hiddenOf, differenceOf } = await ranBoth(loaded, text, question, control);
  checkPosition(at, ids[1].length);
  const pair = pairsOf(...ids).find(([, other]) => other === at);
  if (!pair) throw badRequest`No position of the first text corresponds to position ${at} of the other one.`;
  const residuals = [last[1], await patched(vector, ...pair)] as const;
  const [before, after] = residuals.map(hiddenOf) as [Float32Array, Float32Array];
  return {
    ...(await beforeAfter(model, { position: otherPosition, before, after, count, also: tokens })),
    difference: [differenceOf(residuals[0]), differenceOf(residuals[1])],
  };
};

/**
 * Both texts where the layers were loaded, whatever ran them before: only there a run can begin in the middle, and the
 * two differ by nothing but their tokens. `last` has the last residuals of the two positions, `patched` that of B with
 * the vector of A's position `from` in the place of its own at `at`.
 */
async function ranBoth(
  loaded: WithOther,
  { inspected }: CutText,
  { other, position, otherPosition, tokens }: SecondText & Pick<PatchQuestion, 'position' | 'otherPosition' | 'tokens'>,
  { signal }: Control,
) {
  const { model } = loaded;
  const ids = [inspected, cutText(model, other).inspected] as const;
  checkPosition(position, ids[0].length);
  checkPosition(otherPosition, ids[1].length);
  for (const id of tokens) checkId(model, id);
  const [a, b] = [homeOf(model), homeOf(loaded.otherText.of(loaded).model)];
  const { layers, dimensions } = model.hyperparameters;
  const lastOf = async (home: HomeTrunk, own: readonly number[], at: number) =>
    row((await home.run(own, { signal })).residuals(layers), at, dimensions).slice();
  const last = [await lastOf(a, ids[0], position), await lastOf(b, ids[1], otherPosition)] as const;
  const hiddenOf = (residual: Float32Array) => Float32Array.from(model.finalNorm(residual));
  return {
    ids,
    last,
    // No position looks at those after it.
    patched: async (vector: InnerVector, from: number, at: number) =>
      at > otherPosition
        ? last[1]
        : b.inner.replaced(vector, at, await a.inner.read(vector, from, { signal }), otherPosition, { signal }),
    hiddenOf,
    differenceOf(residual: Float32Array): number {
      const hidden = hiddenOf(residual);
      return rawLogit(model, hidden, tokens[0]) - rawLogit(model, hidden, tokens[1]);
    },
  };
}

type Home = HomeTrunk & Required<Pick<HomeTrunk, 'inner'>>;

function homeOf({ trunk: { home } }: Model): Home {
  if (home.inner) return home as Home;
  throw unchangeable();
}

/** What is put from A into B. Throws `EngineError('bad-request')` if the model has no such vector. */
function vectorOf({ hyperparameters }: Model, part: PatchPart, layer = -1, head = -1): InnerVector {
  if (part === 'head') {
    checkHead({ layer, head }, hyperparameters);
    return { kind: part, layer, head };
  }
  if (part === 'residual') checkResidual(layer, hyperparameters.layers);
  else checkLayer(layer, hyperparameters);
  return { kind: part, layer };
}
