import { useRef } from 'preact/hooks';
import { Glossary } from './glossary/glossary';
import { Header } from './header/header';
import { ChosenPosition } from './parts/text';
import { openRoom, roomId, roomsOf, tabId } from './rooms';
import { SectionFrame, type SectionProps } from './section';
import { sections, sectionsIn } from './sections';

/** The whole panel, drawn from the state alone: of its rooms the open one. */
export function App({ state, view, act }: Pick<SectionProps, 'state' | 'view' | 'act'>) {
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
