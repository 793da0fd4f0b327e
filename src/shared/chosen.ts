import { experiments, stoppedEstimate, type LabView } from './lab';
import type { PanelState } from './panel';

/** What numbers are about, beside the text and the position: by name, as JSON; null if nothing is chosen. */
export type Chosen = Readonly<Record<string, unknown>> | null;

/** What is chosen in the panel: tokens by their ids, vectors, parts of the model. */
export function chosenIn({ token, neighbours, vector, scope, attention, journey, texts }: PanelState): Chosen {
  const id = neighbours?.query.id ?? token?.token.id;
  const { next, patch } = texts ?? {};
  const axis = scope?.axis;
  return known({
    token: id,
    vector: vector?.result && vector.expression,
    axis: axis?.kind === 'token' ? { kind: 'token', id: axis.token.id, side: axis.side ?? 'output' } : axis,
    head: attention.open,
    push: journey?.output.id,
    otherPosition: next?.otherPosition,
    patch: patch && { part: patch.part, layer: patch.layer, tokens: patch.tokens ?? next?.likeliest ?? null },
  });
}

/** The options of the experiments that have a result, without the texts that they read. */
export const chosenInLab = (lab: LabView): Chosen =>
  known(
    Object.fromEntries(
      experiments.map((name) => {
        const run = lab[name];
        return [name, ((run && stoppedEstimate(run)) ?? run?.done)?.ask.options];
      }),
    ),
  );

function known(all: Readonly<Record<string, unknown>>): Chosen {
  const found = Object.entries(all).filter(([, value]) => value !== undefined && value !== null);
  return found.length > 0 ? Object.fromEntries(found) : null;
}
