import { engineFrom, type Engine } from '../shared/engine';
import type { Intent } from '../shared/intents';
import type { PanelState } from '../shared/panel';
import type { Room } from '../shared/rooms';
import { Pace } from '../shared/timeLeft';
import { after } from '../shared/timers';

/** Work that takes longer is named wherever the user is, with a way to stop it. Milliseconds. */
const long = 5000;
/** Between two looks at what goes on. Calls with shorter pauses between them are one piece of work. Milliseconds. */
const between = 1000;

/** What the engine works on for the user. */
export interface Work {
  /** The room of the panel that shows it. Loads, runs and calls that the state tells nothing of belong to the text. */
  readonly room: Room;
  /** Share that is done, 0 … 1; null while that is not known. */
  readonly fraction: number | null;
  /** null while that is not known, and until the work is long. */
  readonly secondsLeft: number | null;
  readonly isLong: boolean;
}

type Stopping = 'stopDocument' | 'stopContinuing' | 'stopBlame' | 'stopMatters' | 'cancelLab' | 'stopPatch' | 'cancel';

interface WorkOwner {
  readonly state: PanelState;
  intend(intent: Intent<Stopping | 'inView'>): unknown;
}

/** Knows all work of an engine, whether it is one call or many: for how long it runs, and how far it is. */
export class LongWork {
  /** The calls under way, with the share of each that is done. */
  readonly #calls = new Map<AbortController, number | null>();
  readonly #since = new Map<Room, { readonly start: number; readonly pace: Pace }>();
  #all: readonly Work[] = [];
  #stopTimer: (() => void) | null = null;
  /** Called again and again while something goes on, and once after its end. */
  changed = (): void => undefined;

  constructor(
    private readonly inner: Engine,
    private readonly owner: WorkOwner,
  ) {}

  /** The same engine, whose calls are known. */
  readonly engine: Engine = engineFrom(async (name, request, { signal, onProgress } = {}) => {
    const call = new AbortController();
    const abort = () => call.abort();
    if (signal?.aborted) abort();
    signal?.addEventListener('abort', abort);
    this.#calls.set(call, null);
    this.look();
    const tell: typeof onProgress = (progress) => {
      this.#calls.set(call, progress.fraction);
      onProgress?.(progress);
    };
    try {
      return await this.inner[name](request, { signal: call.signal, ...(onProgress && { onProgress: tell }) });
    } finally {
      signal?.removeEventListener('abort', abort);
      this.#calls.delete(call);
    }
  });

  get all(): readonly Work[] {
    return this.#all;
  }

  /** The owner's state may have changed. */
  readonly look = (): void => {
    const now = performance.now();
    const known = inState(this.owner.state, this.#calls.size > 0);
    const [fraction] = this.#calls.values();
    const found = known.size > 0 || fraction === undefined ? known : new Map([['text', fraction] as const]);
    for (const room of this.#since.keys()) if (!found.has(room)) this.#since.delete(room);
    this.#all = [...found].flatMap(([room, fraction]) => {
      const since = this.#since.get(room) ?? { start: now, pace: new Pace() };
      this.#since.set(room, since);
      const [left, isLong] = [since.pace.left(fraction, now), now - since.start >= long];
      return isLong || found === known ? [{ room, fraction, secondsLeft: isLong ? left : null, isLong }] : [];
    });
    if (found.size > 0)
      this.#stopTimer ??= after(between, () => {
        this.#stopTimer = null;
        this.look();
        this.changed();
      });
  };

  /** What was only in sight is asked for when it comes into sight again. */
  stop(room: Room): void {
    const { owner } = this;
    if (room === 'document') return void owner.intend({ type: 'stopDocument' });
    if (room === 'lab') return void owner.intend({ type: 'cancelLab' });
    owner.intend({ type: room === 'texts' ? 'stopPatch' : 'cancel' });
    owner.intend({ type: 'inView', parts: {} });
    for (const call of this.#calls.keys()) call.abort();
  }

  /** All of it, and what shows its own progress, however short. */
  stopAll(): void {
    this.owner.intend({ type: 'stopContinuing' });
    this.owner.intend({ type: 'stopBlame' });
    this.owner.intend({ type: 'stopMatters' });
    for (const { room } of this.#all) this.stop(room);
  }

  dispose(): void {
    this.#stopTimer?.();
  }
}

/** The share of all work that the state tells of. A grid of patches pauses out of sight, without calls. */
function inState({ status, document, lens, texts, both, lab }: PanelState, isCalled: boolean) {
  const found = new Map<Room, number | null>();
  const { fetched, fraction = null } = status.kind === 'working' ? status : {};
  if (status.kind === 'working') found.set('text', fetched ? fetched.bytes / fetched.of : fraction);
  if (document?.progress === 'running') found.set('document', document.measured / Math.max(1, document.tokens));
  if (lens && lens.fraction !== null) found.set('layers', lens.fraction);
  const { progress, rows = [] } = texts?.patch ?? {};
  if (progress === 'running' && isCalled) found.set('texts', rows.filter((row) => row !== null).length / rows.length);
  if (both.working) found.set('both', both.working.fraction);
  for (const { running } of Object.values(lab)) if (running) found.set('lab', running.fraction);
  return found;
}
