import type { LayerPart } from '../../../shared/ablation';
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
import { row, type Vector } from '../../arrays/vectors';
import { rawLogit } from '../../model/logits';
import type { Model } from '../../model/model';
import { pause } from '../../tasks/pause';
import type { InnerRuns, TrunkStore } from '../../trunk/trunk';
import { beforeAfter } from '../beforeAfter';
import { checkHead, checkLayer } from '../layerHeads';
import { checkCount, checkId, checkPosition, isWithin } from '../limits';
import { cutText, type CutText } from '../tokenise';
import { pairsOf, sharedStart } from './align';
import type { AboutTwoTexts, WithOther } from './otherText';

/** Rows of a grid: for each position of B, how much of A's difference of two logits its vector brings along. */
export const patch: AboutTwoTexts<PatchQuestion, PatchRows> = async (loaded, text, question, control) => {
  const { model } = loaded;
  const { part, layer: layerOfHeads = -1, first, count, otherPosition, position } = question;
  checkRows(model, question);
  const { a, b, differenceOf } = await ranBoth(loaded, text, question, control);
  const difference = [differenceOf(a.last(position)), differenceOf(b.last(otherPosition))] as const;
  const range = difference[0] - difference[1];
  const pairs = pairsOf(a.ids, b.ids);
  const same = sharedStart(a.ids, b.ids);
  const rows: Float64Array[] = [];
  for (let index = first; index < first + count; index++) {
    const values = new Float64Array(b.ids.length).fill(NaN);
    const place = part === 'head' ? { part, layer: layerOfHeads, head: index } : { part, layer: index };
    for (const [from, at] of range === 0 ? [] : pairs) {
      // Texts that begin alike have the same vectors there, bit for bit, and no position looks at those after it.
      const isIdle = at < same || at > otherPosition;
      const residual = isIdle ? null : await patched(a, b, place, { from, at, otherPosition }, control);
      values[at] = residual ? (differenceOf(residual) - difference[1]) / range : 0;
      const cells = rows.length * b.ids.length + at + 1;
      control.onProgress?.({ stage: 'run', fraction: cells / (count * b.ids.length) });
    }
    rows.push(values);
    await pause(control.signal);
  }
  return { first, difference, rows };
};

/** One cell of a grid: the predictions of B without and with A's vector. */
export const patchCell: AboutTwoTexts<PatchCellQuestion, PatchedCell> = async (loaded, text, question, control) => {
  const { model } = loaded;
  const { at, otherPosition, count, tokens } = question;
  checkCount(count);
  checkPlace(model, question);
  const { a, b, differenceOf } = await ranBoth(loaded, text, question, control);
  checkPosition(at, b.ids.length);
  const pair = pairsOf(a.ids, b.ids).find(([, other]) => other === at);
  if (!pair) throw badRequest(`No position of the first text corresponds to position ${at} of the other one.`);
  const hidden = (residual: Float32Array) => Float32Array.from(model.finalNorm(residual));
  const before = b.last(otherPosition);
  const after =
    at > otherPosition ? before : await patched(a, b, question, { from: pair[0], at, otherPosition }, control);
  return {
    ...(await beforeAfter(model, {
      position: otherPosition,
      before: hidden(before),
      after: hidden(after),
      count,
      also: tokens,
    })),
    difference: [differenceOf(before), differenceOf(after)],
  };
};

interface Ran {
  readonly ids: readonly number[];
  readonly inner: InnerRuns;
  residual(layer: number, position: number): Float32Array;
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
  return {
    a: await ranAtHome(model, inspected, signal),
    b: await ranAtHome(loaded.otherText.of(loaded).model, ids, signal),
    /** Before the model's cap, as everywhere from the h that the output rows meet. */
    differenceOf(residual: Vector): number {
      const hidden = Float32Array.from(model.finalNorm(residual));
      return rawLogit(model, hidden, tokens[0]) - rawLogit(model, hidden, tokens[1]);
    },
  };
}

async function ranAtHome(model: Model, ids: readonly number[], signal: Signal | undefined): Promise<Ran> {
  const { home } = model.trunk;
  if (!home.inner)
    throw modelUnsupported(
      'The layers of this model do not run on Vectorscope’s own kernels, so no run of it can be patched. Choose another model.',
    );
  const { layers, dimensions } = model.hyperparameters;
  const store: TrunkStore = await home.run(ids, { signal });
  const residual = (layer: number, position: number) => row(store.residuals(layer), position, dimensions).slice();
  return { ids, inner: home.inner, residual, last: (position) => residual(layers, position) };
}

/** What is put from A into B. */
interface Place {
  readonly part: PatchPart;
  readonly layer: number;
  readonly head?: number;
}

/** The last residual of B at `otherPosition` with the vector of A's position `from` in the place of B's at `at`. */
async function patched(
  a: Ran,
  b: Ran,
  { part, layer, head = 0 }: Place,
  { from, at, otherPosition }: { readonly from: number; readonly at: number; readonly otherPosition: number },
  { signal }: Control,
): Promise<Float32Array> {
  if (part === 'residual') return b.inner.withResidual(layer, at, a.residual(layer, from), otherPosition, { signal });
  const own: LayerPart = part === 'head' ? { kind: part, layer, head } : { kind: part, layer };
  const output = await a.inner.output(own, from, { signal });
  // The output of a part reaches other positions by the next residual alone.
  const next = await b.inner.withOutput(own, at, output, { signal });
  return b.inner.withResidual(layer + 1, at, next, otherPosition, { signal });
}

/** Throws `EngineError('bad-request')` if the model has no such rows. */
function checkRows(model: Model, { part, layer = -1, first, count }: PatchQuestion): void {
  if (!Number.isInteger(count) || count < 1) throw badRequest(`${count} rows were requested; at least 1 was expected.`);
  for (const index of [first, first + count - 1])
    checkPlace(model, part === 'head' ? { part, layer, head: index } : { part, layer: index });
}

function checkPlace({ hyperparameters }: Model, { part, layer, head = -1 }: Place): void {
  if (part === 'head') checkHead({ layer, head }, hyperparameters);
  else if (part !== 'residual') checkLayer(layer, hyperparameters);
  else if (!isWithin(layer, hyperparameters.layers + 1))
    throw badRequest(`There is no residual ${layer}; the model has 0 to ${hyperparameters.layers}.`);
}
