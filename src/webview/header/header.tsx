import * as l10n from '@vscode/l10n';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { weightTypes } from '../../shared/format';
import { type Piece, pieces } from '../../shared/glyphs';
import type { Source } from '../../shared/panel';
import { addedCount, ownTotal } from '../../shared/place';
import { serverPlace } from '../../shared/servedName';
import { tokenCount } from '../parts/numbers';
import { placeName } from '../parts/place';
import type { SectionProps } from '../section';
import { sections } from '../sections';
import { useCurrentSection } from './current';
import { Notices, ProgressBar } from './noticeList';
import { notices } from './notices';
import { Search } from './search';

const encoder = new TextEncoder();

/** A piece of the excerpt. Spaces stay spaces; other invisible characters are marked. */
function excerptPiece({ kind, text, name }: Piece) {
  if (kind === 'text') return text;
  return name === 'space' ? ' ' : <span class={kind}>{text}</span>;
}

/** The tooltip of the excerpt, which says all that the excerpt has, and whether the text goes on. */
const excerptTitle = ({ excerpt, characters }: Source): string =>
  characters > [...excerpt].length ? `${excerpt}…` : excerpt;

interface JumpsProps extends SectionProps {
  /** Id of the section in view. */
  readonly current: string | null;
  readonly onJump: (section: string) => void;
}

/** The names of the drawn sections. Each leads to its section; the one in view is marked. */
function Jumps({ drawn, act, current, onJump }: JumpsProps) {
  const names = new Map(sections.map(({ id, title }) => [id, title]));
  if (drawn.length < 2) return null;
  return (
    <nav class="jumps" aria-label={l10n.t('Sections')}>
      {drawn.map((id) => (
        <button
          key={id}
          type="button"
          class="jump"
          data-jump={id}
          aria-current={id === current ? 'location' : undefined}
          onClick={() => {
            onJump(id);
            act.goTo(id);
          }}
        >
          {names.get(id)?.()}
        </button>
      ))}
    </nav>
  );
}

/** Always in view: the inspected text, the position, the model, what went wrong, and the way to every section. */
export function Header(props: SectionProps) {
  const { state, act, drawn } = props;
  const { source, text, model, position } = state;
  const { current, onJump } = useCurrentSection(drawn);
  const ref = useRef<HTMLElement>(null);
  // A heading that is jumped to stands below the header, which is as high as its lines need.
  useLayoutEffect(() => {
    const header = ref.current;
    if (!header) return;
    const observer = new ResizeObserver(() =>
      document.documentElement.style.setProperty('--head-height', `${header.offsetHeight}px`),
    );
    observer.observe(header);
    return () => observer.disconnect();
  }, []);
  return (
    <header class="panel-head" ref={ref}>
      <div class="head-line">
        {!source && <h1 class="hidden">Vectorscope</h1>}
        {source && (
          <>
            <h1 class="file" title={source.name}>
              {source.name}
            </h1>
            <bdi class="excerpt mono" title={excerptTitle(source)}>
              {pieces([...encoder.encode(source.excerpt)]).map(excerptPiece)}
            </bdi>
          </>
        )}
        {text && (
          <span class="quiet token-count" data-value={text.total}>
            {addedCount(text) > 0 ? l10n.t('{0} and one added', tokenCount(ownTotal(text))) : tokenCount(text.total)}
          </span>
        )}
        {text && position !== null && (
          <span class="quiet head-position" data-value={position}>
            {placeName(text, position)}
          </span>
        )}
        {model && (
          <button
            type="button"
            class="quiet model"
            title={
              model.server
                ? l10n.t('{0} on {1}. Choose another model', model.name, model.server.address)
                : l10n.t('{0}, {1}. Choose another model', model.name, weightTypes(model))
            }
            onClick={() => act.post({ type: 'showModels' })}
          >
            {model.name}
            <span class="model-type">
              {' · '}
              {model.server ? l10n.t('on {0}', serverPlace(model.server.address)) : model.quantisation}
            </span>
          </button>
        )}
      </div>
      <div class="head-tools">
        <Jumps {...props} current={current} onJump={onJump} />
        {model?.sizes !== null && <Search {...props} />}
      </div>
      <ProgressBar {...props} />
      <Notices {...props} list={notices(state)} />
    </header>
  );
}
