import type { ComponentChildren, VNode } from 'preact';
import type { ViewChoices } from '../shared/kept';
import type { PanelState } from '../shared/panel';
import type { Actions } from './actions';
import { CopyPython } from './parts/copy';
import { useFold } from './parts/fold';
import { placeAmong } from './parts/place';
import { Sentence } from './parts/text';
import type { Words } from './parts/words';
import { chosenId } from './store';

export interface SurfaceProps {
  readonly state: PanelState;
  readonly act: Actions;
}

export interface SectionProps extends SurfaceProps {
  readonly view: ViewChoices;
  /** Ids of the sections that have something to draw, in whatever room. */
  readonly shown: readonly string[];
}

/** One section of the panel. sections.ts lists all. */
export interface Section {
  /** As in `data-section`. */
  readonly id: string;
  readonly title: () => string;
  /** Drawn once it is asked for. Until then its finding says what is inside. */
  readonly isFolded?: true;
  /** Whether it has anything to draw. */
  readonly shown: (state: PanelState) => boolean;
  /** The sentence below the heading. */
  readonly finding: (state: PanelState) => Words;
  /** Why it has nothing to show of this model, and what would help; null if it has. */
  readonly missing?: (state: PanelState) => string | null;
  readonly Controls?: (props: SectionProps) => VNode | null;
  readonly Body: (props: SectionProps) => VNode;
}

/** Their rooms begin with the finding. */
const leading: readonly string[] = ['both', 'texts', 'document'];

export const headingId = (section: string): string => `section-${section}`;

export function SectionFrame({ section, props }: { readonly section: Section; readonly props: SectionProps }) {
  const { id, title, finding, Controls, Body } = section;
  const missing = section.missing?.(props.state) ?? null;
  const [isUnfolded, setUnfolded] = useFold(id);
  const isOpen = section.isFolded !== true || isUnfolded;
  return (
    <section class={leading.includes(id) ? 'leading' : undefined} data-section={id} aria-labelledby={headingId(id)}>
      <header class="spread section-head">
        <h2 id={headingId(id)} tabIndex={-1}>
          {section.isFolded ? (
            <button type="button" class="unfold" aria-expanded={isOpen} onClick={() => setUnfolded(!isOpen)}>
              <span>{title()}</span>
            </button>
          ) : (
            title()
          )}
        </h2>
        {missing === null && (
          <>
            <p class="finding">
              <Sentence words={finding(props.state)} chosen={chosenId(props.state)} />
            </p>
            <div class="row section-controls">
              {Controls && isOpen && <Controls {...props} />}
              {isOpen && <CopyPython of={id} state={props.state} />}
            </div>
          </>
        )}
      </header>
      {isOpen && (missing === null ? <Body {...props} /> : <Pending>{missing}</Pending>)}
    </section>
  );
}

/** Says which position of the text a section is about. */
export const ChosenPlace = ({ state: { text, position } }: SectionProps) =>
  text && position !== null ? <span class="small quiet">{placeAmong(text, position)}</span> : null;

/** Replaces content that is not known yet. */
export const Pending = ({ children }: { readonly children: ComponentChildren }) => <p class="pending">{children}</p>;
