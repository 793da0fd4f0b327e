import * as l10n from '@vscode/l10n';
import { logitDifference, type PushPart } from '../../shared/difference';
import { bits, fixed, raw, signed, size } from '../../shared/format';
import type { Journey, LogitPair } from '../../shared/layers';
import type { VocabularyToken } from '../../shared/tokens';
import type { Actions } from '../actions';
import type { Column } from '../parts/columns';
import { Copy } from '../parts/copy';
import { rowOf, Table } from '../parts/table';
import { Sentence } from '../parts/text';
import { words } from '../parts/words';
import { differenceWords, printedDifferences, pushingName, strongestParts, times, whyRows } from './why';

interface DifferenceProps {
  readonly journey: Journey;
  readonly pair: LogitPair;
  readonly capped: boolean;
  readonly chosen: number | undefined;
  readonly act: Actions;
}

/** Why one token is likelier than another: both logits, their difference in its parts, and who pushes for which. */
export function Difference({ journey, pair, capped, chosen, act }: DifferenceProps) {
  const { output, push } = journey;
  const { against } = pair;
  const difference = logitDifference(pair);
  const printed = printedDifferences(pair);
  const biased = pair.biases.some((bias) => bias !== 0);
  const { towards, away } = strongestParts(push);
  return (
    <div class="difference">
      <div class="table-head">
        <h3>
          <Sentence words={words(l10n.t('Why {0} and not {1}'), output, against)} chosen={chosen} />
        </h3>
        <Copy name={l10n.t('The difference in its parts')} tables={() => [whyRows(journey, pair, capped)]} act={act} />
      </div>
      <p data-fact="difference">
        <Sentence words={differenceWords(output, pair, capped)} chosen={chosen} />
      </p>
      {output.id !== against.id && (
        <div class="difference-columns">
          <Logits output={output} pair={pair} biased={biased} chosen={chosen} />
          <Table<readonly [keyof typeof printed, string]>
            name="difference-parts"
            label={l10n.t('The difference in its parts')}
            columns={[
              { head: l10n.t('of the difference'), value: ([, said]) => said, names: true },
              {
                head: l10n.t('logits'),
                value: ([name]) => difference[name],
                draw: ([name]) => signed(printed[name]),
                cell: ([name]) => ({ 'data-fact': name }),
              },
            ]}
            rows={[
              ['angle', l10n.t('angle, at the mean of both sizes')],
              ['size', l10n.t('size, at the mean of both cosines')],
              ...(biased ? [['bias', l10n.t('bias')] as const] : []),
              ['difference', capped ? l10n.t('difference, before the cap') : oddsWords(difference.odds)],
            ]}
            row={([name]) => ({ class: name === 'difference' ? 'total' : undefined })}
          />
          <Pushing entries={towards} chosen={chosen} towards={output} />
          <Pushing entries={away} chosen={chosen} towards={against} />
        </div>
      )}
    </div>
  );
}

const oddsWords = (odds: number): string =>
  odds >= 1 ? l10n.t('difference; odds {0} to 1', times(odds)) : l10n.t('difference; odds 1 to {0}', times(1 / odds));

interface LogitsProps {
  readonly output: VocabularyToken;
  readonly pair: LogitPair;
  readonly biased: boolean;
  readonly chosen: number | undefined;
}

/** Both logits in their factors. */
function Logits({ output, pair, biased, chosen }: LogitsProps) {
  const { against, logits, hiddenSize, sizes, cosines, biases } = pair;
  const sides = [0, 1] as const;
  const tokenOf = (side: 0 | 1): VocabularyToken => (side === 0 ? output : against);
  const columns: readonly Column<0 | 1>[] = [
    { head: l10n.t('token'), name: 'name', names: true, value: tokenOf },
    { head: '‖h‖', value: () => hiddenSize, print: bits, name: 'quiet' },
    { head: '‖u‖', value: (side) => sizes[side], print: size },
    { head: 'cos θ', value: (side) => cosines[side], print: (cosine) => fixed(cosine, 5) },
    ...(biased
      ? [{ head: l10n.t('bias'), value: (side: 0 | 1) => biases[side], print: (bias: number) => fixed(bias, 3) }]
      : []),
    { head: l10n.t('logit'), value: (side) => logits[side], print: (logit) => fixed(logit, 2), cells: 'strong' },
  ];
  return (
    <Table
      name="difference-logits"
      label={l10n.t('Both logits')}
      columns={columns}
      rows={sides}
      chosen={chosen}
      row={(side) => rowOf(tokenOf(side), chosen)}
    />
  );
}

interface PushingProps {
  readonly entries: readonly PushPart[];
  readonly towards: VocabularyToken;
  readonly chosen: number | undefined;
}

/** The parts that push most towards one of the two tokens. */
const Pushing = ({ entries, towards, chosen }: PushingProps) => (
  <p class="pushing">
    <span class="quiet">
      <Sentence words={words(l10n.t('for {0}'), towards)} chosen={chosen} />
    </span>
    {entries.map((part) => (
      <span class="pushing-part" data-value={raw(part.value)}>
        {pushingName(part)} {signed(Math.abs(part.value))}
      </span>
    ))}
    {entries.length === 0 && <span>{l10n.t('no part')}</span>}
  </p>
);
