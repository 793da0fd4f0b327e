import type { TextRequest } from '../shared/tokens';
import type { Without } from '../shared/ablation';
import type { Engine } from '../shared/engine';
import type { InspectedPush, Inspection } from '../shared/inspection';

const lensEntries = 3;

/** The prediction from every residual of a text, L + 1 rows. */
export async function lensOf(
  engine: Engine,
  text: TextRequest,
  layers: number,
  without?: Without,
): Promise<NonNullable<Inspection['lens']>> {
  const { rows } = await engine.lens({
    ...{ ...text, first: 0, count: layers + 1, top: lensEntries },
    ...(without && { without }),
  });
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
