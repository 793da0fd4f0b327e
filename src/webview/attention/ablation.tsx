import * as l10n from '@vscode/l10n';
import type { Ablation, LayerPart, Replacement } from '../../shared/ablation';
import { fixed, probability, signed } from '../../shared/format';
import { type AblationView } from '../../shared/instruments';
import type { PanelState } from '../../shared/panel';
import type { Actions } from '../actions';
import { Button } from '../controls';
import { awaited } from '../parts/awaited';
import { copiedRows, type TableData } from '../parts/columns';
import { Copy } from '../parts/copy';
import { passFocus } from '../parts/passFocus';
import { rowOf, Table } from '../parts/table';
import { Sentence } from '../parts/text';
import { Toggles } from '../parts/toggles';
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

/** The predictions with and without a part, side by side. */
export function AblatedPart({ ablation, state, act }: AblatedProps) {
  const { part, by, result } = ablation;
  const { grid } = state.attention;
  const push = pushOf(part, state);
  const chosen = chosenId(state);
  return (
    <div class="without" data-part={part.kind}>
      <div class="table-head">
        <h3>{l10n.t('Without {0}', partName(part))}</h3>
        <span class="head-actions">
          {result && (
            <Copy
              label={l10n.t('Copy the two predictions as a table')}
              copied={l10n.t('Copied the two predictions')}
              tables={() => [copiedRows(beforeAfterTable(result))]}
              act={act}
            />
          )}
          <Button
            onPress={(event) => {
              passFocus(event, 'section', 'h2');
              act.post({ type: 'ablate', ablation: null });
            }}
          >
            {l10n.t('End the second run')}
          </Button>
        </span>
      </div>
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
      {result ? (
        <>
          <p data-fact="without">
            <Sentence words={ablationWords(ablation)} chosen={chosen} />
          </p>
          {by === 'zero' && grid && push !== null && (
            <p class="note" data-fact="promised">
              <Sentence words={promisedWords(push, realChange(result, grid), grid)} chosen={chosen} />
            </p>
          )}
          <BeforeAfterTable table={beforeAfterTable(result)} chosen={chosen} />
        </>
      ) : (
        <Pending>
          {awaited(state, l10n.t('Load the model to run the text without this part.')) ??
            l10n.t('Running the text without this part.')}
        </Pending>
      )}
    </div>
  );
}

const two = (value: number): string => fixed(value, 2);

/** Logits and probabilities before and after; copied with the logits first. */
export const beforeAfterTable = ({ tokens }: Ablation): TableData<Ablation['tokens'][number]> => ({
  columns: [
    { key: 'id', value: ({ token }) => token.id },
    { key: 'token', head: l10n.t('token'), name: 'name', names: true, value: ({ token }) => token },
    { head: l10n.t('before'), cells: 'before', value: ({ probabilities }) => probabilities[0], print: probability },
    {
      head: l10n.t('after'),
      cells: 'after strong',
      value: ({ probabilities }) => probabilities[1],
      print: probability,
    },
    { key: 'logit before', head: l10n.t('before'), cells: 'before', value: ({ logits }) => logits[0], print: two },
    { key: 'logit after', head: l10n.t('after'), cells: 'after', value: ({ logits }) => logits[1], print: two },
    { key: 'change', head: l10n.t('change'), cells: 'change', value: ({ logits }) => changeOf(logits), print: signed },
    { key: 'probability before', value: ({ probabilities }) => probabilities[0] },
    { key: 'probability after', value: ({ probabilities }) => probabilities[1] },
  ],
  rows: tokens,
});

interface BeforeAfterProps {
  readonly table: TableData<Ablation['tokens'][number]>;
  readonly chosen: number | undefined;
}

/** `beforeAfterTable`, drawn. Its heads beyond the two probabilities are about logits. */
export const BeforeAfterTable = ({ table, chosen }: BeforeAfterProps) => (
  <Table
    {...table}
    name="before-after"
    label={l10n.t('The likeliest tokens before and after')}
    chosen={chosen}
    row={({ token }) => rowOf(token, chosen)}
    above={<BeforeAfterGroups logits={table.columns.filter(({ head }) => head !== undefined).length - 3} />}
  />
);

/** Names the two columns of probabilities and those of logits. */
const BeforeAfterGroups = ({ logits }: { readonly logits: number }) => (
  <tr>
    <td />
    <th scope="colgroup" colSpan={2} class="group">
      {l10n.t('probability')}
    </th>
    <th scope="colgroup" colSpan={logits} class="group">
      {l10n.t('logit')}
    </th>
  </tr>
);
