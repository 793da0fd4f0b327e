import { useRef } from 'preact/hooks';
import type { ViewChoices } from '../shared/kept';
import type { PanelState } from '../shared/panel';
import { Glossary } from './glossary/glossary';
import { Header } from './header/header';
import { type Actions, SectionFrame } from './section';
import { sections } from './sections';

/** The whole panel, drawn from the state alone. */
export function App({
  state,
  view,
  act,
}: {
  readonly state: PanelState;
  readonly view: ViewChoices;
  readonly act: Actions;
}) {
  const drawn = sections.filter((section) => section.shown(state));
  const page = useRef<HTMLDivElement>(null);
  const props = { state, view, act, drawn: drawn.map(({ id }) => id) };
  return (
    <>
      <Header {...props} />
      <div ref={page} class={state.outOfDate ? 'sections out-of-date' : 'sections'}>
        {drawn.map((section) => (
          <SectionFrame key={section.id} section={section} props={props} />
        ))}
      </div>
      <Glossary of={() => page.current} />
    </>
  );
}
