import { render } from 'preact';
import { setLanguage } from '../shared/format';
import type { InView } from '../shared/instruments';
import { defaultView, keptView, parseKeptState } from '../shared/kept';
import type { PanelState } from '../shared/panel';
import { roomOf, type Room } from '../shared/rooms';
import type { Actions } from './actions';
import { App } from './app';
import { listenForComparisons } from './compareWith';
import { shareGpu } from './gpu';
import { connect } from './host';
import './panel.css';
import { jumpTo } from './jump';
import { translate } from './l10n';
import { listenForBackspace } from './parts/appended';
import { setFold } from './parts/fold';
import { headingId } from './section';
import { SideView } from './side/side';
import { isElsewhere, isOtherText, persistedState, receive } from './store';

const root = document.getElementById('root');
/** Beside the editor or in the side bar. */
const surface = root?.dataset['surface'] === 'side' ? 'side' : 'panel';

/** The element to draw into. */
function main(): HTMLElement {
  if (root?.localName === 'main') return root;
  const element = document.createElement('main');
  if (!root) element.id = 'root';
  (root ?? document.body).append(element);
  return element;
}

setLanguage(document.documentElement.lang, translate(root?.dataset['bundle']));
const host = connect();
document.body.dataset['surface'] = surface;
const place = main();
let state: PanelState | null = null;
let view = keptView(host.kept()) ?? defaultView;
let keptLast = parseKeptState(host.kept());
let inView: InView = {};
/** How far each room was scrolled when it was left. */
const scrolled = new Map<Room, number>();

const act: Actions = {
  post: host.post,
  setView: (change) => {
    const before = view.room;
    scrolled.set(before, window.scrollY);
    view = { ...view, ...change };
    draw();
    if (view.room !== before) window.scrollTo(0, scrolled.get(view.room) ?? 0);
  },
  see: (change) => {
    const before = JSON.stringify(inView);
    inView = { ...inView, ...change };
    if (JSON.stringify(inView) !== before) act.post({ type: 'inView', parts: inView });
  },
  goTo: (section, part) => bringIntoSight(section, { part, focus: true }),
};

interface Arrival {
  readonly part?: string | undefined;
  readonly focus: boolean;
}

function bringIntoSight(section: string, { part, focus }: Arrival): void {
  setFold(section, true);
  act.setView({ room: roomOf(section) ?? view.room });
  const target = document.getElementById(part ?? '') ?? document.getElementById(headingId(section));
  if (target) jumpTo(target, place, { focus });
}

function draw(): void {
  if (!state) return;
  place.dataset['status'] = state.status.kind;
  if (surface === 'side') return render(<SideView state={state} act={act} />, place);
  render(<App state={state} view={view} act={act} />, place);
  keptLast = persistedState(state, view, keptLast);
  if (keptLast) host.keep(keptLast);
}

host.listen((message) => {
  if (message.type === 'open') return act.setView({ room: message.room });
  // A link in the document was followed: the focus stays there.
  if (message.type === 'goTo') {
    const isThere = message.from === undefined || message.from.includes(view.room);
    return isThere ? bringIntoSight(message.section, { focus: false }) : undefined;
  }
  const before = state?.source;
  state = receive(state, message);
  draw();
  if (
    surface === 'panel' &&
    state &&
    !state.followsEdits &&
    before !== undefined &&
    isOtherText(before, state.source)
  ) {
    scrolled.clear();
    window.scrollTo(0, 0);
  }
}, shareGpu(host.postGpu));

place.addEventListener('keydown', (event) => {
  if (event.key === 'Escape' && state && isElsewhere(state)) act.post({ type: 'chooseToken', id: null });
});

if (surface === 'panel') {
  const now = () => state;
  listenForBackspace(document, now, () => act.post({ type: 'takeOff' }));
  listenForComparisons(place, now, (id) => act.post({ type: 'compareWith', id }));
}

host.post({ type: 'ready' });
