import type { PanelState, ViewChoices } from '../shared/panel';
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
  const props = { state, view, act, drawn: drawn.map(({ id }) => id) };
  return (
    <>
      <Header {...props} />
      <div class={state.outOfDate ? 'sections out-of-date' : 'sections'}>
        {drawn.map((section) => (
          <SectionFrame key={section.id} section={section} props={props} />
        ))}
      </div>
    </>
  );
}
