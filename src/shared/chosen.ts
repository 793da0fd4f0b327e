import type { ScopeView } from './instruments';
import { experiments, type Experiment, type LabView } from './lab';
import { neuronName } from './neurons';
import type { PanelState } from './panel';

/**
 * What numbers can be about beside text and position. Tokens are ids; layers, heads and indices count from 0. `push` is
 * the token whose logit is taken apart, `why` the two whose logits are compared, `otherIndex` the place in a second
 * text, `scale` how much of an adapter B has.
 */
type Choice =
  | 'token'
  | 'vector'
  | 'axis'
  | 'heads'
  | 'scores'
  | 'neurons'
  | 'neuron'
  | 'experts'
  | 'push'
  | 'why'
  | 'otherIndex'
  | 'patch'
  | 'matters'
  | 'scale'
  | Experiment;

/** By name, as JSON; null if nothing is chosen. */
export type Chosen = Readonly<Record<string, unknown>> | null;

export function chosenOf(choices: Readonly<Partial<Record<Choice, unknown>>>): Chosen {
  const found = Object.entries(choices).filter(([, value]) => value !== undefined && value !== null);
  return found.length > 0 ? Object.fromEntries(found) : null;
}

/** The tokens, vectors and parts of the model that are chosen in the panel. */
export function chosenIn({ token, neighbours, vector, scope, attention, neurons, journey, texts }: PanelState): Chosen {
  const { next, patch } = texts ?? {};
  return chosenOf({
    token: neighbours?.query.id ?? token?.token.id,
    vector: vector?.result && vector.expression,
    axis: scope ? axisOf(scope) : undefined,
    heads: attention.open && [attention.open],
    neuron: neurons.open && neuronName(neurons.open),
    push: journey?.output.id,
    why: journey?.pair && [journey.output.id, journey.pair.against.id],
    otherIndex: next?.otherPosition,
    patch: patch && {
      ...{ part: patch.part, layer: patch.layer, tokens: patch.tokens ?? next?.likeliest ?? null },
      ...(patch.open && { cell: { row: patch.open.row, at: patch.open.at } }),
    },
  });
}

function axisOf({ axis }: ScopeView): object {
  if (axis.kind === 'token') return { kind: 'token', id: axis.token.id, side: axis.side ?? 'output' };
  return axis.kind === 'residual' ? { kind: 'residual', index: axis.position, layer: axis.layer } : axis;
}

/** The options of the experiments that have a result, and the ids of a text in place of the text. */
export const chosenInLab = (lab: LabView): Chosen =>
  chosenOf(
    Object.fromEntries(
      experiments.map((name) => {
        const { ask, result } = lab[name]?.done ?? {};
        const read = result?.result;
        return [name, ask && { ...ask.options, ...(read && 'ids' in read && { ids: read.ids }) }];
      }),
    ),
  );
