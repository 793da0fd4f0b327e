import type { InspectionController, Resumed } from '../extension/inspection/controller';
import { sourceOf, textRequest, type Subject } from '../extension/inspection/subject';
import { TrackedText } from '../extension/inspection/trackedText';
import { emptyState } from '../extension/inspection/views';
import type { Contrasts } from '../shared/contrasts';
import type { KeptState } from '../shared/kept';
import { loadKey, type LoadRequest } from '../shared/model';
import type { Download, PanelState } from '../shared/panel';
import { addressOf } from './files';

const answers = ['token', 'neighbours', 'prediction', 'contrasts'] as const;

/** An inspection that was computed on another machine. */
export type Recorded = Pick<
  PanelState,
  'model' | 'text' | 'run' | 'position' | 'token' | 'neighbours' | 'prediction'
> & { readonly contrasts: Contrasts };

/** What the page shows to a person who comes without a link. */
export const sample = 'The best way to learn a language is to speak it';

/** Whether the recorded inspection of the sample answers what is asked for, its position aside. */
export const showsRecorded = (text: string, kept: KeptState): boolean =>
  text === sample && kept.end - kept.start === text.length && kept.tokenId === null && isUsual(kept);

const isUsual = ({ options: { context, plain, chat, centred, space }, rooms }: KeptState): boolean =>
  Object.keys(rooms).length === 0 && !context && !plain && chat === null && !centred && space === 'input';

/** The sample's inspection by the model of the site, as a test has written it; null if it cannot be fetched. */
export async function fetchRecorded(): Promise<Recorded | null> {
  try {
    const answer = await fetch(addressOf('sample.json'));
    return answer.ok ? ((await answer.json()) as Recorded) : null;
  } catch {
    return null;
  }
}

/**
 * Shows an inspection that was computed on another machine as if the wanted model had made it here before. Any further
 * question needs the model, whose download the panel offers.
 */
export function recall(
  controller: InspectionController,
  wanted: LoadRequest,
  subject: Subject,
  recorded: Recorded,
  resumed: Resumed,
  download: Download,
): void {
  const { text, run: view, position } = recorded;
  if (!text || !view) return;
  const options = { ...controller.state.options, ...resumed.options };
  const request = textRequest(subject, options);
  const tracked = new TrackedText(subject);
  const wish = {
    ...{ id: {}, subject, tracked, chat: options.chat, key: '', isDone: true, before: null, predictsFirst: false },
    ...{ cause: { by: 'itself' } as const, choosing: { to: 'first' } as const },
  };
  const ran = { run: null, view, life: null };
  const shown = { wish, request, text, ran, startedOn: null, hasContext: options.context };
  const state = { ...emptyState(options), ...recorded, source: sourceOf(subject) };
  const past = {
    ...{ time: new Date(), subject, tracked, key: '', model: loadKey(wanted), run: null },
    ...{ request, choice: { position, tokenId: null, isOurs: true as const }, state, answers: {}, shown },
  };
  const known = answers.map((name) => [name, recorded[name]] as const);
  const id = controller.inspections.add(past);
  controller.showPast({ ...past, id }, shown, options, known, { kind: 'not-downloaded', ...download });
}
