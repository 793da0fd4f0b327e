import type { Ablated } from '../shared/ablation';
import type { Engine } from '../shared/engine';
import type { InspectedPush, Inspection } from '../shared/inspection';
import type { Lens } from '../shared/layers';
import type { TextRequest } from '../shared/tokens';

const lensEntries = 3;

/** The prediction from every residual of a text, L + 1 rows. */
export async function lensOf(
  engine: Engine,
  text: TextRequest,
  layers: number,
  ablated?: Ablated,
): Promise<NonNullable<Inspection['lens']>> {
  const { rows } = await engine.lens({
    ...text,
    first: 0,
    count: layers + 1,
    top: lensEntries,
    ...(ablated && { ablated }),
  });
  return plainCells(rows);
}

/** The rows between attention and feed-forward, how far all rows are from the final prediction, and what leads them. */
export async function lensDetails(
  engine: Engine,
  text: TextRequest,
  layers: number,
  position: number,
): Promise<Pick<Inspection, 'lensAfterAttention' | 'divergence' | 'divergenceAfterAttention' | 'leaders'>> {
  const whole = { ...text, first: 0, count: layers + 1 };
  const between = { ...text, first: 1, count: layers, after: 'attention' } as const;
  const bits = (rows: readonly Float64Array[]) => rows.map((row) => Array.from(row));
  return {
    lensAfterAttention: plainCells((await engine.lens({ ...between, top: lensEntries })).rows),
    divergence: bits((await engine.divergence(whole)).rows),
    divergenceAfterAttention: bits((await engine.divergence(between)).rows),
    leaders: (await engine.leaders({ ...text, position })).tokens.map(({ token, probability, rank }) => ({
      id: token.id,
      text: token.text,
      probability: Array.from(probability),
      rank: Array.from(rank),
    })),
  };
}

function plainCells(rows: Lens['rows']): NonNullable<Inspection['lens']> {
  return rows.map((cells) =>
    cells.map(({ top }) =>
      top.map(({ token: { id, text: spelled }, probability }) => ({ id, text: spelled, probability })),
    ),
  );
}

/** The logit contribution of each layer's parts to one token, at every position that was run. */
export async function pushOf(
  engine: Engine,
  text: TextRequest,
  output: number,
  positions: number,
  layers: number,
): Promise<InspectedPush> {
  const rows = () => Array.from({ length: layers }, (): number[] => []);
  const input: number[] = [];
  const [attention, feedForward] = [rows(), rows()];
  let bias = 0;
  for (let position = 0; position < positions; position++) {
    const { push } = await engine.journey({ ...text, position, output });
    input.push(push.input);
    bias = push.bias;
    for (let layer = 0; layer < layers; layer++) {
      attention[layer]?.push(push.attention[layer] as number);
      feedForward[layer]?.push(push.feedForward[layer] as number);
    }
  }
  return { input, attention, feedForward, bias };
}
