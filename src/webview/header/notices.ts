import type { PanelState } from '../../shared/panel';
import { count, megabytes, plural } from '../../shared/format';

export interface Notice {
  readonly kind: 'working' | 'empty' | 'out-of-date' | 'failed' | 'cancelled' | 'not-loaded' | 'pinned' | 'cut' | 'other-selections' | 'whole-line';
  readonly text: string;
  readonly action?: 'refresh' | 'cancel' | 'showLog' | 'search' | 'load' | 'inspect' | 'follow';
  /** The action is what most people want next. */
  readonly primary?: boolean;
}

const named = (model: string, bytes: number | null): string => (bytes === null ? model : `${model} (${megabytes(bytes)})`);

/** Where no text was inspected. */
function nothingInspected({ model, upcoming, token }: PanelState): Notice {
  const what = 'Select text in an editor and run “Vectorscope: Inspect Selection”, or look up a token of the vocabulary.';
  return { kind: 'empty', text: model ? what : `${what} Either loads ${upcoming ? named(upcoming.name, upcoming.bytes) : 'the model'} first, on this machine.`, action: 'search', primary: token === null };
}

/** What is known stays, but nothing more comes by itself. */
export const notLoaded = ({ model, loaded, status }: PanelState): Notice | null =>
  model !== null && !loaded && status.kind !== 'working' ? { kind: 'not-loaded', text: 'The model is not loaded.', action: 'load' } : null;

function ofStatus(state: PanelState): Notice | null {
  const { status } = state;
  switch (status.kind) {
    case 'empty':
      return nothingInspected(state);
    case 'working': {
      if (status.what === 'running') return { kind: 'working', text: 'Running the layers over this text', action: 'cancel' };
      return { kind: 'working', text: `Loading ${named(status.modelName ?? 'the model', status.modelBytes)}, on this machine`, action: 'cancel' };
    }
    case 'cancelled':
      return { kind: 'cancelled', text: 'The run was cancelled. What is shown was known before.', action: 'refresh', primary: true };
    case 'failed':
      return { kind: 'failed', text: status.message, action: 'showLog' };
    case 'ready':
      return null;
  }
}

/** What has to be said above the sections: one plain line each, the most urgent first. */
export function notices(state: PanelState): readonly Notice[] {
  const { source, text, options, outOfDate } = state;
  const list: (Notice | null | false)[] = [
    ofStatus(state),
    notLoaded(state),
    outOfDate && { kind: 'out-of-date', text: 'The document has changed since. These numbers are of the text before.', action: 'refresh', primary: true },
    text !== null &&
      text.leftOut > 0 && { kind: 'cut', text: `${plural(text.leftOut, 'token was', 'tokens were')} left out: predictions cover the first ${count(options.limit)}.` },
    source !== null &&
      source.otherSelections > 0 && {
        kind: 'other-selections',
        text: `Only the primary selection was inspected; ${plural(source.otherSelections, 'other was', 'others were')} not.`,
      },
    source?.wholeLine === true && { kind: 'whole-line', text: 'Nothing was selected, so the line of the cursor was taken.' },
  ];
  return list.filter((notice): notice is Notice => notice !== null && notice !== false);
}

/** The state in a few words, for the live region. */
export function spoken(state: PanelState): string {
  const { status, text } = state;
  if (status.kind === 'ready') return text ? `Ready: ${plural(text.total, 'token')}` : 'Ready';
  return ofStatus(state)?.text ?? '';
}
