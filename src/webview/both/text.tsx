import * as l10n from '@vscode/l10n';
import { max, range } from 'd3-array';
import type { ComponentChildren } from 'preact';
import { type SameTokens, bothOf, tokensIn, type OtherTokens } from '../../shared/both';
import { areUnrelated, textSums } from '../../shared/bothFacts';
import { divergences, largestAt } from '../../shared/bothFinding';
import { bits, capitalised, count, degrees, fixed, percent, probability, raw, signed } from '../../shared/format';
import { levelOf } from '../../shared/levels';
import type { PanelState } from '../../shared/panel';
import type { TextView } from '../../shared/place';
import { type Column, copiedRows, type TableData } from '../parts/columns';
import { tokenCount } from '../parts/numbers';
import { shortPlace } from '../parts/place';
import { underlined } from '../parts/quantities';
import { useRemembered } from '../parts/remembered';
import { Table } from '../parts/table';
import { TokenText } from '../parts/text';
import { Toggle } from '../parts/toggles';
import { filled } from '../parts/words';
import { SavePicture, TakeAway } from '../picture/save';
import { Pending, type Section, type SectionProps } from '../section';
import { chosenId } from '../store';
import { bothPending, bothTextFinding } from './sectionFindings';

/** A text that the models cut differently: both cuts between the places where both begin a token. */
function OtherCuts({ both: { tokens, spans, bitsPerCharacter } }: { readonly both: OtherTokens }) {
  const start = tokens[0].find((token) => token.end > token.start)?.start;
  const isLeftOut = start !== undefined && spans[0] !== undefined && spans[0].start > start;
  return (
    <>
      <ol
        class="chips both-spans"
        data-picture="both-text"
        tabIndex={0}
        aria-label={l10n.t('Both cuts, between common boundaries')}
      >
        <li class="quiet" aria-hidden="true">
          <span class="clip both-cut">A</span>
          <span class="clip both-cut">B</span>
        </li>
        {spans.map((span) => (
          <li>
            {bothOf((side) => (
              <span class="clip both-cut">
                <span class="hidden">{side === 0 ? 'A: ' : 'B: '}</span>
                {tokensIn(tokens[side], span).map((token) => (
                  <TokenText token={token} named={false} />
                ))}
              </span>
            ))}
            <span class="chip-value" data-value={raw(span.surprisal[1] - span.surprisal[0])}>
              {span.surprisal.map(bits).join(' → ')}
            </span>
          </li>
        ))}
      </ol>
      <p class="note">
        {l10n.t(
          'A’s tokens stand above B’s, between places where both begin a token. Below them: their summed surprisal in bits, A → B. Bits a character of the text: {0} → {1}.',
          ...bothOf((side) => fixed(bitsPerCharacter[side], 3)),
        )}
        {isLeftOut && ` ${l10n.t('The first token has no prediction, so it is not here.')}`}
      </p>
    </>
  );
}

/** Positions that are drawn at first: those where the models differ most. */
const fewest = 16;
const arrow = '→';

/** The positions with the largest divergence, in reading order. */
export const mostDifferent = (divergence: ArrayLike<number>, positions: readonly number[], most: number) =>
  positions
    .toSorted((a, b) => (divergence[b] ?? 0) - (divergence[a] ?? 0))
    .slice(0, most)
    .toSorted((a, b) => a - b);

/** A position of the text in a row. */
export function positionsTable(
  both: SameTokens,
  text: TextView,
  positions: readonly number[],
  onChoose?: (position: number) => void,
): TableData<number> {
  const { divergence, surprisal, first, change, hiddenAngle } = both;
  const scale = Math.max(max(divergence[0]) ?? 0, 1);
  const expected = (side: 0 | 1): Column<number> => ({
    key: `${'AB'[side]} expects next`,
    head: side === 0 ? l10n.t('A expects next') : l10n.t('B expects next'),
    name: 'name',
    value: (at) => first[at]?.[side].token,
    draw: (at) => {
      const [one, other] = [first[at]?.[side], first[at]?.[side === 0 ? 1 : 0]];
      const isFlipped = side === 1 && one?.token.id !== other?.token.id;
      return (
        one && (
          <span class={isFlipped ? 'flipped' : undefined}>
            {side === 1 && (
              <span class="flip" title={isFlipped ? l10n.t('not what A expects') : ''}>
                {isFlipped && '≠'}
              </span>
            )}
            <TokenText token={one.token} /> <span class="small quiet wide-only">{probability(one.probability)}</span>
          </span>
        )
      );
    },
  });
  return {
    columns: [
      {
        key: 'position',
        head: <span class="hidden">{l10n.t('position')}</span>,
        name: 'rank',
        value: (at) => shortPlace(text, at),
      },
      {
        key: 'token',
        head: l10n.t('token'),
        name: 'name',
        names: true,
        value: (at) => text.tokens[at],
        draw: (at) => {
          const token = text.tokens[at];
          const strength = (divergence[0][at] ?? 0) / scale;
          return (
            token && (
              <span class="chip-box" style={{ '--strength': strength.toFixed(3), ...underlined(levelOf(strength)) }}>
                <TokenText token={token} />
              </span>
            )
          );
        },
        press: onChoose,
      },
      {
        head: l10n.t('surprisal, A → B'),
        name: 'number not-tiny',
        draw: (at) =>
          Number.isNaN(surprisal[0][at]) ? '–' : `${bits(surprisal[0][at])} ${arrow} ${bits(surprisal[1][at])}`,
      },
      { key: 'surprisal in A (bits)', value: (at) => surprisal[0][at] },
      { key: 'surprisal in B (bits)', value: (at) => surprisal[1][at] },
      {
        key: 'KL(A‖B) (bits)',
        head: l10n.t('KL after it'),
        cells: 'strong',
        value: (at) => divergence[0][at],
        print: divergences(both),
      },
      { key: 'KL(B‖A) (bits)', value: (at) => divergence[1][at] },
      expected(0),
      { key: 'its probability in A', value: (at) => first[at]?.[0].probability },
      expected(1),
      { key: 'its probability in B', value: (at) => first[at]?.[1].probability },
      {
        key: 'change of the probability of the next token',
        head: 'Δp',
        name: 'optional',
        value: (at) => change[at],
        print: (value) => signed(value, 3),
      },
      {
        ...(hiddenAngle && { key: 'angle between h and h (degrees)', head: l10n.t('angle of h, A to B') }),
        name: 'optional',
        value: (at) => hiddenAngle?.[at],
        print: degrees,
      },
    ],
    rows: positions,
  };
}

const own = ({ length }: SameTokens, text: TextView): readonly number[] =>
  range(0, Math.min(length, text.tokens.length));

function Same({ both, text, state, act }: SectionProps & { readonly both: SameTokens; readonly text: TextView }) {
  const [isWhole, setWhole] = useRemembered('whole text in both', false);
  const all = own(both, text);
  const largest = largestAt({ text: both, contextCount: text.contextCount });
  // An angle between unrelated models says nothing.
  const shown = areUnrelated(state.both.rows) ? { ...both, hiddenAngle: null } : both;
  const positions = isWhole ? all : mostDifferent(both.divergence[0], all, fewest);
  return (
    <>
      <div data-picture="both-text">
        <Table
          {...positionsTable(shown, text, positions, (position) => act.post({ type: 'choosePosition', position }))}
          name="natural dense both-text"
          label={l10n.t('The text in both models')}
          chosen={chosenId(state)}
          row={(at) => ({
            class:
              [at === state.position && 'current', at === largest && 'largest'].filter(Boolean).join(' ') || undefined,
            'aria-current': at === state.position ? 'true' : undefined,
            'data-position': at,
          })}
        />
      </div>
      {all.length > fewest && (
        <p class="row quiet above">
          <Toggle on={isWhole} onToggle={setWhole}>
            {l10n.t('all {0} positions', count(all.length))}
          </Toggle>
          {!isWhole && (
            <span class="note">
              {l10n.t('The {0} positions where the models differ most, in the order of the text.', fewest)}
            </span>
          )}
        </p>
      )}
      <p class="note">
        {l10n.t(
          'Each row has a token, its surprisal, and what the models predict after it. ≠ marks positions where their likeliest tokens differ. The largest KL is bold. Δp is B’s probability of the token that really follows, minus A’s.',
        )}
        {both.leftOut > 0 &&
          ` ${l10n.t('Not compared, because their predictions would not fit into memory: {0} at the end.', tokenCount(both.leftOut))}`}
      </p>
      <Sums both={both} />
    </>
  );
}

/** The text's numbers in the words of llama.cpp's tool. */
function Sums({ both }: { readonly both: SameTokens }) {
  const { sums } = both;
  const kl = divergences(both);
  if (sums.predictions === 0) return null;
  return (
    <>
      <dl class="row above" aria-label={l10n.t('Sums over the text')}>
        {textSums(both, l10n).map(({ name, bits: divergence, share, both: sides = [] }) => (
          <div>
            <dt class="small">{name}</dt>
            <dd data-value={raw(divergence ?? share)}>
              {divergence !== undefined && kl(divergence)}
              {share !== undefined && percent(100 * share)}
              {sides.map((value) => fixed(value, value < 100 ? 2 : 1)).join(` ${arrow} `)}
            </dd>
          </div>
        ))}
      </dl>
      <p class="note">
        {filled<ComponentChildren>(
          l10n.t(
            'Predictions whose next token is in the text: {0}. The sums are over these, without the prediction after the last token. The formulas are those of “{1}”. KLD is in bits here; llama.cpp prints nats, and 1 bit is {2} nats.',
          ),
          count(sums.predictions),
          // A break between its two hyphens would make another command of it.
          <span class="nowrap">llama-perplexity --kl-divergence</span>,
          fixed(Math.LN2, 3),
        )}
      </p>
    </>
  );
}

function BothTextBody(props: SectionProps) {
  const { both, text } = props.state;
  if (!both.text || !text) return <Pending>{bothPending(props.state)}</Pending>;
  return both.text.kind === 'same' ? <Same {...props} both={both.text} text={text} /> : <OtherCuts both={both.text} />;
}

function BothTextControls({ state: { both, text } }: SectionProps) {
  const same = both.text?.kind === 'same' ? both.text : null;
  if (!text || !both.text) return null;
  const title = l10n.t('The text in both models');
  return same ? (
    <TakeAway
      picture="both-text"
      title={title}
      tables={() => [copiedRows(positionsTable(same, text, own(same, text)))]}
    />
  ) : (
    <SavePicture of="both-text" title={title} />
  );
}

const runs = ({ both: { other } }: PanelState): boolean => other !== null && other.runs !== 'none';

export const bothText: Section = {
  id: 'both-text',
  title: () => capitalised(l10n.t('text')),
  shown: runs,
  finding: bothTextFinding,
  Controls: BothTextControls,
  Body: BothTextBody,
};
