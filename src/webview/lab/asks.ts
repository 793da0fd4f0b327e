import * as l10n from '@vscode/l10n';
import { count } from '../../shared/format';
import type { LabAsk } from '../../shared/lab';
import { readsText, type Experiment } from '../../shared/lab';
import type { PanelState } from '../../shared/panel';
import { chosenId } from '../store';

/** What the user sets before a run; one for all experiments, and kept while the page lives. */
export interface Draft {
  /** Entries of each list; null: as many as the lists of neighbours have. */
  readonly k: number | null;
  /** Tokens of the vocabulary that are compared beside the chosen one. */
  readonly sample: number;
  /** Whether the round trip is tried with the whole vocabulary, and with how many tokens where not. */
  readonly whole: boolean;
  readonly tried: number;
  readonly directions: number;
  readonly seed: number;
  /** ‖shift‖, model units. */
  readonly shift: number;
  /** Where the walk leads; null: to the first that is offered. */
  readonly to: number | null;
  readonly steps: number;
}

export const firstDraft: Draft = {
  k: null,
  sample: 1000,
  whole: true,
  tried: 2000,
  directions: 40_000,
  seed: 1,
  shift: 5,
  to: null,
  steps: 11,
};

/** What a number may be, both ends included. */
export const bounds = {
  k: [1, 1000],
  sample: [0, 1_000_000],
  tried: [1, 1_000_000],
  directions: [1, 1_000_000],
  seed: [0, 2 ** 31 - 1],
  shift: [0.001, 1000],
  to: [0, 2 ** 31 - 1],
  steps: [3, 101],
} as const satisfies Readonly<Record<Exclude<keyof Draft, 'whole'>, readonly [number, number]>>;

export const needsToken = (name: Experiment): boolean =>
  name === 'rulers' || name === 'one-length' || name === 'between';

/** No more than there are tokens. */
const within = (value: number, { model }: PanelState): number => Math.min(value, model?.vocabulary ?? value);

/** What would be asked of the engine; null where something is missing, which `obstacle` names. */
export function askOf(name: Experiment, draft: Draft, state: PanelState): LabAsk | null {
  if (readsText(name) && (!state.text || state.model?.trunk === null)) return null;
  const id = chosenId(state);
  switch (name) {
    case 'rulers':
    case 'one-length':
      return id === undefined
        ? null
        : {
            name,
            options: { id, k: within(draft.k ?? state.options.neighbours, state), sample: within(draft.sample, state) },
          };
    case 'round-trip':
      return { name, options: draft.whole ? {} : { sample: within(draft.tried, state) } };
    case 'target-size':
      return { name, options: { directions: draft.directions, seed: draft.seed } };
    case 'softmax-shift':
      return { name, options: { size: draft.shift, seed: draft.seed } };
    case 'length':
      return { name, options: {} };
    case 'between': {
      const to = draft.to ?? offered(state)[0];
      return id === undefined || to === undefined ? null : { name, options: { from: id, to, steps: draft.steps } };
    }
    case 'tied':
    case 'extremes':
      return { name, options: {} };
  }
}

/** What has to be done before the experiment can run. */
export function obstacle(name: Experiment, draft: Draft, state: PanelState): string | null {
  if (askOf(name, draft, state)) return null;
  if (readsText(name) && state.model?.trunk === null)
    return l10n.t('It runs the layers, and of this model only the geometry is loaded.');
  if (readsText(name) && !state.text)
    return l10n.t('It runs on an inspected text, and there is none: select some in the editor and inspect it.');
  if (chosenId(state) === undefined) return l10n.t('Choose a token first.');
  return l10n.t('Choose where the way leads.');
}

/** What a result was asked with, where the result itself does not say so. */
export function askedWith(ask: LabAsk): string | null {
  switch (ask.name) {
    case 'target-size':
      return ask.options.directions === 1
        ? l10n.t('Asked with one direction, seed {0}.', ask.options.seed)
        : l10n.t('Asked with {0} directions, seed {1}.', count(ask.options.directions), ask.options.seed);
    case 'softmax-shift':
      return l10n.t('Asked with a vector of length {0}, seed {1}.', ask.options.size, ask.options.seed);
    case 'rulers':
    case 'one-length':
    case 'round-trip':
    case 'length':
    case 'between':
    case 'tied':
    case 'extremes':
      return null;
  }
}

/** At most so many tokens of a text are offered; any other is to be had by its id. */
const mostOffered = 60;

/** Ids that a walk from the chosen token may lead to: the predicted one, then those of the text. */
export function offered(state: PanelState): readonly number[] {
  const from = chosenId(state);
  const predicted = state.prediction?.top[0]?.token.id;
  const ids = new Set([
    ...(predicted === undefined ? [] : [predicted]),
    ...(state.text?.tokens ?? []).map(({ id }) => id),
  ]);
  return [...ids].filter((id) => id !== from).slice(0, mostOffered);
}
