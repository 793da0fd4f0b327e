import type { OfBoth, SecondText, TwoPositions, TwoPositionsQuestion, TwoTexts } from '../../../shared/vectors/texts';
import { angle, norm, row } from '../../arrays/vectors';
import { biasOf } from '../../model/logits';
import { pause } from '../../tasks/pause';
import { beforeAfter } from '../beforeAfter';
import { checkCount, checkPosition } from '../limits';
import type { Position } from '../positions';
import { measureText, runText } from '../run';
import { cutOf, cutText, tokenise } from '../tokenise';
import { pairsOf } from './align';
import type { AboutTwoTexts } from './otherText';

/** Runs B beside A, and compares the positions that correspond. */
export const twoTexts: AboutTwoTexts<SecondText, TwoTexts> = async (loaded, { inspected }, { other }, control) => {
  const { model } = loaded;
  const { onProgress: _onProgress, ...quiet } = control;
  const b = loaded.otherText.of(loaded);
  const tokenised = tokenise(model, other);
  const cut = cutOf(tokenised);
  const { tokens, leftOut } = tokenised.tokenisation;
  const { handle: _handle, ...run } = await runText(b, cut, control);
  const positions = [
    (await measureText(loaded, inspected, quiet)).positions,
    (await measureText(b, cut.inspected, quiet)).positions,
  ] as const;
  const stores = [await model.trunk.run(inspected, quiet), await b.model.trunk.run(cut.inspected, quiet)] as const;
  const pairs = pairsOf(inspected, cut.inspected);
  const ofPairs = (of: (pair: OfBoth) => number) => Float64Array.from(pairs, of);
  const { layers, dimensions } = model.hyperparameters;
  const angles: Float64Array[] = [];
  const sizes: OfBoth<Float64Array>[] = [];
  for (let layer = 0; layer <= layers; layer++) {
    const [ofA, ofB] = [stores[0].residuals(layer), stores[1].residuals(layer)];
    angles.push(ofPairs(([i, j]) => angle(row(ofA, i, dimensions), row(ofB, j, dimensions))));
    sizes.push([ofPairs(([i]) => norm(row(ofA, i, dimensions))), ofPairs(([, j]) => norm(row(ofB, j, dimensions)))]);
    await pause(control.signal);
  }
  const hidden = (side: 0 | 1, position: number) => (positions[side][position] as Position).hidden;
  return {
    tokens: tokens.slice(0, cut.inspected.length),
    leftOut,
    run,
    pairs,
    hiddenAngle: ofPairs(([i, j]) => angle(hidden(0, i), hidden(1, j))),
    angles,
    sizes,
  };
};

/** The predictions after a position of A and one of B, every logit taken apart. */
export const twoPositions: AboutTwoTexts<TwoPositionsQuestion, TwoPositions> = async (
  loaded,
  { inspected },
  { other, position, otherPosition, count },
  control,
) => {
  const { model } = loaded;
  const cut = cutText(model, other);
  checkPosition(position, inspected.length);
  checkPosition(otherPosition, cut.inspected.length);
  checkCount(count);
  const a = await measureText(loaded, inspected, control);
  const b = await measureText(loaded.otherText.of(loaded), cut.inspected, control);
  const [before, after] = [a.positions[position] as Position, b.positions[otherPosition] as Position];
  const hidden = [before.hidden, after.hidden] as const;
  const { tokens, ...found } = await beforeAfter(model, {
    position,
    before: hidden[0],
    after: hidden[1],
    count,
    also: [],
  });
  return {
    ...found,
    otherPosition,
    angle: angle(...hidden),
    likeliest: [before.likeliest[0]?.id as number, after.likeliest[0]?.id as number],
    tokens: tokens.map(({ token, logits, probabilities }) => {
      const size = model.directions.sizes.of[token.id] as number;
      const bias = biasOf(model, token.id);
      const cosine = (side: 0 | 1) => {
        const lengths = size * found.hiddenSize[side];
        return lengths > 0 ? (logits[side] - bias) / lengths : 0;
      };
      return { token, size, bias, cosines: [cosine(0), cosine(1)], logits, probabilities };
    }),
  };
};
