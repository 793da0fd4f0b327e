import * as l10n from '@vscode/l10n';
import { count, percent, plural, probability } from '../../shared/format';
import { mostRepeated, type RepeatedToken } from '../../shared/repeats';
import { repeatsSaid } from '../../shared/untrainedWords';
import { Button } from '../controls';
import { Bar } from '../parts/progress';
import { withoutHidden } from '../parts/unknown';
import { type DataTable, ranked, tokenList, type TokenOf } from './data';
import type { ResultContext } from './page';
import { TokenList } from './table';

interface VerifyProps {
  /** The candidates, the likeliest first. */
  readonly ids: readonly number[];
  readonly context: ResultContext;
}

/** Asks the model to repeat the candidates, where it can run: what it answers is better evidence than any vector. */
export function Verify({ ids, context }: VerifyProps) {
  const { state, act, tokenOf } = context;
  const { model, lab } = state;
  const repeats = lab.untrained?.repeats;
  const first = ids.slice(0, mostRepeated);
  const isBusy = Object.values(lab).some(({ running, waits }) => running !== null || waits);
  const canRun = model !== null && (model.trunk !== null || model.server?.gives === 'hidden') && !withoutHidden(state);
  if (first.length === 0) return null;
  if (model !== null && model.trunk === null && model.server === undefined)
    return (
      <p class="note">
        {l10n.t('Verify asks the model itself to repeat these tokens. It needs the layers, which are not loaded.')}
      </p>
    );
  if (!canRun) return null;
  const fraction = repeats?.fraction ?? null;
  return (
    <div class="lab-verify">
      {fraction !== null ? (
        <>
          <p class="notice" data-notice="working">
            <span class="notice-text">
              {l10n.t('Asking the model to repeat them: {0}', percent(100 * fraction, 0))}
            </span>
            <Button onPress={() => act.post({ type: 'cancelLab', name: 'untrained' })}>{l10n.t('Stop')}</Button>
          </p>
          <Bar fraction={fraction} />
        </>
      ) : (
        !isBusy && (
          <p class="lab-controls">
            <Button onPress={() => act.post({ type: 'verifyUntrained', ids: first })}>
              {plural(first.length, {
                1: l10n.t('Verify It'),
                other: l10n.t('Verify the First {0}', count(first.length)),
              })}
            </Button>
            <span>{l10n.t('Three prompts for each ask the model to repeat the token.')}</span>
          </p>
        )
      )}
      {repeats?.failed && <p role="alert">{repeats.failed}</p>}
      {repeats?.tokens && (
        <>
          <p role="status">{repeatsSaid(repeats.tokens, l10n)}</p>
          <TokenList
            title={l10n.t('Repeated by the model')}
            table={repeatsTable(repeats.tokens, tokenOf)}
            context={context}
            grows
          />
        </>
      )}
    </div>
  );
}

export const repeatsTable = (tokens: readonly RepeatedToken[], tokenOf: TokenOf): DataTable => ({
  ...ranked(
    tokenList(
      tokens,
      [
        { key: 'highest probability', label: l10n.t('highest probability'), print: probability },
        ...(tokens[0]?.byPrompt ?? []).map((_, prompt) => ({
          key: `prompt ${prompt + 1}`,
          label: l10n.t('prompt {0}', prompt + 1),
          print: probability,
          minor: true,
        })),
      ],
      ({ probability: largest, byPrompt }) => [largest, ...byPrompt],
      tokenOf,
    ),
  ),
  isList: false,
});
