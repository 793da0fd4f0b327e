import type { AttentionKind } from './architecture/architecture';
import type { Rotary } from './architecture/rotary';
import type { Tensor } from './runtime';

/** What the layers are told of `length` new positions after `past` others: for each kind of attention the angles and the mask. */
export function positionInputs(kinds: readonly AttentionKind[], past: number, length: number): Record<string, Tensor> {
  const inputs: Record<string, Tensor> = {};
  kinds.forEach(({ window, rotary }, kind) => {
    inputs[`mask.${kind}`] = mask(window, past, length);
    if (!rotary) return;
    inputs[`cosine.${kind}`] = angles(Math.cos, rotary, past, length);
    inputs[`sine.${kind}`] = angles(Math.sin, rotary, past, length);
  });
  return inputs;
}

function angles(of: (angle: number) => number, { turns, stretch }: Rotary, past: number, length: number): Tensor {
  const pairs = turns.length;
  const data = new Float32Array(length * pairs);
  for (let i = 0; i < length; i++) for (let j = 0; j < pairs; j++) data[i * pairs + j] = stretch * of((past + i) * (turns[j] as number));
  return { data, dims: [length, pairs] };
}

/** 0 where a position is seen, −∞ where it comes later or lies before the window. */
function mask(window: number, past: number, length: number): Tensor {
  const all = past + length;
  const data = new Float32Array(length * all);
  for (let i = 0; i < length; i++) {
    const row = data.subarray(i * all, (i + 1) * all);
    row.fill(-Infinity, past + i + 1);
    row.fill(-Infinity, 0, Math.max(0, past + i + 1 - window));
  }
  return { data, dims: [length, all] };
}
