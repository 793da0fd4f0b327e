// Three positions of “The capital of France is” on the default model, which `npm run reference` writes.
import type { Journey } from '../../../src/shared/layers';
import recorded from '../../fixtures/journeys.json';

/** Position 5, “ is”, which predicts “ Paris”; nothing follows. */
export const is: Journey = recorded.is;
/** Position 3, “ of”, which predicts “ the”; “ France” follows. */
export const of: Journey = recorded.of;
/** Position 1, “The”, an attention sink. */
export const the: Journey = recorded.the;
/** ‖r_l‖ of all five positions, layer by layer: model units. */
export const residualSize: readonly Float64Array[] = recorded.residualSize.map((sizes) => Float64Array.from(sizes));
/** Ids of the likeliest tokens after each residual, of the positions “ of” and “ is”. */
export const { likeliest } = recorded;
