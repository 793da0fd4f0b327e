import type { VNode } from 'preact';
import type { Experiment, Experiments, LabOptions } from '../../shared/lab';
import type { Named } from '../../shared/labColumns';
import type { PanelState } from '../../shared/panel';
import type { Words } from '../parts/words';
import type { SectionProps } from '../section';
import type { TokenOf } from './data';
import type { Draft, OptionsProps } from './options';

/** Everything that the panel says and draws of one experiment. */
export interface ExperimentPage<E extends Experiment> {
  readonly texts: () => Readonly<Record<'title' | 'question' | 'claim', string>>;
  /** Why the claim fails for a model that soft-caps its logits: c · tanh(x / c) keeps no sum and no product. */
  readonly exceptionOfCap?: (logitCap: number) => string;
  /** Why the claim fails for a model that adds a bias to its logits. */
  readonly exceptionOfBias?: () => string;
  /** For an experiment on the chosen token: the words before that token, and the token of a result. */
  readonly token?: { readonly words: () => string; readonly of: (result: ResultOf<E>) => Named };
  readonly Options?: (props: OptionsProps) => VNode;
  /** The options to run with; null if a token is missing. */
  readonly options: (draft: Draft, state: PanelState) => LabOptions<E> | null;
  /** Asks for a token that the experiment needs besides the chosen one. */
  readonly missing?: () => string;
  /** A sentence with the options that a result does not show. */
  readonly askedWith?: (options: LabOptions<E>) => string;
  /** The result in whole sentences. */
  readonly finding: (result: ResultOf<E>, tokenOf: TokenOf, state: PanelState) => Words;
  /** The result in a few words, for the closed row. */
  readonly inShort: (result: ResultOf<E>, tokenOf: TokenOf) => Words;
  readonly Result: (props: ResultProps<ResultOf<E>>) => VNode;
}

type ResultOf<E extends Experiment> = Experiments[E]['result'];

export interface ResultProps<R> {
  readonly result: R;
  readonly context: ResultContext;
}

export interface ResultContext extends Pick<SectionProps, 'state' | 'view' | 'act'> {
  readonly name: Experiment;
  /** The finding as a plain string, which describes the pictures. */
  readonly summary: string;
  readonly tokenOf: TokenOf;
  /** Id of the chosen token. */
  readonly chosen: number | undefined;
}
