import { experiments, stoppedEstimate, type LabView } from './lab';
import type { PanelState } from './panel';

/** What the panel's numbers are about beside text and position: by name, as JSON; null if nothing is chosen. */
export type Chosen = Readonly<Record<string, unknown>> | null;

/** The tokens, vectors and parts of the model that are chosen. Tokens are ids; layers and heads count from 0. */
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
    patch: patch && {
      ...{ part: patch.part, layer: patch.layer, tokens: patch.tokens ?? next?.likeliest ?? null },
      ...(patch.open && { cell: { row: patch.open.row, at: patch.open.at } }),
    },
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
