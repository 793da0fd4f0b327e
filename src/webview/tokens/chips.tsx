import * as l10n from '@vscode/l10n';
import { range } from 'd3-array';
import { useCallback, useEffect, useMemo, useRef } from 'preact/hooks';
import { firstAppended } from '../../shared/appended';
import type { ChatBand } from '../../shared/chat/rendered';
import { isTemplates, type ChatView } from '../../shared/chat/view';
import { colouringOf, type Colours, colours, passingOf } from '../../shared/colouring';
import { count } from '../../shared/format';
import type { Colouring, PanelState } from '../../shared/panel';
import { type TextView, addedCount, isAdded, limitIndex } from '../../shared/place';
import type { Token } from '../../shared/tokens';
import { useFold } from '../parts/fold';
import { memoised } from '../parts/memo';
import { tokenCount } from '../parts/numbers';
import { placeName } from '../parts/place';
import { useRoving } from '../parts/roving';
import { TokenText } from '../parts/text';
import { filled, visibleText } from '../parts/words';
import type { SectionProps } from '../section';
import { chosenId } from '../store';
import { Chip, type ChipKind } from './chip';
import { type ChipBox, stepInRows, usePointing } from './navigation';

const newline = 0x0a;
const blockLength = 50;

export function drawnBoxes(group: HTMLElement): readonly ChipBox[] {
  return Array.from(group.querySelectorAll<HTMLElement>('[data-roving]'), ({ offsetLeft, offsetTop, offsetWidth }) => ({
    left: offsetLeft,
    top: offsetTop,
    width: offsetWidth,
  }));
}

/** Scrolls the chosen chip into what is seen of the chips, and nothing else on the page. */
function reveal(chips: HTMLElement): void {
  const chip = chips.querySelector<HTMLElement>('[aria-selected="true"]');
  if (!chip) return;
  const above = chip.offsetTop - chips.scrollTop;
  const below = above + chip.offsetHeight - chips.clientHeight;
  if (above < 0 || below > 0) chips.scrollTop += above < 0 ? above : below;
}

/** Whether the number of each token stands below it. */
export const numbersFold = 'token-numbers';

interface BlockProps {
  readonly numbered: boolean;
  readonly text: TextView;
  /** Index of the first token that is not in the document. */
  readonly appended: number;
  /** Index of the block's first token. */
  readonly from: number;
  readonly colouring: Colouring;
  readonly shades: Colours | null;
  /** Index of the chosen position and of the tab stop, where they lie in this block. */
  readonly position: number | undefined;
  readonly stop: number | undefined;
  /** Id of the chosen token, where this block has it. */
  readonly chosen: number | undefined;
  readonly onChoose: (index: number) => void;
}

/** The part of a rendered conversation that a token belongs to: a message, or what the template writes before all. */
function bandAt({ bands, findings }: ChatView, { start, end }: Token): ChatBand | 'template' | undefined {
  const band = bands.find((one) => one.start < end && start < one.end);
  const before = findings.find((finding) => finding.kind === 'added');
  return band && before && start < before.end ? 'template' : band;
}

const visibleRole = (band: ChatBand | 'template'): string =>
  band === 'template' ? l10n.t('template') : visibleText(band.role);

/** The role that speaks, above the tokens of its message. */
const BandName = ({ band }: { readonly band: ChatBand | 'template' }) => (
  <span class="small quiet band-name">
    <span class="strong band-role">{visibleRole(band)}</span>
    <span>
      {band === 'template'
        ? l10n.t('before the first message')
        : band.message === null
          ? l10n.t('asked to answer')
          : l10n.t('message {0}', count(band.message + 1))}
    </span>
  </span>
);

/** A run of chips that is drawn anew only when something in it changes: a text of 2,000 tokens stays quick. */
const Block = memoised(
  ({ numbered, text, appended, from, colouring, shades, position, stop, chosen, onChoose }: BlockProps) => {
    const limit = limitIndex(text);
    const added = addedCount(text);
    const { chat } = text;
    const kindOf = (index: number): ChipKind =>
      index >= appended
        ? 'appended'
        : index < added
          ? 'added'
          : index < text.contextCount
            ? 'context'
            : index >= limit
              ? 'beyond'
              : 'text';
    const rows = text.tokens.slice(from, from + blockLength).map((token) => {
      const before = text.tokens[token.index - 1];
      const band = chat && bandAt(chat, token);
      return {
        token,
        band,
        begins: band && (!before || isAdded(before) || bandAt(chat, before) !== band) ? band : undefined,
        isTemplates:
          chat !== undefined && kindOf(token.index) !== 'appended' && token.index >= added && isTemplates(chat, token),
      };
    });
    return (
      <>
        {rows.map(({ token, band, begins, isTemplates }) => (
          <>
            {begins && <BandName band={begins} />}
            {token.index < added && <span class="small quiet chips-note">{l10n.t('added')}</span>}
            {text.contextCount > 0 && token.index === added && (
              <span class="small quiet chips-note">
                {l10n.t('context, {0}', tokenCount(text.contextCount - added))}
              </span>
            )}
            {text.contextCount > 0 && token.index === text.contextCount && (
              <span class="small quiet chips-note starts">{l10n.t('the text')}</span>
            )}
            {token.index === appended && (
              <span class="small quiet chips-note starts">{l10n.t('not in the document')}</span>
            )}
            <Chip
              token={token}
              place={placeName(text, token.index)}
              role={band && visibleRole(band)}
              isTemplates={isTemplates}
              colouring={colouring}
              numbered={numbered}
              value={shades?.values[token.index] ?? null}
              isLeast={shades?.isLeast[token.index] ?? false}
              decimals={shades?.decimals ?? 3}
              strength={shades?.strength[token.index] ?? 0}
              current={token.index === position}
              chosen={token.id === chosen}
              kind={kindOf(token.index)}
              tabbable={token.index === stop}
              onChoose={onChoose}
            />
            {token.bytes.includes(newline) && !isTemplates && <span class="line-end" />}
          </>
        ))}
      </>
    );
  },
);

/** The tokens in reading order, a new row after each line of the text. */
export function Chips({ text, props }: { readonly text: TextView; readonly props: SectionProps }) {
  const { state, act } = props;
  const { run, position } = state;
  const colouring = colouringOf(state);
  const [numbered] = useFold(numbersFold);
  const passing = passingOf(state);
  const shades = useMemo(
    () => (colouring === 'none' ? null : colours(colouring, text, run, passing)),
    [colouring, text, run, passing],
  );
  const choose = useCallback((index: number) => act.post({ type: 'choosePosition', position: index }), [act]);
  const point = useCallback((index: number | null) => act.post({ type: 'point', position: index }), [act]);
  const pointing = usePointing(point);
  const roving = useRoving(
    text.tokens.length,
    position ?? Math.max(text.contextCount, addedCount(text)),
    (key, at, group) => stepInRows(key, at, drawnBoxes(group)),
  );
  const scrolled = useRef<HTMLDivElement>(null);
  useEffect(() => {
    roving.reset();
    if (scrolled.current) reveal(scrolled.current);
  }, [position, text]);
  const chosen = chosenId(state);
  const appended = firstAppended(text);
  const block = (from: number) => {
    const within = (index: number | null): number | undefined =>
      index !== null && index >= from && index < from + blockLength ? index : undefined;
    const has = text.tokens.slice(from, from + blockLength).some(({ id }) => id === chosen);
    return (
      <Block
        numbered={numbered}
        text={text}
        appended={appended}
        from={from}
        colouring={colouring}
        shades={shades}
        position={within(position)}
        stop={within(roving.at)}
        chosen={has ? chosen : undefined}
        onChoose={choose}
      />
    );
  };
  return (
    <div class="chips" ref={scrolled} {...pointing}>
      <div
        class="contents"
        role="listbox"
        aria-label={l10n.t('Tokens of the text')}
        aria-orientation="horizontal"
        {...roving.group}
      >
        {range(0, text.tokens.length, blockLength).map(block)}
        {text.notDrawn > 0 && (
          <span class="small quiet chips-note">
            {l10n.t('{0} more are measured but not drawn', count(text.notDrawn))}
          </span>
        )}
      </div>
      {isLast(state) && <NextChip text={text} props={props} />}
    </div>
  );
}

/** Whether the last token is chosen. Then the prediction stands after the last chip. */
export const isLast = ({ position, text }: PanelState): boolean => text !== null && position === text.tokens.length - 1;

/** The likeliest next token after the chosen position, as a chip that is not there yet. */
export function NextChip({ text, props: { state, act } }: { readonly text: TextView; readonly props: SectionProps }) {
  const { position, prediction } = state;
  const next = prediction?.top[0]?.token;
  if (position === null || !next) return null;
  const at = text.tokens[position];
  return (
    <p class="next">
      <span class="small quiet chips-note">
        {isLast(state) || !at
          ? l10n.t('expected next')
          : filled(l10n.t('expected after {0}'), <TokenText token={at} named={false} />)}
      </span>
      <button
        type="button"
        class="chip predicted"
        data-id={next.id}
        onClick={() => act.post({ type: 'chooseToken', id: next.id })}
      >
        <span class="chip-box">
          <TokenText token={next} chosen={next.id === chosenId(state)} named={false} />
        </span>
      </button>
    </p>
  );
}
