import * as l10n from '@vscode/l10n';
import type { FetchedFile } from '../../shared/engine';
import { capitalised, count, fileSize, megabytes } from '../../shared/format';
import { predicts } from '../../shared/model';
import { serverPlace } from '../../shared/modelName';
import type { Download, Failure, PanelState, PanelStatus } from '../../shared/panel';
import { type TextView, coveredCount, ownTotal } from '../../shared/place';
import { translated } from '../../shared/said';
import { sectionOfPart, translatedPart } from '../attention/ablation';
import { comparedOf, comparisonId } from '../parts/compared';
import { tokenCount } from '../parts/numbers';
import { sentence, words } from '../parts/words';
import { backendNotice, type Notice, servedWords } from './notice';

const withSize = (model: string, bytes: number | null): string =>
  bytes === null ? model : `${model} (${fileSize(bytes)})`;

function emptyText({ model, upcoming }: PanelState): string {
  const invitation = l10n.t(
    'Select text in an editor and run “Inspect Selection with Vectorscope”, or look up a token of the vocabulary.',
  );
  if (model || upcoming?.download) return invitation;
  if (upcoming?.server !== undefined)
    return `${invitation} ${l10n.t('This connects to {0} first, and sends it the text.', upcoming.server)}`;
  const named = upcoming ? withSize(upcoming.name, upcoming.bytes) : l10n.t('the model');
  return `${invitation} ${l10n.t('This loads {0} first, on this machine.', named)}`;
}

/** The download that a person has to agree to before anything can be shown. */
export const neededDownload = ({ status, model, upcoming }: PanelState): Download | null =>
  status.kind === 'not-downloaded'
    ? status
    : status.kind === 'empty' && model === null
      ? (upcoming?.download ?? null)
      : null;

function notDownloaded(state: PanelState): Notice | null {
  const download = neededDownload(state);
  return (
    download && {
      kind: 'not-downloaded',
      text: l10n.t(
        'Vectorscope needs the model {0} ({1}). It is downloaded from {2}. This browser keeps it, except in a private or guest window.',
        download.name,
        amount(download.bytes),
        download.from,
      ),
      action: 'download',
      ...(state.status.kind === 'not-downloaded' && { primary: true }),
    }
  );
}

type Working = Extract<PanelStatus, { kind: 'working' }>;

/** With a no-break space before the unit. */
export const amount = (bytes: number): string => megabytes(bytes).replace(' ', '\u00a0');

function fetching({ bytes, of }: FetchedFile, model: string | undefined): string {
  return l10n.t('Downloading {0}: {1} of {2}', model ?? l10n.t('the model'), amount(bytes), amount(of));
}

function loading({ modelName: model, modelBytes: bytes, endedRun, fetched, server }: Working): string {
  if (fetched) return fetching(fetched, model);
  if (server !== undefined) return l10n.t('Connecting to {0}', server);
  const loads = l10n.t('Loading {0} on this machine', withSize(model ?? l10n.t('the model'), bytes));
  return model !== undefined && endedRun === true ? `${l10n.t('The run was stopped.')} ${loads}` : loads;
}

function running({ model, status }: PanelState): string {
  if (status.kind === 'working' && status.comparing) return l10n.t('Checking the chosen backend on a test text first');
  if (model?.server) return l10n.t('{0} runs the layers over this text', serverPlace(model.server.address));
  return model?.trunk === null
    ? l10n.t('Comparing the tokens of this text with the vocabulary')
    : l10n.t('Running the layers over this text');
}

/** Whether loading again would not help, or the notice of a download already offers it. */
const isRefusal = (status: PanelStatus): boolean =>
  status.kind === 'failed'
    ? status.help !== null && status.help !== 'log' && status.help !== 'sample'
    : status.kind === 'not-downloaded' ||
      status.kind === 'not-sent' ||
      (status.kind === 'cancelled' && status.fetching === true);

export const notLoaded = ({ model, loaded, status }: PanelState): Notice | null =>
  model !== null && !loaded && status.kind !== 'working' && !isRefusal(status)
    ? { kind: 'not-loaded', text: l10n.t('The model is not loaded.'), action: 'load' }
    : null;

const actions = {
  log: 'showLog',
  settings: 'showSettings',
  models: 'models',
  geometry: 'geometry',
  again: 'again',
  key: 'changeKey',
  sample: 'openSample',
  trust: 'manageTrust',
} as const satisfies Record<NonNullable<Failure['help']>, Notice['action']>;

function cancelled({ text, token }: PanelState, fetching: boolean): Notice {
  const notice = (said: string, action: 'again' | 'refresh'): Notice => ({
    kind: 'cancelled',
    text: said,
    action,
    primary: true,
  });
  if (fetching) return notice(l10n.t('The download was cancelled. The part already downloaded is kept.'), 'again');
  if (!text && !token) return notice(l10n.t('The run was cancelled.'), 'again');
  return notice(l10n.t('The run was cancelled. The panel shows the results from before it stopped.'), 'refresh');
}

function statusNotice(state: PanelState): Notice | null {
  const { status } = state;
  switch (status.kind) {
    case 'empty':
      return { kind: 'empty', text: emptyText(state), action: 'search' };
    case 'working':
      return { kind: 'working', text: status.what === 'running' ? running(state) : loading(status), action: 'cancel' };
    case 'cancelled':
      return cancelled(state, status.fetching === true);
    case 'failed':
      return {
        kind: 'failed',
        text: status.message,
        ...(status.help &&
          // The first steps below offer the sample already.
          !(status.help === 'sample' && isNew(state)) && {
            action: actions[status.help],
            ...((status.help === 'again' || status.help === 'key') && { primary: true }),
          }),
      };
    case 'not-downloaded':
      return notDownloaded(state);
    case 'not-sent':
      return {
        kind: 'not-sent',
        text: l10n.t('The model runs on {0}. Inspect again to send it this text.', status.server),
        action: 'send',
        primary: true,
      };
    case 'ready':
      return null;
  }
}

/** Whether nothing is shown or listed yet, also if the text of the first try could not be inspected. */
const isNew = ({ status, token, source, document, isKnown }: PanelState): boolean =>
  !isKnown &&
  document === null &&
  token === null &&
  (status.kind === 'empty' ||
    (status.kind === 'failed' && source === null && (status.help === null || status.help === 'sample')));

/** What helps a newcomer, while nothing is shown. */
function firstSteps(state: PanelState): readonly Notice[] {
  if (!isNew(state)) return [];
  return [
    {
      kind: 'first-steps',
      text: l10n.t(
        'New here? Open the sample text and inspect the sentence that is selected in it. You will see the model choose a token by its direction and size, not by its distance.',
      ),
      action: 'openSample',
      primary: true,
    },
    { kind: 'guide', text: l10n.t('The reading guide explains step by step what you see.'), action: 'openGuide' },
  ];
}

function leftOut(text: TextView): string {
  const covered = count(coveredCount(text));
  return l10n.t('{0} left out: predictions cover the first {1}.', tokenCount(text.leftOut), covered);
}

/** Says that pushes are on the difference of two logits. */
function comparedNotice(state: PanelState): Notice | null {
  if (state.against === null) return null;
  const compared = comparedOf(state);
  const said = compared
    ? words(l10n.t('{0} against {1}: pushes now show what separates them.'), compared.output, compared.against)
    : [l10n.t('Pushes show what separates two tokens.')];
  return {
    kind: 'compared',
    text: sentence(said),
    words: said,
    action: 'endComparison',
    section: 'next-token',
    part: comparisonId,
  };
}

/** Whether the edited text is inspected by itself in a moment: not after work that ended early, nor if it is gone. */
const isComing = ({ followsEdits, status, source }: PanelState): boolean =>
  followsEdits &&
  status.kind !== 'cancelled' &&
  status.kind !== 'failed' &&
  source !== null &&
  source.start < source.end;

/** The lines above the sections, the most urgent first. In an empty panel that is the sample. */
export function notices(state: PanelState): readonly Notice[] {
  const { source, text, model, outOfDate } = state;
  const isEmpty = state.status.kind === 'empty';
  const wasInspected = !['failed', 'not-sent', 'not-downloaded'].includes(state.status.kind);
  const list: (Notice | null | false)[] = [
    !isEmpty && statusNotice(state),
    ...firstSteps(state),
    isEmpty && statusNotice(state),
    isEmpty && notDownloaded(state),
    notLoaded(state),
    outOfDate &&
      !isComing(state) && {
        kind: 'out-of-date',
        text: l10n.t('The document has changed. These numbers belong to the earlier text.'),
        action: 'refresh',
        primary: true,
      },
    state.ablation && {
      kind: 'part-left-out',
      text: l10n.t('A second run leaves out {0}.', translatedPart(state.ablation.part, state.model?.trunk)),
      action: 'endAblation',
      section: sectionOfPart(state.ablation.part),
    },
    comparedNotice(state),
    model?.server !== undefined && { kind: 'served', text: servedWords(model.server) },
    model?.trunk === null &&
      !model.server && {
        kind: 'geometry',
        text: l10n.t(
          'Geometry only: the sizes and neighbours of {0} are exact. Its layers are not loaded, so there are no predictions.',
          model.name,
        ),
      },
    model !== null &&
      model.notices.length > 0 && {
        kind: 'model',
        text: model.notices.map((notice) => translated(notice, l10n)).join(' '),
      },
    state.loaded && backendNotice(state.backend),
    text !== null && text.leftOut > 0 && model !== null && predicts(model) && { kind: 'cut', text: leftOut(text) },
    wasInspected &&
      source !== null &&
      source.otherSelections > 0 && {
        kind: 'other-selections',
        text: l10n.t('Only the primary selection was inspected. Other selections: {0}.', count(source.otherSelections)),
      },
    wasInspected &&
      source?.wholeLine === true && {
        kind: 'whole-line',
        text: l10n.t('No text was selected, so Vectorscope inspected the line at the cursor.'),
      },
  ];
  return list.filter((notice): notice is Notice => notice !== null && notice !== false);
}

/**
 * The state in a few words for a screen reader. The panel is ready once its first section is; the side bar has no such
 * section.
 */
export function announcement(state: PanelState): string {
  const { status, text } = state;
  // Without the progress, which changes many times a second.
  if (status.kind === 'working' && status.fetched)
    return status.modelName === undefined
      ? l10n.t('Downloading {0}', l10n.t('the model'))
      : l10n.t('Downloading {0}', status.modelName);
  if (status.kind === 'ready')
    return text ? l10n.t('Ready: {0}', tokenCount(ownTotal(text))) : capitalised(l10n.t('ready'));
  // A model file needs no text to show something.
  if (status.kind === 'empty' && state.file) return '';
  return statusNotice(state)?.text ?? '';
}

const onSelection: readonly Notice['kind'][] = [
  'empty',
  'first-steps',
  'guide',
  'part-left-out',
  'compared',
  'cut',
  'other-selections',
  'whole-line',
];

/** Whether a notice is about the inspected selection, and would be wrong beside a whole document or a model file. */
export const isOnSelection = ({ kind, action }: Notice): boolean => action === 'refresh' || onSelection.includes(kind);

type Kinds = readonly Notice['kind'][];
const workKinds: Kinds = ['working', 'empty', 'failed', 'cancelled', 'not-downloaded', 'not-sent'];

/**
 * The key of a notice in its list. Work and its outcome share one, so that their button stays the same element and
 * keeps the focus. So does the offer to load, unless it is beside one of them. The offer to download goes before the
 * empty state, since its button begins the work.
 */
export function noticeKey(kind: Notice['kind'], list: readonly Pick<Notice, 'kind'>[]): Notice['kind'] | 'now' {
  const isThere = (kinds: Kinds) => list.some((notice) => kinds.includes(notice.kind));
  const givesWay = (kind === 'not-loaded' && isThere(workKinds)) || (kind === 'empty' && isThere(['not-downloaded']));
  return !givesWay && (kind === 'not-loaded' || workKinds.includes(kind)) ? 'now' : kind;
}
