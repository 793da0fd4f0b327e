import * as l10n from '@vscode/l10n';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { isTemplates } from '../../shared/chat/view';
import type { ModelInfo } from '../../shared/engine';
import { count, weightTypes } from '../../shared/format';
import { type GlyphPiece, glyphPieces } from '../../shared/glyphs';
import { shortName, serverPlace } from '../../shared/modelName';
import type { PanelState, Source } from '../../shared/panel';
import { addedCount, ownTotal, type TextView } from '../../shared/place';
import { roomOf, roomNames, type Room } from '../../shared/rooms';
import { titles } from '../both/sectionFindings';
import { comparisonId } from '../parts/compared';
import { Menu } from '../parts/menu';
import { tokenCount } from '../parts/numbers';
import { placeName } from '../parts/place';
import { rowStep, useRoving } from '../parts/roving';
import { isAwaited } from '../point/pointWords';
import { roomId, roomsOf, tabId } from '../rooms';
import type { SectionProps } from '../section';
import { Notices, ProgressBar } from './noticeList';
import { announcement, isOnSelection, notices } from './notices';
import { Search } from './search';

/** The rooms that have something to show. One tab stop, in which arrows open the next room. */
function Rooms({ shown, view: { room: open }, act }: SectionProps) {
  const rooms = roomsOf(shown);
  const names = roomNames(l10n);
  const enter = (room: Room): void => act.setView({ room });
  const at = rooms.indexOf(open);
  const roving = useRoving(rooms.length, at, (key, from) => {
    const next = rowStep(key, from, rooms.length);
    const room = next === null ? undefined : rooms[next];
    if (room && room !== open) enter(room);
    return next;
  });
  if (rooms.length < 2) return null;
  return (
    <div class="row rooms" role="tablist" aria-label={l10n.t('Rooms')} {...roving.group}>
      {rooms.map((room, index) => (
        <button
          key={room}
          type="button"
          role="tab"
          id={tabId(room)}
          class="room"
          data-room={room}
          aria-selected={room === open}
          aria-controls={roomId}
          aria-label={names[room].long}
          onClick={() => enter(room)}
          {...roving.item(index)}
          tabIndex={index === at ? 0 : -1}
        >
          <span class="wide-room">{names[room].long}</span>
          <span class="narrow-room">{names[room].short}</span>
        </button>
      ))}
    </div>
  );
}

const encoder = new TextEncoder();

/** A piece of the excerpt. Spaces stay spaces; other invisible characters are marked. */
function excerptPiece({ kind, text, name }: GlyphPiece) {
  if (kind === 'text') return text;
  return name === 'space' ? ' ' : <span class={kind}>{text}</span>;
}

/** The tooltip of the excerpt: all of it, with an ellipsis if the text goes on. */
const excerptTitle = ({ excerpt, characters }: Source): string =>
  characters > [...excerpt].length ? `${excerpt}…` : excerpt;

/** A and B. Where there is little room, their types tell them apart. */
const TwoNames = ({ model, both: { other } }: Pick<PanelState, 'model' | 'both'>) =>
  [model, other?.info].map(
    (one, side) =>
      one && (
        <>
          <span class="letter">{side === 0 ? 'A ' : ' · B '}</span>
          <span class="clip">{shortName(one.name)}</span>
          <span class="model-type">{` ${one.quantisation}`}</span>
        </>
      ),
  );

/** The model's name. Its menu leads to what is about the model and not about the text. */
function ModelMenu({
  state,
  model,
  shown,
  act,
}: Pick<SectionProps, 'state' | 'shown' | 'act'> & { readonly model: ModelInfo }) {
  const two = titles(state);
  const own = model.server
    ? l10n.t('{0} on {1}', model.name, model.server.address)
    : l10n.t('{0}, {1}', model.name, weightTypes(model));
  const title = two ? l10n.t('A: {0}, B: {1}', ...two) : own;
  const items = [
    { text: l10n.t('Choose another model…'), onChoose: () => act.post({ type: 'showModels' }) },
    ...(model.server
      ? []
      : [{ text: l10n.t('Compare with another model…'), onChoose: () => act.post({ type: 'compareModels' }) }]),
    ...(two
      ? [
          { text: l10n.t('Show the comparison'), onChoose: () => act.goTo('both') },
          { text: l10n.t('End the comparison'), onChoose: () => act.post({ type: 'endComparison' }) },
        ]
      : []),
    ...(shown.includes('lab')
      ? [{ text: l10n.t('Lab: experiments on this model'), onChoose: () => act.goTo('lab') }]
      : []),
  ];
  return (
    <Menu class="model quiet underlines" label={two ? undefined : title} title={title} items={items}>
      {two ? (
        <TwoNames {...state} />
      ) : (
        <>
          <span class="clip">{shortName(model.name)}</span>
          {model.server && <span>{` · ${l10n.t('on {0}', serverPlace(model.server.address))}`}</span>}
          {!model.server && model.quantisation && <span class="model-type">{` · ${model.quantisation}`}</span>}
        </>
      )}
    </Menu>
  );
}

/** The number of tokens, and of a conversation whose they are: not where some are not drawn. */
function countWords(text: TextView): readonly string[] {
  const { chat, tokens, total, notDrawn, appended } = text;
  if (addedCount(text) > 0) return [l10n.t('{0} and one added', tokenCount(ownTotal(text)))];
  if (!chat || notDrawn > 0 || appended) return [tokenCount(total)];
  const templates = tokens.filter((token) => isTemplates(chat, token)).length;
  return [tokenCount(total), l10n.t('{0} yours, {1} from the template', count(total - templates), count(templates))];
}

/** Always in view: the inspected text, the position, the model, what went wrong, and the way to every room. */
export function Header(props: SectionProps) {
  const { state, view } = props;
  const { source, text, model, position } = state;
  const { file } = state;
  /** The document, in its room, or the model file: the rest of the state is about the inspected selection. */
  const whole = file ?? (view.room === 'document' ? state.document : null);
  const named = whole ?? source;
  const documentCount = whole && 'tokens' in whole && whole.tokens > 0 ? [tokenCount(whole.tokens)] : [];
  const counted = whole ? documentCount : text ? countWords(text) : [];
  /** That room says itself what is being loaded, and that it is the geometry alone. */
  const isFileRoom = file !== null && view.room === 'file';
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
      <div class="row head-line">
        <div class="head-shown">
          {model && !file && <ModelMenu {...props} model={model} />}
          {text && !whole && position !== null && (
            <span class="quiet head-position" data-value={position}>
              {placeName(text, position)}
            </span>
          )}
          {/* What does not fit here is left out, the last first. */}
          <div class="row head-more" title={counted.join(', ')}>
            {!source && !whole && <h1 class="hidden">Vectorscope</h1>}
            {named && (
              <h1 class="clip file" title={named.name}>
                {named.name}
              </h1>
            )}
            {source && !whole && (
              <bdi class="clip excerpt mono" title={excerptTitle(source)}>
                {glyphPieces([...encoder.encode(source.excerpt)]).map(excerptPiece)}
              </bdi>
            )}
            {counted.map((words) => (
              <span class="quiet token-count" data-value={whole ? undefined : text?.total}>
                {words}
              </span>
            ))}
          </div>
        </div>
        <Rooms {...props} />
        {model?.sizes !== null && (!file || file.geometry === 'loaded') && <Search {...props} />}
      </div>
      {!isFileRoom && <ProgressBar {...props} />}
      {/* The comparison itself says what is compared. */}
      <Notices
        {...props}
        // The point of a text is still to come then.
        said={state.status.kind === 'ready' && isAwaited(state) ? '' : announcement(state)}
        list={notices(state).filter(
          (notice) =>
            (notice.part !== comparisonId || view.room !== roomOf('next-token')) &&
            !(whole && isOnSelection(notice)) &&
            !(isFileRoom && (notice.kind === 'working' || notice.kind === 'geometry')),
        )}
      />
    </header>
  );
}
