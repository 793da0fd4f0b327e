import { floats } from '../../../src/engine/architecture/layers';
import type { Model } from '../../../src/engine/model/model';
import type { LensStep } from '../../../src/shared/layers';
import { textTruth, type TextTruth } from './headsTruth';

// The lens in float64, written from the equations alone. Of the engine it takes the numbers of the file.

type Row = readonly number[];

const sum = (values: Row): number => values.reduce((all, value) => all + value, 0);

export interface LensTruth {
  readonly residuals: readonly (readonly Row[])[];
  /** ln p of every token, by row of the lens and position. */
  logProbabilities(row: LensStep, position: number): Row;
  /** KL(final ‖ row), bits. */
  divergence(row: LensStep, position: number): number;
}

export function lensTruth(
  model: Model,
  ids: readonly number[],
  { residuals, attention }: Pick<TextTruth, 'residuals' | 'attention'> = textTruth(model, ids, 0),
): LensTruth {
  const { weights } = model;
  const { architecture, hyperparameters: h } = model.needRunner();
  const has = (name: string) => weights.tensors.has(name);
  const vector = (name: string): Row => Array.from(floats(weights, weights.tensors.get(name) as never));
  const gain = vector(architecture.finalNorm).map((value) => value / (h.logitDivisor ?? 1));
  const normBias = has('output_norm.bias') ? vector('output_norm.bias') : gain.map(() => 0);
  const numbers = vector(has('output.weight') ? 'output.weight' : 'token_embd.weight');
  const outputBias = has('output.bias') ? vector('output.bias') : null;
  const rows = numbers.length / gain.length;

  const hidden = (residual: Row): Row => {
    const centre = architecture.norm === 'LayerNorm' ? sum(residual) / residual.length : 0;
    const y = residual.map((value) => value - centre);
    const size = Math.sqrt(sum(y.map((value) => value * value)) / y.length + h.epsilon);
    return y.map((value, j) => (value / size) * (gain[j] as number) + (normBias[j] as number));
  };
  const logProbabilities = ({ layer, after }: LensStep, position: number): Row => {
    const added = attention[layer - 1]?.[position];
    const residual =
      after === 'layer'
        ? (residuals[layer]?.[position] as Row)
        : ((residuals[layer - 1] as readonly Row[])[position] as Row).map((value, j) => value + (added?.[j] as number));
    const vectorOfRow = hidden(residual);
    const logits = Array.from({ length: rows }, (_, id) => {
      let logit = outputBias?.[id] ?? 0;
      for (let j = 0; j < gain.length; j++)
        logit += (numbers[id * gain.length + j] as number) * (vectorOfRow[j] as number);
      return h.logitCap === undefined ? logit : h.logitCap * Math.tanh(logit / h.logitCap);
    });
    const greatest = logits.reduce((most, logit) => Math.max(most, logit), -Infinity);
    const whole = greatest + Math.log(sum(logits.map((logit) => Math.exp(logit - greatest))));
    return logits.map((logit) => logit - whole);
  };
  const finals = new Map<number, Row>();
  return {
    residuals,
    logProbabilities,
    divergence(row, position) {
      const final = finals.get(position) ?? logProbabilities({ layer: h.layers, after: 'layer' }, position);
      finals.set(position, final);
      const other = logProbabilities(row, position);
      return sum(final.map((p, id) => Math.exp(p) * (p - (other[id] as number)))) / Math.LN2;
    },
  };
}
