import type { Control } from '../../shared/engine';
import { badRequest, outOfRange } from '../../shared/errors';
import type { SteerCurve, SteerCurveQuestion, Steered, Steering, SteerQuestion } from '../../shared/vectors/steering';
import { dot, norm, row, type Vector } from '../arrays/vectors';
import { rawLogit } from '../model/logits';
import type { Model } from '../model/model';
import { unchangeable } from '../trunk/changes';
import { NotFinite } from '../trunk/residuals';
import type { ResidualEdit } from '../trunk/trunk';
import { beforeAfter, predicted } from './beforeAfter';
import { checkCount, checkPosition, checkResidual, isWithin } from './limits';
import { tokenProbability, type AboutText, type LoadedModel } from './positions';
import { pushedBy } from './push';
import { ranPosition } from './run';
import type { CutText } from './tokenise';
import { plainVector } from './vector';

const greatestStrength = 1000;
const mostStrengths = 21;

/** What a position predicts with and without a vector in the residual. Nothing is kept. */
export const steerText: AboutText<SteerQuestion, Steered> = async (loaded, text, question, control) => {
  const { position, count, against, steering } = question;
  checkCount(count);
  checkStrength(steering.strength);
  const { model } = loaded;
  const { vector, edit } = await prepared(loaded, text, question, control);
  const { here, output, store } = await ranPosition(loaded, text, question, control);
  const { hyperparameters, norm: finalNorm } = model.needRunner();
  const { layers, dimensions } = hyperparameters;
  const residuals = Array.from({ length: layers + 1 }, (_, layer) =>
    row(store.residuals(layer), position, dimensions).slice(),
  );
  const after = await whileSteered(model, text, edit, control, (hidden) => hidden(factorOf(steering)));
  if (!after)
    throw badRequest`At this strength the numbers of the model overflow. Choose a smaller strength or vector.`;
  const both = await beforeAfter(model, {
    ...{ position, before: here.hidden, after, count },
    also: [output, against],
  });
  const gain = gainOf(edit, factorOf(steering), residuals);
  return {
    ...both,
    vectorSize: norm(vector),
    residualSize: norm(residuals[edit.residuals[0] as number] as Float32Array),
    promised: both.tokens.map(({ token }) => {
      const u = model.directions.matrix.row(token.id);
      return gain * dot(edit.vector, pushedBy(finalNorm, u, residuals[layers] as Float32Array));
    }),
  };
};

/** What a position predicts at several strengths: the tokens with the greatest probability at one of them. */
export const steerCurve: AboutText<SteerCurveQuestion, SteerCurve> = async (loaded, text, question, control) => {
  const { position, steering, strengths, count } = question;
  checkCount(count);
  if (!isWithin(strengths.length - 1, mostStrengths))
    throw outOfRange('number of strengths', strengths.length, `1 to ${mostStrengths}`);
  strengths.forEach(checkStrength);
  const { model } = loaded;
  const { edit } = await prepared(loaded, text, question, control);
  const predictions = await whileSteered(model, text, edit, control, async (hiddenAt) => {
    const found = [];
    for (const strength of strengths) {
      const hidden = await hiddenAt(factorOf({ ...steering, strength }));
      if (hidden) found.push({ strength, hidden, ...(await predicted(model, hidden, count)) });
    }
    return found;
  });
  const ids = new Set(predictions.flatMap(({ likeliest }) => likeliest.map(({ id }) => id)));
  const tokens = Array.from(ids, (id) => ({
    token: model.vocabulary.token(id),
    probabilities: predictions.map(({ hidden, softmax }) =>
      tokenProbability(model, rawLogit(model, hidden, id), softmax),
    ),
  }));
  const greatest = (one: (typeof tokens)[number]) => Math.max(...one.probabilities);
  tokens.sort((a, b) => greatest(b) - greatest(a) || a.token.id - b.token.id);
  return { position, strengths: predictions.map(({ strength }) => strength), tokens: tokens.slice(0, count) };
};

/** A direction is removed by adding its negative. */
const factorOf = ({ how, strength }: Steering): number => (how === 'add' ? strength : -strength);

/** The vector of an expression, and the change of the residuals that it stands for. */
async function prepared(
  loaded: LoadedModel,
  text: CutText,
  { position, steering }: { readonly position: number; readonly steering: Steering },
  control: Control,
): Promise<{ readonly vector: Float64Array; readonly edit: ResidualEdit }> {
  const { layers } = loaded.model.needRunner().hyperparameters;
  const { layer, how, positions } = steering;
  checkPosition(position, text.inspected.length);
  if (layer !== null) checkResidual(layer, layers);
  const vector = await plainVector(loaded, text, steering.expression, position, control);
  const projects = how === 'remove';
  const size = norm(vector);
  return {
    vector,
    edit: {
      vector: projects && size > 0 ? vector.map((value) => value / size) : vector,
      projects,
      residuals: layer === null ? Array.from({ length: layers }, (_, i) => i + 1) : [layer],
      from: positions === 'last' ? position : 0,
      to: position + 1,
    },
  };
}

/**
 * Does work with the layers that change residuals: `hidden` returns h at the last of these positions, null if the
 * numbers overflow.
 */
async function whileSteered<T>(
  model: Model,
  { inspected }: CutText,
  edit: ResidualEdit,
  { signal }: Control,
  work: (hidden: (factor: number) => Promise<Float32Array | null>) => Promise<T>,
): Promise<T> {
  const { hyperparameters, trunk } = model.needRunner();
  const { layers, dimensions } = hyperparameters;
  if (!trunk.home.steered) throw unchangeable();
  // Nothing after the position reaches it.
  const seen = inspected.slice(0, edit.to);
  const steered = trunk.home.steered(edit);
  try {
    return await work(async (factor) => {
      steered.setStrength(factor);
      try {
        const store = await steered.run(seen, { signal });
        return Float32Array.from(model.finalNorm(row(store.residuals(layers), edit.to - 1, dimensions)));
      } catch (error) {
        if (error instanceof NotFinite) return null;
        throw error;
      } finally {
        // The positions before the first changed one are the same at every strength. The others are forgotten.
        await steered.run(seen.slice(0, edit.from), { signal });
      }
    });
  } finally {
    steered.release();
  }
}

/** The multiple of the vector that the last residual gains if no layer reacts to the change. */
function gainOf({ vector, projects, residuals: changed }: ResidualEdit, factor: number, residuals: readonly Vector[]) {
  if (!projects) return factor * changed.length;
  return changed.reduce((gain, layer) => gain + factor * (dot(vector, residuals[layer] as Vector) + gain), 0);
}

function checkStrength(strength: number): void {
  if (!(Math.abs(strength) <= greatestStrength))
    throw outOfRange('strength', strength, `−${greatestStrength} to ${greatestStrength}`);
}
