import type { Ablation, AblationQuestion } from '../../shared/ablation';
import { row } from '../arrays/vectors';
import { withAblated } from './ablatedModel';
import { beforeAfter } from './beforeAfter';
import { checkCount } from './limits';
import type { AboutText } from './positions';
import { ranPosition } from './run';

/** What a position predicts with and without some parts of the layers. Nothing is kept. */
export const ablation: AboutText<AblationQuestion, Ablation> = async (loaded, text, question, control) => {
  const { position, count, against, ablated } = question;
  checkCount(count);
  const { model } = loaded;
  const { here, output } = await ranPosition(loaded, text, question, control);
  const after = await withAblated(model, text, ablated, control, async (changed) => {
    const { layers, dimensions } = changed.hyperparameters;
    // Nothing after the position reaches it.
    const seen = text.inspected.slice(0, position + 1);
    const store = await changed.trunk.run(seen, { signal: control.signal });
    return Float32Array.from(model.finalNorm(row(store.residuals(layers), position, dimensions)));
  });
  return beforeAfter(model, { position, before: here.hidden, after, count, also: [output, against] });
};
