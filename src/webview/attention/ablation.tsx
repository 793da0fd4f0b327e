import * as l10n from '@vscode/l10n';
import type { Ablation, LayerPart, Replacement } from '../../shared/ablation';
import { fixed, probability, raw } from '../../shared/format';
import { plainToken } from '../../shared/glyphs';
import type { AblationView } from '../../shared/instruments';
import type { PanelState } from '../../shared/panel';
import { Button } from '../controls';
import { awaited } from '../parts/awaited';
import { Copy } from '../parts/copy';
import { Sentence, TokenText } from '../parts/text';
import { Toggles } from '../parts/toggles';
import { type Actions, Pending } from '../section';
import { chosenId } from '../store';
import { promisedWords, realChange, ablationWords } from './ablationWords';
import { partName, pushOf } from './layerParts';
import { signed } from './measures';

/** Runs the text again without a part. */
export const RunAblated = ({
  part,
  label,
  act,
}: {
  readonly part: LayerPart;
  readonly label: string;
  readonly act: Actions;
}) => (
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
              rows={() => ablationRows(result)}
              act={act}
            />
          )}
          <Button onPress={() => act.post({ type: 'ablate', ablation: null })}>{l10n.t('End the second run')}</Button>
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
          <BeforeAfterTable result={result} chosen={chosen} />
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

/** The table for the clipboard. */
export const ablationRows = ({ tokens }: Ablation): readonly (readonly (string | number)[])[] => [
  ['id', 'token', 'logit before', 'logit after', 'change', 'probability before', 'probability after'],
  ...tokens.map(({ token, logits, probabilities }) => [
    token.id,
    plainToken(token),
    ...logits,
    logits[1] - logits[0],
    ...probabilities,
  ]),
];

interface TableProps {
  readonly result: Ablation;
  readonly chosen: number | undefined;
}

const Value = ({ name, value, shown }: { readonly name: string; readonly value: number; readonly shown: string }) => (
  <td class={`number ${name}`} data-value={raw(value)}>
    {shown}
  </td>
);

function BeforeAfterTable({ result, chosen }: TableProps) {
  return (
    <table class="before-after" aria-label={l10n.t('The likeliest tokens before and after')}>
      <thead>
        <tr>
          <td />
          <th scope="colgroup" colSpan={2} class="group">
            {l10n.t('probability')}
          </th>
          <th scope="colgroup" colSpan={3} class="group">
            {l10n.t('logit')}
          </th>
        </tr>
        <tr>
          <th scope="col" class="name">
            {l10n.t('token')}
          </th>
          {[l10n.t('before'), l10n.t('after'), l10n.t('before'), l10n.t('after'), l10n.t('change')].map((head) => (
            <th scope="col" class="number">
              {head}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {result.tokens.map(({ token, logits, probabilities }) => (
          <tr data-id={token.id} class={token.id === chosen ? 'query' : ''}>
            <th scope="row" class="name">
              <TokenText token={token} chosen={token.id === chosen} />
            </th>
            <Value name="before" value={probabilities[0]} shown={probability(probabilities[0])} />
            <Value name="after strong" value={probabilities[1]} shown={probability(probabilities[1])} />
            <Value name="before" value={logits[0]} shown={fixed(logits[0], 2)} />
            <Value name="after" value={logits[1]} shown={fixed(logits[1], 2)} />
            <Value name="change" value={logits[1] - logits[0]} shown={signed(logits[1] - logits[0])} />
          </tr>
        ))}
      </tbody>
    </table>
  );
}
