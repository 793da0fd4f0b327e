import './panel.css';
import { render } from 'preact';
import { useRef } from 'preact/hooks';
import { setLanguage } from '../shared/format';
import { isGoingOn, type InView } from '../shared/instruments';
import { defaultView, keptView, parseKeptState } from '../shared/kept';
import type { PanelState } from '../shared/panel';
import { roomOf, type Room } from '../shared/rooms';
import { type Actions, goOn, PageActions } from './actions';
import { Glossary } from './glossary/glossary';
import { shareGpu } from './gpu';
import { Header } from './header/header';
import { connect } from './host';
import { translate } from './l10n';
import { listenForBackspace } from './parts/appended';
import { pushedToken } from './parts/compared';
import { setFold } from './parts/fold';
import { ChosenPosition } from './parts/text';
import { openRoom, roomId, roomsOf, tabId } from './rooms';
import { headingId, SectionFrame, type SectionProps } from './section';
import { sections, sectionsIn } from './sections';
import { SideView } from './side/side';
import { isElsewhere, isOtherText, persistedState, receive } from './store';

/** Ends the hold on the heading that the user jumped to last. */
let release = (): void => undefined;

/**
 * Scrolls to a heading and keeps it there while the page grows: sections above it draw their pictures only once they
 * come near the window. The hold ends as soon as the user does anything.
 */
function jumpTo(heading: HTMLElement, page: HTMLElement, { focus }: { readonly focus: boolean }): void {
  release();
  const hold = new AbortController();
  let [height, top] = [0, 0];
  const scroll = (): void => {
    heading.scrollIntoView();
    [height, top] = [page.offsetHeight, window.scrollY];
  };
  // Told after each layout and before it is painted, so the heading never seems to move.
  const resizes = new ResizeObserver(scroll);
  release = () => {
    hold.abort();
    resizes.disconnect();
  };
  const listener = { signal: hold.signal, capture: true, passive: true };
  for (const type of ['wheel', 'touchmove', 'pointerdown', 'keydown']) window.addEventListener(type, release, listener);
  // The scroll bar and the page's own scrolling send none of these. A page of another height has scrolled by itself.
  window.addEventListener(
    'scroll',
    () => {
      if (page.offsetHeight === height && Math.abs(window.scrollY - top) > 1) release();
    },
    listener,
  );
  scroll();
  if (focus) heading.focus({ preventScroll: true });
  resizes.observe(page);
}

/** The token whose button an event is about; null if it is about none. */
function tokenOf({ target }: Event): number | null {
  const button = target instanceof Element ? target.closest('.token-button') : null;
  const id = button?.closest('[data-id]')?.getAttribute('data-id');
  return id ? Number(id) : null;
}

/**
 * Alt and a click, or Alt and Enter, on any token that can be chosen compare the pushed token with it, or end that
 * comparison. The event then does nothing else.
 */
function listenForComparisons(
  place: HTMLElement,
  state: () => PanelState | null,
  compare: (id: number | null) => void,
): void {
  const listen = (event: MouseEvent | KeyboardEvent) => {
    const now = state();
    if (!event.altKey || ('key' in event && event.key !== 'Enter') || !now?.run) return;
    const id = tokenOf(event);
    if (id === null || id === pushedToken(now)?.id) return;
    event.preventDefault();
    event.stopPropagation();
    compare(id === now.against ? null : id);
  };
  place.addEventListener('click', listen, true);
  place.addEventListener('keydown', listen, true);
}

/** The whole panel, drawn from the state alone: of its rooms the open one. */
function App({ state, view, act }: Pick<SectionProps, 'state' | 'view' | 'act'>) {
  const shown = sections.filter((section) => section.shown(state)).map(({ id }) => id);
  const room = openRoom(view.room, shown);
  const page = useRef<HTMLDivElement>(null);
  const props = { state, view: { ...view, room }, act, shown };
  const outOfDate = state.file?.outOfDate ?? (room === 'document' ? state.document?.outOfDate : state.outOfDate);
  const drawn = sectionsIn(room).filter(({ id }) => shown.includes(id));
  return (
    <ChosenPosition.Provider value={state.position}>
      <Header {...props} />
      <div
        ref={page}
        id={roomId}
        class={outOfDate ? 'sections out-of-date' : 'sections'}
        {...(roomsOf(shown).length > 1 && { role: 'tabpanel', 'aria-labelledby': tabId(room) })}
      >
        {drawn.map((section) => (
          <SectionFrame key={section.id} section={section} props={props} />
        ))}
      </div>
      <Glossary of={() => page.current} />
    </ChosenPosition.Provider>
  );
}

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
  const page = surface === 'side' ? <SideView state={state} act={act} /> : <App state={state} view={view} act={act} />;
  render(<PageActions.Provider value={act}>{page}</PageActions.Provider>, place);
  if (surface === 'side') return;
  keptLast = persistedState(state, view, keptLast);
  if (keptLast) host.keep(keptLast);
}

host.listen((message) => {
  if (message.type === 'open') return act.setView({ room: message.room });
  // A link in the document was followed: the focus stays there.
  if (message.type === 'goTo') {
    const isThere = message.from === undefined || message.from.includes(view.room);
    if (message.section === 'continuation') act.post(goOn(view));
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
  if (event.key !== 'Escape' || !state) return;
  if (isGoingOn(state.continuation.paths)) act.post({ type: 'stopContinuing' });
  else if (state.blame.working) act.post({ type: 'stopBlame' });
  else if (state.matters.working) act.post({ type: 'stopMatters' });
  else if (isElsewhere(state)) act.post({ type: 'chooseToken', id: null });
});

if (surface === 'panel') {
  const now = () => state;
  listenForBackspace(document, now, () => act.post({ type: 'takeOff' }));
  listenForComparisons(place, now, (id) => act.post({ type: 'compareWith', id }));
}

host.post({ type: 'ready' });
