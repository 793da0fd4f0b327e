import * as l10n from '@vscode/l10n';
import { percent } from '../../shared/format';
import { pairs, rangesOf, type RulersResult, usual } from '../../shared/lab';
import { labTablesIn, pairNameIn } from '../../shared/labTables';
import { tokenCount } from '../parts/numbers';
import { chosenId } from '../store';
import { LabFigure } from './figure';
import { countOf, type NumberOption, NumberOptions } from './options';
import type { ExperimentPage, ResultProps } from './page';
import { TokenList } from './table';

interface Bar {
  /** 0 … 1. */
  readonly share: number;
  /** The value, printed at the end of the bar. */
  readonly text: string;
  /** The second of a pair is paler. */
  readonly second?: boolean;
}

interface BarGroup {
  readonly label: string;
  readonly bars: readonly Bar[];
}

const line = 16;
const thickness = 9;
const gap = 10;
const labelRoom = 170;
/** Room for the value at the end of a full bar. */
const valueRoom = 160;
const narrow = 480;

const rowsBefore = (groups: readonly BarGroup[], at: number): number =>
  groups.slice(0, at).reduce((sum, { bars }) => sum + bars.length, 0);

const barsHeight = (groups: readonly BarGroup[], width: number): number =>
  rowsBefore(groups, groups.length) * line + groups.length * gap + (width < narrow ? groups.length * (line + 2) : 0);

/** Horizontal bars in groups; a full bar is 1. Names stand before the groups, or above them in a narrow chart. */
function Bars({ groups, width }: { readonly groups: readonly BarGroup[]; readonly width: number }) {
  const above = width < narrow;
  const left = above ? 0 : labelRoom;
  const full = Math.max(width - left - valueRoom, 1);
  return (
    <>
      {groups.map(({ label, bars }, index) => {
        const top = rowsBefore(groups, index) * line + index * gap + (above ? (index + 1) * (line + 2) : 0) + gap / 2;
        return (
          <g class="ink">
            <text x={0} y={above ? top - 7 : top + thickness}>
              {label}
            </text>
            <line
              class="axis"
              x1={left + 0.5}
              x2={left + 0.5}
              y1={top - 3}
              y2={top + bars.length * line - line + thickness + 3}
            />
            {bars.map(({ share, text, second }, row) => (
              <g class={second ? 'second' : ''}>
                <rect
                  x={left}
                  y={top + row * line}
                  width={Math.max(share * full, share > 0 ? 1 : 0)}
                  height={thickness}
                />
                <text class="value" x={left + share * full + 6} y={top + row * line + thickness}>
                  {text}
                </text>
              </g>
            ))}
          </g>
        );
      })}
    </>
  );
}

const k: NumberOption = {
  key: 'k',
  label: () => l10n.t('entries'),
  range: rangesOf('rulers').k,
  initial: ({ options }) => options.neighbours,
};
const sample: NumberOption = {
  key: 'sample',
  label: () => l10n.t('sampled tokens'),
  range: rangesOf('rulers').sample,
  initial: usual.sample,
};

/** The parts that the experiments on the three lists of a token have in common. */
export const listsPage = {
  token: { words: () => l10n.t('of {0}'), of: ({ token }) => token },
  Options: (props) => <NumberOptions options={[k, sample]} {...props} />,
  options(draft, state) {
    const id = chosenId(state);
    return id === undefined ? null : { id, k: countOf(k, draft, state), sample: countOf(sample, draft, state) };
  },
} satisfies Partial<ExperimentPage<'rulers'>>;

const share = (value: number): string => percent(100 * value);

/** Two bars for each pair of metrics: this token, and the mean of the sample. The first pair has a legend. */
function groupsOf(one: RulersResult, of: 'overlap' | 'rbo'): readonly BarGroup[] {
  const { sample } = one;
  return pairs.map((pair, index) => {
    const own = share(one[of][pair]);
    const mean = share(sample[of][pair]);
    return {
      label: pairNameIn(pair, l10n),
      bars: [
        { share: one[of][pair], text: index === 0 ? l10n.t('{0} this token', own) : own },
        ...(sample.size > 0
          ? [
              {
                share: sample[of][pair],
                text: index === 0 ? l10n.t('{0} mean of {1}', mean, tokenCount(sample.size)) : mean,
                second: true,
              },
            ]
          : []),
      ],
    };
  });
}

/** How far the lists agree, as bars. */
export function AgreementFigures({ result, context }: ResultProps<RulersResult>) {
  const [table] = labTablesIn(l10n, context.tokenOf).rulers(result);
  const figure = (of: 'overlap' | 'rbo', title: string) => {
    const groups = groupsOf(result, of);
    return (
      <LabFigure part={of} title={title} table={table} context={context} height={(width) => barsHeight(groups, width)}>
        {(width) => <Bars groups={groups} width={width} />}
      </LabFigure>
    );
  };
  return (
    <div class="columns wide">
      {figure('overlap', l10n.t('Share of the list that two rulers have in common'))}
      {figure('rbo', l10n.t('Rank-biased overlap, where first places count more'))}
    </div>
  );
}

/** The lists of the three metrics side by side. */
export const NeighbourLists = ({ result, context }: ResultProps<RulersResult>) => (
  <div class="tiles">
    {labTablesIn(l10n, context.tokenOf)
      .rulers(result)
      .slice(1)
      .map((table) => (
        <TokenList table={table} context={context} />
      ))}
  </div>
);
