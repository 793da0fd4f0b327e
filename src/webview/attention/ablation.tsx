import * as l10n from '@vscode/l10n';
import type { ComponentChildren } from 'preact';
import type { Ablation, LayerPart, Replacement } from '../../shared/ablation';
import { fixed, probability, signed } from '../../shared/format';
import { type AblationView } from '../../shared/instruments';
import type { PanelState } from '../../shared/panel';
import type { OwnRun } from '../../shared/provenance';
import type { Actions } from '../actions';
import { Button } from '../controls';
import { pending } from '../parts/awaited';
import { type Column, copiedRows, type TableData } from '../parts/columns';
import { Copy } from '../parts/copy';
import { passFocus } from '../parts/passFocus';
import { rowOf, Table } from '../parts/table';
import { Sentence } from '../parts/text';
import { Toggles } from '../parts/toggles';
import type { Words } from '../parts/words';
import { Pending } from '../section';
import { chosenId } from '../store';
import { ablationWords, changeOf, partName, promisedWords, pushOf, realChange } from './ablationWords';

interface RunAblatedProps {
  readonly part: LayerPart;
  readonly label: string;
  readonly act: Actions;
}

/** Runs the text again without a part. */
export const RunAblated = ({ part, label, act }: RunAblatedProps) => (
  <button type="button" class="text-link" onClick={() => act.post({ type: 'ablate', ablation: { part, by: 'zero' } })}>
    {label}
  </button>
);

interface AblatedProps {
  readonly ablation: AblationView;
  readonly state: PanelState;
  readonly act: Actions;
}

interface SecondRunProps {
  readonly title: ComponentChildren;
  /** What changes the run. */
  readonly of: OwnRun;
  /** Between the title and the prediction. */
  readonly choice?: ComponentChildren;
  readonly result: Ablation | null;
  /** Why there is none yet. */
  readonly pending: string;
  /** A sentence above the table. */
  readonly said: Words;
  readonly note?: ComponentChildren;
  /** The changes of the logits that a linear push promised, one a token. */
  readonly promised?: readonly number[] | undefined;
  readonly end: string;
  readonly onEnd: () => void;
  readonly chosen: number | undefined;
  readonly act: Actions;
}

/** A prediction before and after a change of the run, side by side. */
export function SecondRun(props: SecondRunProps) {
  const { title, of, choice, result, pending, said, note, promised, end, onEnd, chosen, act } = props;
  const table = result && beforeAfterTable(result, {}, promised);
  return (
    <>
      <div class="table-head">
        <h3>{title}</h3>
        <span class="head-actions">
          {table && (
            <Copy
              name={l10n.t('The likeliest tokens before and after')}
              tables={() => [copiedRows(table)]}
              of={of}
              act={act}
            />
          )}
          <Button
            onPress={(event) => {
              passFocus(event, 'section', 'h2');
              onEnd();
            }}
          >
            {end}
          </Button>
        </span>
      </div>
      {choice}
      {table ? (
        <>
          <p data-fact="without">
            <Sentence words={said} chosen={chosen} />
          </p>
          {note}
          <Table
            {...table}
            name="before-after"
            label={l10n.t('The likeliest tokens before and after')}
            chosen={chosen}
            row={({ token }) => rowOf(token, chosen)}
            above={<BeforeAfterGroups logits={promised ? 4 : 3} />}
          />
          <p class="note">
            {l10n.t('The rows are in the order of the prediction before.')}
            {promised &&
              ` ${l10n.t('Push alone: the change of a logit if no later layer reacted and h kept its size.')}`}
          </p>
        </>
      ) : (
        <Pending>{pending}</Pending>
      )}
    </>
  );
}

/** The predictions with and without a part. */
export function AblatedPart({ ablation, state, act }: AblatedProps) {
  const { part, by, result } = ablation;
  const { grid } = state.attention;
  const push = pushOf(part, state);
  const chosen = chosenId(state);
  return (
    <div class="without" data-part={part.kind}>
      <SecondRun
        title={l10n.t('Without {0}', partName(part))}
        of="ablation"
        choice={
          <div class="without-choice">
            <span class="small quiet">{l10n.t('in its place')}</span>
            <Toggles<Replacement>
              label={l10n.t('Instead of its output')}
              options={[
                ['zero', l10n.t('zeros')],
                ['mean', l10n.t('its mean over the text')],
              ]}
              value={by}
              onChoose={(choice) => act.post({ type: 'ablate', ablation: { part, by: choice } })}
            />
          </div>
        }
        result={result}
        pending={pending(state)}
        said={ablationWords(ablation)}
        note={
          by === 'zero' &&
          grid &&
          push !== null &&
          result && (
            <p class="note" data-fact="promised">
              <Sentence words={promisedWords(push, realChange(result, grid), grid)} chosen={chosen} />
            </p>
          )
        }
        end={l10n.t('End the second run')}
        onEnd={() => act.post({ type: 'ablate', ablation: null })}
        chosen={chosen}
        act={act}
      />
    </div>
  );
}

const two = (value: number): string => fixed(value, 2);

interface Runs<R> {
  readonly names?: readonly [string, string];
  /** The names in a copy. */
  readonly keys?: readonly [string, string];
  readonly between?: readonly Column<R>[];
}

/** Logits and probabilities of two runs, and more columns between them; copied with the logits first. */
export const beforeAfterTable = <R extends Ablation['tokens'][number]>(
  { tokens }: { readonly tokens: readonly R[] },
  { names = [l10n.t('before'), l10n.t('after')], keys = ['before', 'after'], between = [] }: Runs<R> = {},
  promised?: readonly number[],
): TableData<R> => ({
  columns: [
    { key: 'id', value: ({ token }) => token.id },
    { key: 'token', head: l10n.t('token'), name: 'name', names: true, value: ({ token }) => token },
    { head: names[0], cells: 'before', value: ({ probabilities }) => probabilities[0], print: probability },
    { head: names[1], cells: 'after strong', value: ({ probabilities }) => probabilities[1], print: probability },
    ...between,
    { key: `logit ${keys[0]}`, head: names[0], cells: 'before', value: ({ logits }) => logits[0], print: two },
    { key: `logit ${keys[1]}`, head: names[1], cells: 'after', value: ({ logits }) => logits[1], print: two },
    { key: 'change', head: l10n.t('change'), cells: 'change', value: ({ logits }) => changeOf(logits), print: signed },
    { key: `probability ${keys[0]}`, value: ({ probabilities }) => probabilities[0] },
    { key: `probability ${keys[1]}`, value: ({ probabilities }) => probabilities[1] },
    ...(promised
      ? [
          {
            key: 'promised',
            head: l10n.t('push alone'),
            name: 'promised',
            value: (_: R, at: number) => promised[at],
            print: signed,
          },
        ]
      : []),
  ],
  rows: tokens,
});

interface GroupsProps {
  readonly between?: ComponentChildren;
  /** Columns about logits. */
  readonly logits?: number;
}

/** Names the two columns of probabilities and those of logits. */
export const BeforeAfterGroups = ({ between, logits = 3 }: GroupsProps) => (
  <tr>
    <td />
    <th scope="colgroup" colSpan={2} class="group">
      {l10n.t('probability')}
    </th>
    {between}
    <th scope="colgroup" colSpan={logits} class="group">
      {l10n.t('logit')}
    </th>
  </tr>
);
