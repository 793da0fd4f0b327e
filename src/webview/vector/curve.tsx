import * as l10n from '@vscode/l10n';
import { useMemo } from 'preact/hooks';
import { plain, probability } from '../../shared/format';
import type { SteerCurve } from '../../shared/vectors/steering';
import { LeadersChart } from '../journey/leaders/chart';
import { type TableData } from '../parts/columns';
import { Behind } from '../picture/behind';
import { Figure } from '../picture/chart';
import type { SectionProps } from '../section';
import { chosenId } from '../store';

type Line = SteerCurve['tokens'][number];

/** A token a row, a strength a column. */
const curveTable = ({ tokens, strengths }: SteerCurve): TableData<Line> => ({
  columns: [
    { key: 'id', value: ({ token }) => token.id },
    { key: 'token', head: l10n.t('token'), name: 'name', names: true, value: ({ token }) => token },
    ...strengths.map((strength, at) => ({
      ...{ key: String(strength), head: plain(strength), print: probability },
      value: ({ probabilities }: Line) => probabilities[at],
    })),
  ],
  rows: tokens,
});

interface CurveProps extends Pick<SectionProps, 'state' | 'act'> {
  readonly curve: SteerCurve;
  readonly strength: number;
}

/** The probabilities of the tokens that are first at some strength, over the strength. */
export function StrengthCurve({ curve, strength, state, act }: CurveProps) {
  const { strengths, tokens } = curve;
  const leaders = useMemo(() => {
    const isFirst = (probability: number, at: number) =>
      tokens.every(({ probabilities }) => (probabilities[at] ?? 0) <= probability);
    return {
      position: curve.position,
      rows: strengths.map((_, layer) => ({ layer, after: 'layer' as const })),
      tokens: tokens.map(({ token, probabilities }) => ({
        token,
        probability: Float64Array.from(probabilities),
        rank: Int32Array.from(probabilities, (probability, at) => (isFirst(probability, at) ? 1 : 2)),
      })),
    };
  }, [curve]);
  const title = l10n.t('Probabilities by strength');
  return (
    <>
      <h3 id="steer-title">{title}</h3>
      <Figure>
        {(width) => (
          <LeadersChart
            {...{ leaders, width, measure: 'probability', vocabulary: 1, lit: null }}
            columns={{ names: strengths.map(plain), now: strengths.indexOf(strength) }}
            chosen={chosenId(state)}
            onChoose={(id) => act.post({ type: 'chooseToken', id })}
          />
        )}
      </Figure>
      <Behind
        name="steer"
        title={title}
        table={() => ({ ...curveTable(curve), name: 'steer-table' })}
        of="steer"
        act={act}
      />
    </>
  );
}
