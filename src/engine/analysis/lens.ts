import type { Lens, LensCell, LensQuestion } from '../../shared/layers';
import type { Ranked } from '../directions/ranking';
import type { Softmax } from '../directions/softmax';
import type { Model } from '../model/model';
import { pause } from '../tasks/pause';
import { slicesOf, spanOf } from './lensRows';
import { checkCount } from './limits';
import { tokenProbability, type AboutText } from './positions';
import { measureText } from './run';

/** Candidates beyond those asked for; cells are many, and what float32 confuses lies close together. */
const margin = 4;
/** Cells that go through the vocabulary's rows together. */
const cellsTogether = 256;

/**
 * What every position would predict if the layers ended early: nostalgebraist's logit lens, with the final norm on each
 * residual.
 */
export const lens: AboutText<LensQuestion, Lens> = async (
  loaded,
  { inspected, next },
  question,
  { onProgress, ...quiet },
) => {
  const { model } = loaded;
  const { first, count, top, after = 'layer' } = question;
  checkCount(top);
  const span = spanOf(model, question, inspected.length);
  await measureText(loaded, inspected, quiet);
  const trunk = await model.trunk.run(inspected, quiet);

  const list = model.directions.bias ? 'logit' : 'dot';
  const rows: LensCell[][] = Array.from({ length: count }, () => []);
  const total = count * (span.to - span.from);
  let done = 0;
  for await (const { from, to, hidden } of slicesOf(model, trunk, inspected, after, span, quiet.signal)) {
    const width = to - from;
    for (let begin = 0; begin < count * width; begin += cellsTogether) {
      const places = Array.from({ length: Math.min(cellsTogether, count * width - begin) }, (_, i) => ({
        row: Math.floor((begin + i) / width),
        position: from + ((begin + i) % width),
      }));
      const found = await model.directions.search(
        places.map(({ row, position }) => hidden(first + row, position)),
        {
          count: top,
          lists: [list],
          hidden: places.length,
          targets: Int32Array.from(places, ({ position }) => inspected[position + 1] ?? next ?? -1),
          margin,
          signal: quiet.signal,
        },
      );
      found.forEach(({ ranked, softmax, before }, i) =>
        rows[places[i]?.row as number]?.push(cell(model, ranked[list], softmax as Softmax, before)),
      );
      done += places.length;
      onProgress?.({ stage: 'lens', fraction: done / total });
      await pause(quiet.signal);
    }
  }
  return { first, rows };
};

function cell(model: Model, ranked: readonly Ranked[], softmax: Softmax, before: number | null): LensCell {
  const top = ranked.map(({ id, value }) => ({
    token: model.vocabulary.token(id),
    probability: tokenProbability(model, value, softmax),
  }));
  return { top, entropy: softmax.entropy, rank: before === null ? null : before + 1 };
}
