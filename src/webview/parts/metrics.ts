import * as l10n from '@vscode/l10n';
import type { Label } from '../../shared/columns';
import { fixed } from '../../shared/format';
import { metricColumn, metricFacts, type Metric, type MetricWords } from '../../shared/metrics';

export const metricWords = (metric: Metric): MetricWords => metricFacts[metric].words(l10n);

export const metricName = (metric: Metric): string => metricWords(metric).name;

export const metricLabel = (metric: Metric): Label => ({ key: metricColumn[metric], label: metricName(metric) });

/** A value with the name of its metric: `distance 1.000`. */
export const metricValue = (metric: Metric, value: string): string => metricWords(metric).valued(value);

export const printedValue = (metric: Metric, value: number): string => fixed(value, metricFacts[metric].decimals);
