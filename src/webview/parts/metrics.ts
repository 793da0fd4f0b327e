import * as l10n from '@vscode/l10n';
import type { Metric } from '../../shared/tokens';

/** Column names of copied tables. They are data and not translated. */
export const metricColumn: Readonly<Record<Metric, string>> = {
  euclidean: 'distance',
  cosine: 'cosine',
  dot: 'dot product',
};

const names: Readonly<Record<Metric, () => string>> = {
  euclidean: () => l10n.t('distance'),
  cosine: () => l10n.t('cosine'),
  dot: () => l10n.t('dot product'),
};

export const metricName = (metric: Metric): string => names[metric]();

const valued: Readonly<Record<Metric, (value: string) => string>> = {
  euclidean: (value) => l10n.t('distance {0}', value),
  cosine: (value) => l10n.t('cosine {0}', value),
  dot: (value) => l10n.t('dot product {0}', value),
};

/** A value with the name of its metric: `distance 1.000`. */
export const metricValue = (metric: Metric, value: string): string => valued[metric](value);
