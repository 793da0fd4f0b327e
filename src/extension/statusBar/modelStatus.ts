import * as vscode from 'vscode';
import { percent, weightTypes } from '../../shared/format';
import { shortName, serverPlace, modelTitle } from '../../shared/modelName';
import type { PanelState } from '../../shared/panel';
import { roomNames, type Room } from '../../shared/rooms';
import { timeLeftInShort } from '../../shared/timeLeft';
import type { Work, LongWork } from '../longWork';
import { setContextKey } from '../registerContextKeys';
import type { Shown } from '../shown';
import { machineLines, type Machine } from './machine';

interface StatusBarOwner {
  readonly shown: Shown;
  readonly work: Pick<LongWork, 'all' | 'changed'>;
  machine(): Machine;
  readonly memoryNoted: { readonly event: vscode.Event<void> };
}

/** Shows the model that is in memory and its state. */
export function registerStatusBar({ shown, work, machine, memoryNoted }: StatusBarOwner): vscode.Disposable {
  const item = vscode.window.createStatusBarItem('vectorscope.model', vscode.StatusBarAlignment.Right, 100);
  item.name = 'Vectorscope';
  item.command = 'vectorscope.modelMenu';
  const words = statusWords();

  const draw = () => {
    const status = modelStatus(shown.state, work.all);
    if (!status) return item.hide();
    const where = machine();
    item.text = statusText(status, words);
    const lines = machineLines(where, shown.state).flatMap(({ text, detail }) =>
      detail === undefined ? [text] : [text, detail],
    );
    const { model } = shown.state;
    const title = status.server !== undefined && model ? modelTitle(model, vscode.l10n) : status.name;
    const typed = status.type !== undefined && model ? vscode.l10n.t('{0}, {1}', title, weightTypes(model)) : title;
    item.tooltip = [typed, words[status.doing], ...lines].join('\n');
    item.show();
  };
  draw();
  let working = false;
  work.changed = () => {
    const isLong = work.all.some((one) => one.isLong);
    if (isLong !== working) setContextKey('vectorscope.working', (working = isLong));
    draw();
  };
  const concerns = (change: Partial<PanelState>) =>
    ['status', 'loaded', 'model', 'backend', 'document'].some((key) => key in change);
  return vscode.Disposable.from(
    item,
    shown.onDidChange((change) => concerns(change) && draw()),
    memoryNoted.event(draw),
  );
}

/** The model in the status bar. */
export interface ModelStatus {
  readonly name: string;
  /** The place of the server that runs it: `localhost:8080`. Absent if none does. */
  readonly server?: string;
  /** The type of its weights; absent where it is not known yet, and where a server has weights of its own. */
  readonly type?: string;
  readonly doing: 'fetching' | 'loading' | 'running' | 'ready';
  /** The room of the panel that shows the work. Absent for a load, a run and an export. */
  readonly room?: Room;
  /** Share of this work that is done, 0 … 1; null while that is not known. */
  readonly fraction: number | null;
  readonly secondsLeft: number | null;
}

/** null where no model is in memory, none is on its way and nothing goes on. */
export function modelStatus(
  { status, loaded, model, upcoming }: PanelState,
  works: readonly Work[] = [],
): ModelStatus | null {
  const working = status.kind === 'working' ? status : null;
  const work = works.find(({ room, isLong }) => (working ? room === 'text' : isLong || room === 'document'));
  if (!working && !work && !loaded) return null;
  // While another model is loaded, the facts of the former say nothing about it.
  const own = loaded && working?.modelName === undefined ? model : null;
  const { server } = own ?? {};
  const name = working?.modelName ?? model?.name ?? upcoming?.name ?? 'Vectorscope';
  const named = {
    name,
    ...(server ? { server: serverPlace(server.address) } : own?.quantisation && { type: own.quantisation }),
  };
  const { fetched } = working ?? {};
  return {
    ...named,
    doing: fetched ? 'fetching' : (working?.what ?? (work ? 'running' : 'ready')),
    ...(work && work.room !== 'text' && { room: work.room }),
    fraction: fetched ? fetched.bytes / fetched.of : ((working ?? work)?.fraction ?? null),
    secondsLeft: work?.secondsLeft ?? null,
  };
}

/** Characters of a model's name, and of a server's place. */
const longestName = 24;

/**
 * `SmolLM2-135M · Q4_1`, `SmolLM2-135M · loading 40 % · 20 s left`, `SmolLM2-135M @ localhost:8080`. A name cannot
 * bring an icon with it, and is cut where it is long, while its type is not.
 */
export function statusText(
  { name, server, type, doing, room, ...far }: ModelStatus,
  words: Readonly<Record<ModelStatus['doing'], string>>,
): string {
  const short = [shortName(name), ...(server === undefined ? [] : [server])].map(cut).join(' @ ');
  const what = room === undefined ? words[doing] : roomNames(vscode.l10n)[room].short;
  const [share, ...left] = howFar(far);
  const work = doing === 'ready' ? [] : [share === undefined ? what : `${what} ${share}`, ...left];
  return [short, ...(type === undefined ? [] : [type]), ...work].join(' · ');
}

/** The share that is done, and the time left. */
export const howFar = ({ fraction, secondsLeft }: Pick<Work, 'fraction' | 'secondsLeft'>): readonly string[] => [
  ...(fraction === null ? [] : [percent(100 * fraction, 0)]),
  ...(secondsLeft === null ? [] : [timeLeftInShort(secondsLeft, vscode.l10n)]),
];

function cut(text: string): string {
  const characters = [...text.replaceAll('$(', '(')];
  return characters.length > longestName ? `${characters.slice(0, longestName - 1).join('')}…` : characters.join('');
}

/** The states of a model, in a word each. */
export const statusWords = (): Readonly<Record<ModelStatus['doing'], string>> => ({
  fetching: vscode.l10n.t('downloading'),
  loading: vscode.l10n.t('loading'),
  running: vscode.l10n.t('running'),
  ready: vscode.l10n.t('ready'),
});
