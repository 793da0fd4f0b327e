import type { Signal, TokenFacts } from '../../shared/engine';
import { angle, norm, type Vector } from '../arrays/vectors';
import { RowRanking, rowAsQuery } from '../directions/ranking';
import type { Space } from '../directions/space';
import type { Model } from '../model/model';
import type { FinalNorm } from '../trunk/finalNorm';

/**
 * Where a token stands among the output rows nearest to its input vector: does it, unembedded at once, come back as
 * itself?
 */
export async function tokenFacts(model: Model, id: number, signal?: Signal): Promise<TokenFacts> {
  const { directions } = model;
  const { raw } = directions;
  const centred = await directions.centred();
  const own = model.embedding.row(id);
  const queries: readonly (readonly [Vector, Space])[] = [
    [own, raw],
    [rowAsQuery(directions, centred, model.embedding, id), centred],
    ...(model.norm ? [[model.finalNorm(own), raw] as const] : []),
  ];
  const dots = await directions.products(
    queries.map(([query]) => query),
    signal,
  );
  const [inRaw, inCentred, normed] = queries.map(([query, space], i) =>
    new RowRanking(directions, space, query, dots[i] as Vector).ranks(id),
  );
  type Ranks = NonNullable<typeof inRaw>;
  return {
    token: model.vocabulary.token(id),
    ownRank: { raw: inRaw as Ranks, centred: inCentred as Ranks, ...(normed && { normed }) },
    ...facingOf(model.norm, directions.matrix.row(id)),
  };
}

/** The output row as a residual meets it; nothing where no norm stands between. */
function facingOf(final: FinalNorm | null, unembedding: Vector): Pick<TokenFacts, 'facing'> {
  if (!final) return {};
  const facing = final.facing(unembedding);
  const between = angle(facing, unembedding);
  return {
    facing: { size: norm(facing), ...(!Number.isNaN(between) && { angle: between }), centred: final.bias !== null },
  };
}
