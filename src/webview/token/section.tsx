import * as l10n from '@vscode/l10n';
import { capitalised } from '../../shared/format';
import type { PanelState } from '../../shared/panel';
import { isSized } from '../../shared/tokens';
import { awaited } from '../parts/awaited';
import { Copy } from '../parts/copy';
import { Fold } from '../parts/fold';
import { Table } from '../parts/table';
import { TokenText, TextLink } from '../parts/text';
import { withoutMatrices } from '../parts/unknown';
import { filled } from '../parts/words';
import { Pending, type Section, type SectionProps } from '../section';
import { chosenToken, isElsewhere, ownToken } from '../store';
import { factTables, Facts, GainFacts, ownRanksTable, gainWords, ownRankWords } from './facts';
import { tokenFinding } from './finding';
import { histogramName, Histograms } from './histogram';

/** Why the token's ranks in its own lists are not there yet; null if they are never known, or need no word. */
export const withoutRanks = (state: PanelState): string | null =>
  withoutMatrices(state) === null ? awaited(state) : null;

function Body({ state }: SectionProps) {
  const { token: facts, model, text } = state;
  const token = chosenToken(state);
  const wait = withoutRanks(state);
  if (!token || !model)
    return <Pending>{l10n.t('Choose a token to see its size and its place among the others.')}</Pending>;
  const { sizes } = model;
  const facing = facts?.facing;
  return (
    <>
      <Facts token={token} model={model} />
      {facts ? (
        <Fold name="own-rank" summary={ownRankWords(facts.ownRank)}>
          {() => <Table {...ownRanksTable(facts.ownRank)} name="own-ranks" />}
        </Fold>
      ) : (
        wait !== null && <Pending>{wait}</Pending>
      )}
      {facing && (
        <Fold name="gain" summary={gainWords(facing)}>
          {() => <GainFacts facing={facing} />}
        </Fold>
      )}
      {sizes && isSized(token) ? (
        <Fold name="sizes" summary={<h3>{histogramName()}</h3>}>
          {() => <Histograms model={{ ...model, sizes }} chosen={token} tokens={text?.tokens.filter(isSized) ?? []} />}
        </Fold>
      ) : (
        <Pending>{withoutMatrices(state)}</Pending>
      )}
    </>
  );
}

function Controls({ state, act }: SectionProps) {
  const own = ownToken(state);
  const { token: facts } = state;
  return (
    <>
      {own && isElsewhere(state) && (
        <TextLink onClick={() => act.post({ type: 'chooseToken', id: null })}>
          {filled(l10n.t('Back to {0}'), <TokenText token={own} />)}
        </TextLink>
      )}
      {facts && <Copy name={capitalised(l10n.t('token'))} tables={() => factTables(facts)} />}
    </>
  );
}

export const tokenSection: Section = {
  id: 'token',
  title: () => capitalised(l10n.t('token')),
  shown: ({ model, text, token: facts }) => model !== null && (text !== null || facts !== null),
  finding: tokenFinding,
  Controls,
  Body,
};
