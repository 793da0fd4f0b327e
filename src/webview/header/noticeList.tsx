import * as l10n from '@vscode/l10n';
import type { Intent } from '../../shared/intents';
import type { PanelState, PanelStatus } from '../../shared/panel';
import { Button, Ring } from '../controls';
import { Bar } from '../parts/progress';
import { Sentence, TextLink } from '../parts/text';
import type { SurfaceProps } from '../section';
import { sections } from '../sections';
import { actionLabels, type Notice } from './notice';
import { amount, neededDownload, noticeKey } from './notices';
import { searchId } from './search';

type Action = NonNullable<Notice['action']>;

const titleOf = (section: string): string => sections.find(({ id }) => id === section)?.title() ?? section;

const labelOf = (action: Action, state: PanelState): string =>
  action === 'download' ? l10n.t('Download {0}', amount(neededDownload(state)?.bytes ?? 0)) : actionLabels[action]();

/** Whether a download was interrupted. To try again is to agree to the rest of it. */
const isDownload = (status: PanelStatus): boolean =>
  status.kind === 'failed' ? status.help === 'again' : status.kind === 'cancelled' && status.fetching === true;

/** What the button of a notice asks for. That of a text which was not sent agrees to the server that is named. */
export function intentOfNotice(action: Exclude<Action, 'search'>, { source, status }: PanelState): Intent {
  if (action === 'again' && isDownload(status)) return { type: 'download' };
  // The text that was cancelled, or the model if there is no text.
  if (action === 'again') return { type: source ? 'refresh' : 'load' };
  if (action === 'send') return { type: 'refresh', ...(status.kind === 'not-sent' && { server: status.server }) };
  if (action === 'endAblation') return { type: 'ablate', ablation: null };
  if (action === 'endComparison') return { type: 'compareWith', id: null };
  if (action === 'geometry') return { type: 'showGeometry' };
  return { type: action === 'models' ? 'showModels' : action };
}

/** The work under way, below the header. */
export const ProgressBar = ({ state: { status } }: SurfaceProps) =>
  status.kind === 'working' ? <Bar fraction={status.fraction} /> : null;

interface NoticesProps extends SurfaceProps {
  readonly list: readonly Notice[];
  /** What a screen reader hears of the status. */
  readonly said: string;
}

export function Notices({ state, act, list, said }: NoticesProps) {
  const press = (action: Action): void => {
    if (action === 'search') document.getElementById(searchId)?.focus();
    else act.post(intentOfNotice(action, state));
  };
  return (
    <>
      <div class="hidden" role="status">
        {said}
      </div>
      <div class="notices">
        {list.map(({ kind, text, words, action, primary, section, part }) => (
          <p key={noticeKey(kind, list)} class="row centre notice" data-notice={kind}>
            {kind === 'working' && <Ring />}
            {/* A new element for each kind, because screen readers speak only alerts that appear. */}
            <span key={kind} class="notice-text" role={kind === 'failed' ? 'alert' : undefined}>
              {words ? <Sentence words={words} /> : text}
              {section !== undefined && (
                <>
                  {' '}
                  <TextLink onClick={() => act.goTo(section, part)}>{l10n.t('Show in {0}', titleOf(section))}</TextLink>
                </>
              )}
            </span>
            {action && (
              <Button key="action" onPress={() => press(action)} primary={primary === true}>
                {labelOf(action, state)}
              </Button>
            )}
          </p>
        ))}
      </div>
    </>
  );
}
