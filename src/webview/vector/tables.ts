import * as l10n from '@vscode/l10n';
import { degrees, fixed, probability, size } from '../../shared/format';
import { metrics } from '../../shared/metrics';
import type { OwnVector, PredictedByVector, VectorOperand } from '../../shared/vectors/vector';
import type { TableData } from '../parts/columns';
import { metricName } from '../parts/metrics';
import { barColumn } from '../parts/table';

/** The operands of a vector, with their angle to it and their places around it. */
export const operandTable = ({ operands }: OwnVector): TableData<VectorOperand> => ({
  columns: [
    { key: 'operand', head: l10n.t('operand'), names: true, value: ({ token, name }) => token?.token ?? name },
    { key: 'id', value: ({ token }) => token?.token.id },
    { key: 'size', head: l10n.t('size'), name: 'size', value: (operand) => operand.size, print: size },
    { key: 'angle (degrees)', head: l10n.t('angle to it'), value: ({ angle }) => angle ?? null, print: degrees },
    ...metrics.map((metric) => ({
      key: `rank by ${metric}`,
      head: l10n.t('rank by {0}', metricName(metric)),

      value: ({ token }: VectorOperand) => token?.ranks[metric] ?? null,
    })),
  ],
  rows: operands,
});

/** What the model would predict if the vector were h. */
export const predictedTable = (
  { predicted }: OwnVector,
  onChoose?: (id: number) => void,
): TableData<PredictedByVector> => ({
  columns: [
    { key: 'id', value: ({ token }) => token.id },
    {
      ...{ key: 'token', head: l10n.t('token'), name: 'name', names: true, value: ({ token }) => token },
      press: onChoose && (({ token }) => onChoose(token.id)),
    },
    { key: 'logit', head: l10n.t('logit'), value: ({ logit }) => logit, print: (logit) => fixed(logit, 2) },
    barColumn<PredictedByVector>((entry) => entry.probability),
    { key: 'probability', head: l10n.t('probability'), value: (entry) => entry.probability, print: probability },
  ],
  rows: predicted,
});
