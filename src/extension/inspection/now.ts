import type { Pushed } from '../../shared/attention';
import { loadKey, predicts, type ModelInfo } from '../../shared/model';
import type { HowRead, TextView } from '../../shared/place';
import type { Run } from '../../shared/run';
import type { OfRun, TextRequest } from '../../shared/tokens';
import { sendsText } from '../served';
import { memo } from './question';
import { leaveOf, readOf, underWay, type State, type World } from './state';
import { hasHidden } from './views';

/** What the table reads: the facts, and the answers to earlier questions of it. */
export interface Now extends State, Pick<World, 'lab' | 'l10n'> {
  readonly model: ModelInfo | null;
  readonly text: TextView | null;
  /** The run of the text, and the request of that run; null until it ends. */
  readonly run: Run | null;
  readonly request: TextRequest | null;
  /** What questions about it name; null if that would send its text to a server. */
  readonly of: OfRun | null;
  /** The inspected text and how it is read, without its context. */
  readonly asRead: (HowRead & Pick<TextRequest, 'text'>) | null;
  /** The model that the numbers come from is in memory, and no other is wanted. */
  readonly isHere: boolean;
  /** An inspection is under way: questions that are large wait for it. */
  readonly isBusy: boolean;
  readonly predictsFirst: boolean;
  /** The drawn position, if it was run. */
  readonly at: number | null;
  /** The token that the drawn position pushes: one that was chosen elsewhere than in the text, else the likeliest. */
  readonly pushed: Pushed;
}

/** Everything that the table reads. It is one object for as long as nothing in it changes. */
export function nowOf(state: State, world: World): Now {
  const wish = underWay(state);
  const isBusy = wish !== null && 'clearance' in leaveOf(wish, world);
  return made(state, loadKey(world.wanted), isBusy, world.lab, world.l10n);
}

const made = memo((state: State, wanted: string, isBusy: boolean, lab: World['lab'], l10n: World['l10n']): Now => {
  const { shown, numbersOf, memory, life, drawn } = state;
  const { position, token } = drawn;
  const { against } = state.looking;
  const [ran, text, model] = [shown?.ran ?? null, shown?.text ?? null, numbersOf?.info ?? null];
  const request = ran && shown ? shown.request : null;
  const own = position === null ? undefined : text?.tokens[position]?.id;
  const output = token && token.token.id !== own ? token.token.id : undefined;
  const handle = ran?.life === life ? ran.run?.handle : null;
  return {
    ...state,
    ...{ lab, l10n, model, text, request, run: ran?.run ?? null, isBusy },
    of: handle ? { run: handle } : sendsText(model) ? null : request,
    asRead: shown && { text: readOf(shown), ...shown.text.read },
    isHere: memory !== null && memory.key === numbersOf?.key && memory.key === wanted,
    predictsFirst: underWay(state)?.predictsFirst === true && awaitsPrediction(state),
    at: ran?.run && position !== null && position < ran.run.length ? position : null,
    pushed: { ...(output !== undefined && { output }), ...(against !== null && { against }) },
  };
});

/** Whether the prediction of the choice may come, and is not drawn yet. */
function awaitsPrediction({ shown, numbersOf, choice, drawn }: State): boolean {
  const run = shown?.ran?.run ?? null;
  if (!run) return numbersOf !== null && predicts(numbersOf.info);
  return hasHidden(run, choice.position) && (drawn.position !== choice.position || drawn.prediction === null);
}
