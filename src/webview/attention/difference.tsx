import * as l10n from '@vscode/l10n';
import type { ComponentChildren } from 'preact';
import { logitDifference, type PushPart } from '../../shared/difference';
import { bits, fixed, raw, size } from '../../shared/format';
import type { Journey, LogitPair } from '../../shared/layers';
import type { VocabularyToken } from '../../shared/tokens';
import { Copy } from '../parts/copy';
import { Sentence, TokenText } from '../parts/text';
import { words } from '../parts/words';
import type { Actions } from '../section';
import { signed } from './measures';
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
  const { difference, odds, ...parts } = logitDifference(pair);
  const printed = printedDifferences(pair);
  const biased = pair.biases.some((bias) => bias !== 0);
  const { towards, away } = strongestParts(push);
  return (
    <div class="difference">
      <div class="table-head">
        <h3>
          <Sentence words={words(l10n.t('Why {0} and not {1}'), output, against)} chosen={chosen} />
        </h3>
        <Copy
          label={l10n.t('Copy the comparison as a table')}
          copied={l10n.t('Copied the comparison')}
          rows={() => whyRows(journey, pair, capped)}
          act={act}
        />
      </div>
      <p data-fact="difference">
        <Sentence words={differenceWords(output, pair, capped)} chosen={chosen} />
      </p>
      {output.id !== against.id && (
        <div class="difference-columns">
          <Logits output={output} pair={pair} biased={biased} chosen={chosen} />
          <table class="difference-parts" aria-label={l10n.t('The difference in its parts')}>
            <thead>
              <tr>
                <th scope="col">{l10n.t('of the difference')}</th>
                <th scope="col" class="number">
                  {l10n.t('logits')}
                </th>
              </tr>
            </thead>
            <tbody>
              <Part name="angle" value={parts.angle} printed={printed.angle}>
                {l10n.t('angle, at the mean of both sizes')}
              </Part>
              <Part name="size" value={parts.size} printed={printed.size}>
                {l10n.t('size, at the mean of both cosines')}
              </Part>
              {biased && (
                <Part name="bias" value={parts.bias} printed={printed.bias}>
                  {l10n.t('bias')}
                </Part>
              )}
            </tbody>
            <tfoot>
              <Part name="difference" value={difference} printed={printed.difference}>
                {capped ? l10n.t('difference, before the cap') : oddsWords(odds)}
              </Part>
            </tfoot>
          </table>
          <Pushing entries={towards} chosen={chosen} towards={output} />
          <Pushing entries={away} chosen={chosen} towards={against} />
        </div>
      )}
    </div>
  );
}

const oddsWords = (odds: number): string =>
  odds >= 1 ? l10n.t('difference; odds {0} to 1', times(odds)) : l10n.t('difference; odds 1 to {0}', times(1 / odds));

const Part = ({
  name,
  value,
  printed,
  children,
}: {
  readonly name: string;
  readonly value: number;
  readonly printed: number;
  readonly children: ComponentChildren;
}) => (
  <tr>
    <th scope="row">{children}</th>
    <td class="number" data-fact={name} data-value={raw(value)}>
      {signed(printed)}
    </td>
  </tr>
);

interface LogitsProps {
  readonly output: VocabularyToken;
  readonly pair: LogitPair;
  readonly biased: boolean;
  readonly chosen: number | undefined;
}

/** Both logits in their factors. */
function Logits({ output, pair, biased, chosen }: LogitsProps) {
  const { against, logits, hiddenSize, sizes, cosines, biases } = pair;
  return (
    <table class="difference-logits" aria-label={l10n.t('Both logits')}>
      <thead>
        <tr>
          <th scope="col" class="name">
            {l10n.t('token')}
          </th>
          {['‖h‖', '‖u‖', 'cos θ', ...(biased ? [l10n.t('bias')] : []), l10n.t('logit')].map((head) => (
            <th scope="col" class="number">
              {head}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {([0, 1] as const).map((side) => {
          const token = side === 0 ? output : against;
          return (
            <tr data-id={token.id} class={token.id === chosen ? 'query' : ''}>
              <th scope="row" class="name">
                <TokenText token={token} chosen={token.id === chosen} />
              </th>
              <td class="number quiet">{bits(hiddenSize)}</td>
              <td class="number">{size(sizes[side])}</td>
              <td class="number">{fixed(cosines[side], 5)}</td>
              {biased && <td class="number">{fixed(biases[side], 3)}</td>}
              <td class="number strong" data-value={raw(logits[side])}>
                {fixed(logits[side], 2)}
              </td>
            </tr>
          );
        })}
      </tbody>
    </table>
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
