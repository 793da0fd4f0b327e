import type { Softmax } from './directions';

/** ln Σ e^logit and the entropy in bits, summed in float64. */
export function softmax(logits: Float32Array): Softmax {
  let greatest = -Infinity;
  for (const logit of logits) if (logit > greatest) greatest = logit;
  let total = 0;
  let weighted = 0;
  for (const logit of logits) {
    const power = Math.exp(logit - greatest);
    total += power;
    weighted += power * (logit - greatest);
  }
  return { logTotal: greatest + Math.log(total), entropy: (Math.log(total) - weighted / total) / Math.LN2 };
}
