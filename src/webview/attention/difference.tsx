import * as l10n from '@vscode/l10n';
import { type DataRows, dataRows } from '../../shared/columns';
import { logitDifference, type PushPart, type LogitDifference, pushPartsOf, pushTable } from '../../shared/difference';
import { bits, fixed, raw, signed, size, count, printedParts, toldApart, valued } from '../../shared/format';
import { layerPartName } from '../../shared/layerParts';
import type { Journey, LogitPair } from '../../shared/layers';
import type { VocabularyToken } from '../../shared/tokens';
import { copiedRows, type TableData } from '../parts/columns';
import { Copy } from '../parts/copy';
import { tokenRow, Table } from '../parts/table';
import { Sentence } from '../parts/text';
import { words, type Words } from '../parts/words';

/** A ratio of two probabilities, ≥ 1, with about three digits: as many as tell it from 1. */
const times = (ratio: number): string =>
  ratio >= 1e6
    ? l10n.t('over a million')
    : ratio >= 100
      ? count(Number(ratio.toPrecision(3)))
      : (toldApart([ratio, 1], 1)[0] ?? '');

/** The difference of two logits as their printed digits subtract, and its parts, which add up to it. */
function printedDifferences(pair: LogitPair): Omit<LogitDifference, 'odds'> {
  const { angle, size, bias } = logitDifference(pair);
  const [own, other] = pair.logits.map((logit) => Number(logit.toFixed(2))) as [number, number];
  const difference = Number((own - other).toFixed(2));
  const [byAngle = 0, bySize = 0, byBias = 0] = printedParts(difference, [angle, size, bias], 2);
  return { difference, angle: byAngle, size: bySize, bias: byBias };
}

/** Which of two logits is larger, the odds, and whether angle or size decides. */
export function differenceWords(output: VocabularyToken, pair: LogitPair, capped: boolean): Words {
  const { against } = pair;
  if (output.id === against.id) return words(l10n.t('Both are {0}. Compare it with another token.'), output);
  const { odds } = logitDifference(pair);
  const { difference, angle, size, bias } = printedDifferences(pair);
  if (difference === 0)
    return words(l10n.t('The logits of {0} and {1} differ by less than {2}.'), output, against, fixed(0.01, 2));
  const leads = words(
    capped
      ? l10n.t('The logit of {0} is {2} above that of {1}, before the cap.')
      : l10n.t('The logit of {0} is {2} above that of {1}: {0} is {3} times as likely.'),
    ...(difference > 0 ? ([output, against] as const) : ([against, output] as const)),
    fixed(Math.abs(difference), 2),
    times(odds >= 1 ? odds : 1 / odds),
  );
  return words(
    bias === 0
      ? l10n.t('{0} Angles account for {1}, sizes for {2}.')
      : l10n.t('{0} Angles account for {1}, sizes for {2}, biases for {3}.'),
    leads,
    ...[angle, size, bias].map((part) => signed(Math.sign(difference) * part)),
  );
}

const listed = 4;

/** The parts that push most towards the first token, and most towards the second, each the strongest first. */
export function strongestParts({
  push,
  kinds,
}: Pick<Journey, 'push' | 'kinds'>): Readonly<Record<'towards' | 'away', readonly PushPart[]>> {
  const sorted = pushPartsOf(push, kinds).sort((a, b) => b.value - a.value);
  return {
    towards: sorted.slice(0, listed).filter(({ value }) => value > 0),
    away: sorted
      .slice(-listed)
      .toReversed()
      .filter(({ value }) => value < 0),
  };
}

export function pushingName({ kind, layer = 0, ...made }: PushPart): string {
  switch (kind) {
    case 'input':
      return l10n.t('input');
    case 'attention':
    case 'feedForward':
      return valued(layerPartName({ kind, ...made }, l10n), layer);
    case 'bias':
      return l10n.t('biases');
  }
}

interface DifferenceProps {
  readonly journey: Journey;
  readonly pair: LogitPair;
  readonly capped: boolean;
  readonly chosen: number | undefined;
}

/** Why one token is likelier than another: both logits, their difference in its parts, and who pushes for which. */
export function Difference({ journey, pair, capped, chosen }: DifferenceProps) {
  const { output } = journey;
  const { against } = pair;
  const { towards, away } = strongestParts(journey);
  return (
    <div class="difference">
      <div class="spread">
        <h3>
          <Sentence words={words(l10n.t('Why {0} and not {1}'), output, against)} chosen={chosen} />
        </h3>
        <Copy name={l10n.t('The difference in its parts')} tables={() => differenceTables(journey, pair, capped)} />
      </div>
      <p data-fact="difference">
        <Sentence words={differenceWords(output, pair, capped)} chosen={chosen} />
      </p>
      {output.id !== against.id && (
        <div class="columns wide above">
          <Table
            {...logitsTable(output, pair)}
            name="difference-logits"
            label={l10n.t('Both logits')}
            chosen={chosen}
            row={(side) => tokenRow(side === 0 ? output : against, chosen)}
          />
          <Table
            {...partsTable(pair, capped)}
            name="difference-parts"
            label={l10n.t('The difference in its parts')}
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

const hasBias = ({ biases }: LogitPair): boolean => biases.some((bias) => bias !== 0);

/** Both logits in their factors. */
function logitsTable(output: VocabularyToken, pair: LogitPair): TableData<0 | 1> {
  const { against, logits, hiddenSize, sizes, cosines, biases } = pair;
  return {
    columns: [
      {
        ...{ key: 'token', head: l10n.t('token'), name: 'name', names: true },
        value: (side) => (side === 0 ? output : against),
      },
      { key: '‖h‖', head: '‖h‖', value: () => hiddenSize, print: bits, name: 'quiet' },
      { key: '‖u‖', head: '‖u‖', value: (side) => sizes[side], print: size },
      { key: 'cos θ', head: 'cos θ', value: (side) => cosines[side], print: (cosine) => fixed(cosine, 5) },
      {
        ...{ key: 'bias', head: hasBias(pair) ? l10n.t('bias') : undefined },
        ...{ value: (side) => biases[side], print: (bias) => fixed(bias, 3) },
      },
      {
        ...{ key: 'logit', head: l10n.t('logit'), cells: 'strong' },
        ...{ value: (side) => logits[side], print: (logit) => fixed(logit, 2) },
      },
    ],
    rows: [0, 1],
  };
}

/** The difference of two logits in its parts. */
function partsTable(pair: LogitPair, capped: boolean): TableData<readonly [keyof LogitDifference, string]> {
  const difference = logitDifference(pair);
  const printed = { ...printedDifferences(pair), odds: NaN };
  return {
    columns: [
      { key: 'of the difference', head: l10n.t('of the difference'), value: ([key, label]) => ({ key, label }) },
      {
        ...{ key: 'logits', head: l10n.t('logits'), value: ([name]) => difference[name] },
        draw: ([name]) => signed(printed[name]),
        cell: ([name]) => ({ 'data-fact': name }),
      },
      { key: 'odds', value: ([name]) => (name === 'difference' && !capped ? difference.odds : null) },
    ],
    rows: [
      ['angle', l10n.t('angle, at the mean of both sizes')],
      ['size', l10n.t('size, at the mean of both cosines')],
      ...(hasBias(pair) ? [['bias', l10n.t('bias')] as const] : []),
      ['difference', capped ? l10n.t('difference, before the cap') : oddsWords(difference.odds)],
    ],
  };
}

/** The comparison for the clipboard. */
export const differenceTables = (
  { output, push, kinds }: Pick<Journey, 'output' | 'push' | 'kinds'>,
  pair: LogitPair,
  capped: boolean,
): readonly DataRows[] => [
  copiedRows(logitsTable(output, pair)),
  copiedRows(partsTable(pair, capped)),
  dataRows(pushTable(pushPartsOf(push, kinds))),
];

interface PushingProps {
  readonly entries: readonly PushPart[];
  readonly towards: VocabularyToken;
  readonly chosen: number | undefined;
}

/** The parts that push most towards one of the two tokens. */
const Pushing = ({ entries, towards, chosen }: PushingProps) => (
  <p class="row small">
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
