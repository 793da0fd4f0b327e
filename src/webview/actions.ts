import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { InView } from '../shared/instruments';
import type { Intent } from '../shared/intents';
import type { ViewChoices } from '../shared/kept';

/** What a section can do. */
export interface Actions {
  readonly post: (intent: Intent) => void;
  readonly setView: (change: Partial<ViewChoices>) => void;
  /** Reports which costly parts are in sight. The extension computes only these. */
  readonly see: (change: Partial<InView>) => void;
  /**
   * Opens the room of a section, scrolls to it, keeps it in place while the page grows, and focuses its heading, or the
   * part of it that has this id.
   */
  readonly goTo: (section: string, part?: string) => void;
}

const ignore = () => undefined;
/** What can be done on the page around; nothing where there is none. */
export const PageActions = createContext<Actions>({ post: ignore, setView: ignore, see: ignore, goTo: ignore });
export const useAct = (): Actions => useContext(PageActions);

/** How the model goes on: as the reader chose, from the end of the text or from a fork. */
export function goOn(
  { sampler, continuing: { count, sampled, seed, stop } }: ViewChoices,
  fork?: Pick<Intent<'continueText'>, 'from' | 'count'>,
): Intent<'continueText'> {
  return {
    ...{ type: 'continueText', count, sampler: sampled ? sampler : null, seed },
    ...(stop !== '' && { stop }),
    ...fork,
  };
}
