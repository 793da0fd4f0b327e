import * as l10n from '@vscode/l10n';
import { count } from '../../shared/format';
import { readsText, type Experiment } from '../../shared/lab';
import { plainToken } from '../../shared/glyphs';
import type { PanelState } from '../../shared/panel';
import { coveredCount } from '../../shared/place';
import { TokenText } from '../parts/text';
import { Toggles } from '../parts/toggles';
import { filled } from '../parts/words';
import { chosenToken } from '../store';
import { bounds, type Draft, needsToken, offered } from './asks';
import { tokensOf } from './names';
import { NumberField } from './numberField';

interface OptionsProps {
  readonly name: Experiment;
  readonly draft: Draft;
  readonly set: (change: Partial<Draft>) => void;
  readonly state: PanelState;
}

/** What can be set before an experiment runs. */
export function Options({ name, draft, set, state }: OptionsProps) {
  const number = (key: keyof typeof bounds, label: string, value = draft[key]) => (
    <NumberField
      label={label}
      value={value}
      bounds={bounds[key]}
      fraction={key === 'shift'}
      onChange={(read) => set({ [key]: read })}
    />
  );
  switch (name) {
    case 'rulers':
    case 'one-length':
      return (
        <>
          {number('k', l10n.t('entries'), draft.k ?? state.options.neighbours)}
          {number('sample', l10n.t('tokens beside it'))}
        </>
      );
    case 'round-trip':
      return (
        <>
          <Toggles
            label={l10n.t('Tokens that are tried')}
            options={[
              ['whole', l10n.t('whole vocabulary')],
              ['sample', l10n.t('sample')],
            ]}
            value={draft.whole ? 'whole' : 'sample'}
            onChoose={(choice) => set({ whole: choice === 'whole' })}
          />
          {!draft.whole && number('tried', l10n.t('tokens, evenly spaced'))}
        </>
      );
    case 'target-size':
      return (
        <>
          {number('directions', l10n.t('directions'))}
          {number('seed', l10n.t('seed'))}
        </>
      );
    case 'softmax-shift':
      return (
        <>
          {number('shift', l10n.t('length of the vector'))}
          {number('seed', l10n.t('seed'))}
        </>
      );
    case 'between':
      return (
        <>
          <To draft={draft} set={set} state={state} />
          {number('steps', l10n.t('steps'))}
        </>
      );
    case 'length':
    case 'tied':
    case 'extremes':
      return null;
  }
}

const byId = 'id';

/** Where the walk leads: the predicted token, one of the text, or any other by its id. */
function To({ draft: { to }, set, state }: Omit<OptionsProps, 'name'>) {
  const ids = offered(state);
  const isOffered = to === null || ids.includes(to);
  const predicted = state.prediction?.top[0]?.token;
  const named = (id: number): string => {
    const token =
      predicted?.id === id
        ? predicted
        : (state.text?.tokens.find((one) => one.id === id) ?? tokensOf(state)({ id, text: '' }));
    return predicted?.id === id ? l10n.t('{0}, predicted', plainToken(token)) : plainToken(token);
  };
  return (
    <>
      <label class="lab-option">
        <span>{l10n.t('to')}</span>
        <select
          class="lab-select"
          value={isOffered ? String(to ?? ids[0] ?? '') : byId}
          onChange={(event) =>
            set({ to: event.currentTarget.value === byId ? (to ?? ids[0] ?? 0) : Number(event.currentTarget.value) })
          }
        >
          {ids.map((id) => (
            <option value={String(id)}>{named(id)}</option>
          ))}
          {!isOffered && <option value={byId}>{named(to)}</option>}
        </select>
      </label>
      <NumberField
        label={l10n.t('or by its id')}
        value={to ?? ids[0] ?? null}
        bounds={[0, (state.model?.vocabulary ?? bounds.to[1] + 1) - 1]}
        onChange={(id) => set({ to: id })}
      />
    </>
  );
}

/** What it runs on: the chosen token, the inspected text. */
export function Subject({ name, state }: Pick<OptionsProps, 'name' | 'state'>) {
  const token = chosenToken(state);
  const { text, source } = state;
  return (
    <>
      {needsToken(name) && token && (
        <span>
          {filled(name === 'between' ? l10n.t('from {0}') : l10n.t('of {0}'), <TokenText token={token} chosen />)}
        </span>
      )}
      {readsText(name) && text && source && (
        <span>
          {filled(
            text.contextCount > 0
              ? l10n.t('on the inspected text, without its context: {0}')
              : l10n.t('on the inspected text: {0}'),
            <q class="lab-text">{source.excerpt}</q>,
          )}
          {text.leftOut > 0 && ` ${l10n.t('Only its first {0} tokens count.', count(coveredCount(text)))}`}
        </span>
      )}
    </>
  );
}
