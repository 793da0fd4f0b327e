import * as l10n from '@vscode/l10n';
import { extent, sum } from 'd3-array';
import { spelledBy } from '../../shared/appended';
import { colouringOf } from '../../shared/colouring';
import { bits, capitalised, count, signed } from '../../shared/format';
import { plainToken } from '../../shared/glyphs';
import type { MattersView } from '../../shared/instruments';
import type { MatteredPart, MatterGrain } from '../../shared/matters';
import { predicts } from '../../shared/model';
import type { PanelState } from '../../shared/panel';
import { isAdded } from '../../shared/place';
import type { NamedToken } from '../../shared/tokens';
import type { Actions } from '../actions';
import { Button, Checkbox, TextField } from '../controls';
import { LabProgress } from '../lab/run';
import { WhereToContinue } from '../nextToken/listed';
import { missingPrediction } from '../nextToken/section';
import { type Column, copiedRows, type TableData } from '../parts/columns';
import { mattersFinding, partText } from '../parts/mattered';
import { NoticeLine } from '../parts/progress';
import { mattersNote } from '../parts/quantities';
import { useRemembered, useRememberedOf } from '../parts/remembered';
import { Table } from '../parts/table';
import { Toggles } from '../parts/toggles';
import { withoutPredictions } from '../parts/unknown';
import { TakeAway } from '../picture/save';
import { ChosenPlace, Pending, type Section, type SectionProps } from '../section';
import { isElsewhere } from '../store';

const title = () => capitalised(l10n.t('what mattered'));

const grainNames = (): Readonly<Record<MatterGrain, string>> => ({
  ...{ token: l10n.t('token'), word: l10n.t('word'), line: l10n.t('line'), sentence: l10n.t('sentence') },
  ...{ example: l10n.t('example'), message: l10n.t('message') },
});

/** The tokens that an answer can be: the likeliest, one that was chosen elsewhere, and the one that really follows. */
function answersOf(state: PanelState): readonly NamedToken[] {
  const { prediction, run, position, text, token } = state;
  const at = position ?? -1;
  const likeliest = prediction?.top[0]?.token ?? run?.likeliest[at]?.[0]?.token;
  const all = [likeliest, isElsewhere(state) ? token?.token : undefined, text?.tokens[at + 1]];
  return [...new Map(all.flatMap((one) => (one ? [[one.id, one] as const] : []))).values()];
}

/** The inspected text without a part goes into *Two texts*: its other tokens keep their ids. */
function compareWithout({ text, matters }: PanelState, part: number, act: Actions): void {
  const left = matters.asked?.parts[part]?.positions;
  const tokens = text?.tokens.filter((token) => !isAdded(token) && !left?.includes(token.index)) ?? [];
  const appended = { from: 0, ids: tokens.map(({ id }) => id) };
  if (tokens.length > 0) act.post({ type: 'compareTexts', text: spelledBy(tokens), appended });
  act.goTo('texts');
}

interface RowActions {
  /** Places of parts. */
  readonly ticked: readonly number[];
  readonly onTick: (part: number) => void;
  readonly onCompare: ((part: number) => void) | false;
}

/** The parts, those that change most first. */
export function mattersTable({ asked, known }: MattersView, act?: RowActions): TableData<MatteredPart> {
  const rows = known?.parts.toSorted((a, b) => Math.abs(b.change) - Math.abs(a.change)) ?? [];
  // The part at the end asks, and most often changes far more than all others.
  const others = rows.filter(({ part }) => part + 1 < (asked?.parts.length ?? 0));
  const [low = 0, high = 0] = extent([0, ...(others.length > 0 ? others : rows).map(({ change }) => change)]);
  const share = (value: number): string => `${((100 * value) / (high - low || 1)).toFixed(2)}%`;
  const within = (change: number): number => Math.min(Math.max(change, low), high);
  const textOf = ({ part }: MatteredPart): string => partText(asked?.parts[part]);
  const { ticked = [], onTick, onCompare } = act ?? {};
  const compare: Column<MatteredPart> = {
    ...{ head: <span class="hidden">{l10n.t('Two texts')}</span>, value: () => l10n.t('Two texts') },
    press: ({ part }) => onCompare && onCompare(part),
    button: (row) => ({ 'aria-label': l10n.t('{0}: {1}', l10n.t('Two texts'), textOf(row)) }),
  };
  return {
    order: 'what mattered',
    columns: [
      { key: '#', head: '#', name: 'rank', sorts: true, value: ({ part }) => part + 1 },
      {
        ...{ key: 'part', head: l10n.t('part'), name: 'name', names: true, value: textOf },
        press: onTick && (({ part }) => onTick(part)),
        button: ({ part }) => ({ class: 'tick', 'aria-pressed': ticked.includes(part) }),
      },
      {
        ...{ head: '', name: 'not-tiny', cells: 'bar-cell', cell: () => ({ 'aria-hidden': 'true' }) },
        draw: ({ change }) => (
          <span
            class={change < 0 ? 'bar away' : 'bar'}
            style={{ width: share(Math.abs(within(change))), marginLeft: share(Math.min(within(change), 0) - low) }}
          />
        ),
      },
      {
        ...{ key: 'change (bits)', head: l10n.t('change'), cells: 'strong', sorts: 'descending' },
        ...{ value: ({ change }) => change, print: (change) => signed(change) },
      },
      { key: 'bits', head: l10n.t('bits without'), name: 'not-small', value: (row) => row.bits, print: bits },
      ...(onCompare ? [compare] : []),
    ],
    rows,
  };
}

function Found({ state, act }: SectionProps) {
  const { matters, model, text } = state;
  const { asked, known, working, together } = matters;
  // Every message has objects of its own.
  const of = [text, asked?.by, String(asked?.answer), known?.position];
  const [ticked, setTicked] = useRememberedOf<readonly number[]>('ticked parts', of, []);
  const table = mattersTable(matters, {
    ticked,
    onTick: (part) => setTicked(ticked.includes(part) ? ticked.filter((one) => one !== part) : [...ticked, part]),
    onCompare: model?.trunk !== null && ((part) => compareWithout(state, part, act)),
  });
  const alone = sum(known?.parts ?? [], ({ part, change }) => (together?.parts.includes(part) ? change : 0));
  return (
    <>
      <div data-picture="matters">
        <div
          class="behind-box both-box above"
          role="region"
          aria-label={l10n.t('{0}: as a table', title())}
          tabIndex={0}
        >
          <Table
            {...table}
            name="dense matters-table"
            label={title()}
            row={({ part }) => ({ class: ticked.includes(part) ? 'current' : undefined, 'data-part': part })}
          />
        </div>
        <p class="note">{mattersNote()}</p>
      </div>
      <div class="row centre above">
        <Checkbox
          checked={colouringOf(state) === 'matters'}
          onToggle={(on) => act.post({ type: 'setOptions', options: { colouring: on ? 'matters' : 'surprisal' } })}
        >
          {l10n.t('Colour the text by it')}
        </Checkbox>
        {ticked.length > 1 && !working && (
          <Button onPress={() => act.post({ type: 'matterTogether', parts: [...ticked] })}>
            {l10n.t('Leave {0} out together', count(ticked.length))}
          </Button>
        )}
        <TakeAway picture="matters" title={title()} tables={() => [copiedRows(table)]} />
      </div>
      {together && (
        <p class="said readable above" data-fact="together" role="status">
          {l10n.t(
            'Left out together: {0} bits. One by one they add up to {1}.',
            signed(together.change),
            signed(alone),
          )}
        </p>
      )}
    </>
  );
}

function Body(props: SectionProps) {
  const { state, act } = props;
  const { matters, run, position, text } = state;
  const { grains, usual, asked, known, isDone, working, failure } = matters;
  const [wanted, setBy] = useRememberedOf<MatterGrain | null>('grain of matters', [text], null);
  const [chosen, setChosen] = useRememberedOf<string | null>('answer of matters', [text], null);
  const [typed, setTyped] = useRemembered('text of an answer', '');
  if (!run || position === null || position >= run.length) return <Pending>{missingPrediction(state)}</Pending>;
  const by = wanted ?? usual;
  const answers = answersOf(state);
  const token = answers.find(({ id }) => String(id) === chosen) ?? answers[0];
  const answer = chosen === 'text' ? typed : !token || token === answers[0] ? null : [token.id];
  const isSame = asked?.by === by && String(asked.answer) === String(answer) && known?.position === position;
  const ask = () => answer !== '' && act.post({ type: 'matter', by, answer });
  const field = { id: 'matters-answer', label: l10n.t('answer'), placeholder: l10n.t('answer'), maxLength: 1000 };
  return (
    <>
      <div class="row centre small quiet above">
        <span class="row centre">
          {l10n.t('part')}
          <Toggles
            label={l10n.t('part')}
            options={grains.map((one) => [one.by, grainNames()[one.by]])}
            value={by}
            onChoose={setBy}
          />
        </span>
        <span class="row centre">
          {l10n.t('answer')}
          <Toggles
            label={l10n.t('answer')}
            options={[
              ...answers.map((one) => [String(one.id), plainToken(one)] as const),
              ['text', l10n.t('any text')],
            ]}
            value={chosen === 'text' ? 'text' : String(token?.id)}
            onChoose={setChosen}
          />
        </span>
        {chosen === 'text' && (
          <TextField {...field} value={typed} onInput={setTyped} onKeyDown={({ key }) => key === 'Enter' && ask()} />
        )}
        {working ? (
          <Button onPress={() => act.post({ type: 'stopMatters' })}>{l10n.t('Stop')}</Button>
        ) : (
          !(isSame && isDone) && (
            <Button primary onPress={ask}>
              {l10n.t('Leave each out (runs: {0})', count(grains.find((one) => one.by === by)?.parts ?? 0))}
            </Button>
          )
        )}
      </div>
      {working && <LabProgress running={working} title={title()} />}
      {failure !== null && <NoticeLine kind="failed" said={failure} />}
      {known ? <Found {...props} /> : !working && <p class="note readable">{mattersNote()}</p>}
      {!known && !working && <WhereToContinue {...props} />}
    </>
  );
}

export const mattersSection: Section = {
  id: 'matters',
  title,
  shown: ({ model, text }) => text !== null && model !== null && (predicts(model) || model.server !== undefined),
  missing: withoutPredictions,
  finding: mattersFinding,
  // What is known stays with its position while others are chosen.
  Controls: ({ state, ...props }) => (
    <ChosenPlace {...props} state={{ ...state, position: state.matters.known?.position ?? state.position }} />
  ),
  Body,
};
