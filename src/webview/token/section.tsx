import * as l10n from '@vscode/l10n';
import type { PanelState } from '../../shared/panel';
import { metrics } from '../../shared/tokens';
import { awaited } from '../parts/awaited';
import { Copy } from '../parts/copy';
import { hexPairs } from '../../shared/format';
import { plainToken } from '../../shared/glyphs';
import { metricColumn } from '../parts/metrics';
import { TokenText } from '../parts/text';
import { filled } from '../parts/words';
import { Pending, type Section, type SectionProps } from '../section';
import { chosenToken, isElsewhere, ownToken } from '../store';
import { Facts, Facing, OwnRanks } from './facts';
import { tokenFinding } from './finding';
import { Histograms } from './histograms';

function rows({ token: facts }: PanelState): readonly (readonly (string | number)[])[] {
  if (!facts) return [];
  const { token, ownRank, facing } = facts;
  return [
    ['token', plainToken(token)],
    ['id', token.id],
    ['bytes', hexPairs(token.bytes)],
    ['size', token.size],
    ['percentile', token.percentile],
    ...(token.outputSize === undefined
      ? []
      : [
          ['output size', token.outputSize],
          ['output percentile', token.outputPercentile ?? ''],
          ['angle between input and output', token.angleInputOutput ?? ''],
        ]),
    ...(facing
      ? [
          ['size with the final norm’s gain', facing.size],
          ['angle of that to the output row', facing.angle ?? ''],
        ]
      : []),
    ['own rank by', 'raw', 'centred', ...(ownRank.normed ? ['after final norm'] : [])],
    ...metrics.map((metric) => [
      metricColumn[metric],
      ownRank.raw[metric],
      ownRank.centred[metric],
      ...(ownRank.normed ? [ownRank.normed[metric]] : []),
    ]),
  ];
}

function Body({ state, act }: SectionProps) {
  const { token: facts, model, text } = state;
  const token = chosenToken(state);
  const wait = awaited(state, l10n.t('Load the model to see its own ranks.'));
  if (!token || !model)
    return <Pending>{l10n.t('Choose a token to see its size and its place among the others.')}</Pending>;
  return (
    <div class="token-columns">
      <div>
        <Facts token={token} tied={model.tied} />
        {facts?.facing && <Facing facing={facts.facing} />}
        {facts ? <OwnRanks ownRank={facts.ownRank} /> : wait !== null && <Pending>{wait}</Pending>}
      </div>
      <Histograms model={model} chosen={token} tokens={text?.tokens ?? []} act={act} />
    </div>
  );
}

function Controls({ state, act }: SectionProps) {
  const own = ownToken(state);
  return (
    <>
      {own && isElsewhere(state) && (
        <button type="button" class="text-link" onClick={() => act.post({ type: 'chooseToken', id: null })}>
          {filled(l10n.t('Back to {0}'), <TokenText token={own} />)}
        </button>
      )}
      {state.token && (
        <Copy
          label={l10n.t('Copy the facts of this token as a table')}
          copied={l10n.t('Copied the facts of this token')}
          rows={() => rows(state)}
          act={act}
        />
      )}
    </>
  );
}

export const token: Section = {
  id: 'token',
  title: () => l10n.t('Token'),
  shown: ({ model, text, token: facts }) => model !== null && (text !== null || facts !== null),
  finding: tokenFinding,
  Controls,
  Body,
};
