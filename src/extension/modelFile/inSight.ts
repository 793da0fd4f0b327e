import type { InView } from '../../shared/instruments';

/** The costly parts that are in sight in any of the editors of one file. Of two ranges the later one counts. */
export const inAnySight = (editors: Iterable<InView>): InView =>
  Object.fromEntries([...editors].flatMap((parts) => Object.entries(parts).filter(([, part]) => Boolean(part))));
