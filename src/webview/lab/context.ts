import type { Experiment } from '../../shared/lab';
import type { SectionProps } from '../section';
import type { TokenOf } from './names';

/** What every result is drawn with. */
export interface ResultContext extends Pick<SectionProps, 'state' | 'view' | 'act'> {
  readonly name: Experiment;
  readonly tokenOf: TokenOf;
  /** Id of the chosen token. */
  readonly chosen: number | undefined;
}

export interface ResultProps<R> {
  readonly result: R;
  readonly context: ResultContext;
}
