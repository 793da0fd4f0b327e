import type { Control, Signal } from '../../../shared/engine';
import { badRequest, modelUnsupported } from '../../../shared/errors';
import type {
  OtherText,
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
import type { InnerRuns, InnerVector } from '../../trunk/trunk';
import { beforeAfter } from '../beforeAfter';
import { checkHead, checkLayer } from '../layerHeads';
import { checkCount, checkId, checkPosition, isWithin } from '../limits';
import { cutText, type CutText } from '../tokenise';
import { pairsOf, sharedStart } from './align';
import type { AboutTwoTexts, WithOther } from './otherText';

/** Rows of a grid: for each position of B, how much of A's difference of two logits its vector brings along. */
export const patch: AboutTwoTexts<PatchQuestion, PatchRows> = async (loaded, text, question, control) => {
  const { part, layer, first, count, otherPosition, position } = question;
  if (!Number.isInteger(count) || count < 1) throw badRequest`${count} rows were requested; at least 1 was expected.`;
  const vectorAt = (index: number) => vectorOf(loaded.model, part, ...(part === 'head' ? [layer, index] : [index]));
  for (const index of [first, first + count - 1]) vectorAt(index);
  const { a, b, differenceOf } = await ranBoth(loaded, text, question, control);
  const difference = [differenceOf(a.last(position)), differenceOf(b.last(otherPosition))] as const;
  const range = difference[0] - difference[1];
  const same = sharedStart(a.ids, b.ids);
  const rows: Float64Array[] = [];
  for (let index = first; index < first + count; index++) {
    const values = new Float64Array(b.ids.length).fill(NaN);
    for (const [from, at] of range === 0 ? [] : pairsOf(a.ids, b.ids)) {
      // Texts that begin alike have the same vectors there, bit for bit, and no position looks at those after it.
      const isIdle = at < same || at > otherPosition;
      const residual = isIdle ? null : await patched(a, b, vectorAt(index), { from, at, otherPosition }, control);
      values[at] = residual ? (differenceOf(residual) - difference[1]) / range : 0;
      control.onProgress?.({ stage: 'run', fraction: (rows.length + (at + 1) / b.ids.length) / count });
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
  const { a, b, hiddenOf, differenceOf } = await ranBoth(loaded, text, question, control);
  checkPosition(at, b.ids.length);
  const pair = pairsOf(a.ids, b.ids).find(([, other]) => other === at);
  if (!pair) throw badRequest`No position of the first text corresponds to position ${at} of the other one.`;
  const [from] = pair;
  const residual = b.last(otherPosition);
  const changed = at > otherPosition ? residual : await patched(a, b, vector, { from, at, otherPosition }, control);
  const [before, after] = [hiddenOf(residual), hiddenOf(changed)];
  return {
    ...(await beforeAfter(model, { position: otherPosition, before, after, count, also: tokens })),
    difference: [differenceOf(residual), differenceOf(changed)],
  };
};

interface Ran {
  readonly ids: readonly number[];
  readonly inner: InnerRuns;
  /** The last residual. */
  last(position: number): Float32Array;
}

/**
 * Both texts where the layers were loaded, whatever ran them before: only there a run can begin in the middle, and the
 * two differ by nothing but their tokens.
 */
async function ranBoth(
  loaded: WithOther,
  { inspected }: CutText,
  { other, position, otherPosition, tokens }: OtherText & Pick<PatchQuestion, 'position' | 'otherPosition' | 'tokens'>,
  { signal }: Control,
) {
  const { model } = loaded;
  const { inspected: ids } = cutText(model, other);
  checkPosition(position, inspected.length);
  checkPosition(otherPosition, ids.length);
  for (const id of tokens) checkId(model, id);
  const hiddenOf = (residual: Float32Array) => Float32Array.from(model.finalNorm(residual));
  return {
    a: await ranAtHome(model, inspected, signal),
    b: await ranAtHome(loaded.otherText.of(loaded).model, ids, signal),
    hiddenOf,
    differenceOf(residual: Float32Array): number {
      const hidden = hiddenOf(residual);
      return rawLogit(model, hidden, tokens[0]) - rawLogit(model, hidden, tokens[1]);
    },
  };
}

async function ranAtHome(model: Model, ids: readonly number[], signal: Signal | undefined): Promise<Ran> {
  const { home } = model.trunk;
  if (!home.inner)
    throw modelUnsupported`The layers of this model do not run on Vectorscope’s own kernels, so no run of it can be patched. Choose another model.`;
  const { layers, dimensions } = model.hyperparameters;
  const store = await home.run(ids, { signal });
  return { ids, inner: home.inner, last: (position) => row(store.residuals(layers), position, dimensions).slice() };
}

/** The last residual of B at `otherPosition` with the vector of A's position `from` in the place of B's at `at`. */
async function patched(
  a: Ran,
  b: Ran,
  vector: InnerVector,
  { from, at, otherPosition }: { readonly from: number; readonly at: number; readonly otherPosition: number },
  { signal }: Control,
): Promise<Float32Array> {
  return b.inner.replaced(vector, at, await a.inner.read(vector, from, { signal }), otherPosition, { signal });
}

/** What is put from A into B. Throws `EngineError('bad-request')` if the model has no such vector. */
function vectorOf({ hyperparameters }: Model, part: PatchPart, layer = -1, head = -1): InnerVector {
  if (part === 'head') {
    checkHead({ layer, head }, hyperparameters);
    return { kind: part, layer, head };
  }
  if (part !== 'residual') checkLayer(layer, hyperparameters);
  else if (!isWithin(layer, hyperparameters.layers + 1))
    throw badRequest`There is no residual ${layer}; the model has 0 to ${hyperparameters.layers}.`;
  return { kind: part, layer };
}
