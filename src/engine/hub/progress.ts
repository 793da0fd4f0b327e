import type { Progress } from '../../shared/engine';

const most = 200;

/** Reports how many bytes of a file are there, at most some hundred times. */
export function reporter(tell: ((progress: Progress) => void) | undefined, of: number): (bytes: number) => void {
  let next = 0;
  return (bytes) => {
    if (bytes < next && bytes < of) return;
    next = bytes + of / most;
    tell?.({ stage: 'download', fraction: of === 0 ? 1 : Math.min(1, bytes / of), fetched: { bytes, of } });
  };
}
