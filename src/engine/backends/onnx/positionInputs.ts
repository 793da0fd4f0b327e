import type { AttentionKind, RotaryPositions } from '../../architecture/hyperparameters';
import { writeAngles } from '../../architecture/rotary';
import type { Tensor } from './runtime';

/**
 * Graph inputs for `length` new positions after `past` others: the rotary angles and the mask of each kind of
 * attention.
 */
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

function angles(of: (angle: number) => number, rotary: RotaryPositions, past: number, length: number): Tensor {
  const data = new Float32Array(length * rotary.frequencies.length);
  writeAngles(of, rotary, past, data);
  return { data, dims: [length, rotary.frequencies.length] };
}

/** 0 for a visible position, −∞ for a later one or one before the window. */
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
