import { capitalised, valued } from './format';
import { english, listedInWords, type Translator } from './translator';

/** In the order in which they are shown: the first two agree more often than either does with the third. */
export const metrics = ['euclidean', 'cosine', 'dot'] as const;
export type Metric = (typeof metrics)[number];

export type ByMetric<T> = Readonly<Record<Metric, T>>;

/** One value for each metric. */
export const byMetric = <T>(of: (metric: Metric) => T): ByMetric<T> =>
  Object.fromEntries(metrics.map((metric) => [metric, of(metric)])) as Record<Metric, T>;

export interface MetricWords {
  /** In running text, and above a column of values: `distance`. */
  readonly name: string;
  /** Above a list: `Distance`. */
  readonly title: string;
  /** What a list is called: `Nearest by distance`. */
  readonly list: string;
  /** Above a column of tokens: `by distance`. */
  readonly by: string;
  /** `distance 1.000` */
  readonly valued: (value: string) => string;
  /** `second by distance` */
  readonly ranked: (rank: string) => string;
  /** What the vectorscope draws for it, and which tokens it lights. */
  readonly curves: string;
}

/**
 * A way to compare a query q with a row w. The value must follow from q·w, ‖q‖ and ‖w‖ alone: searches and the
 * vectorscope know nothing else.
 */
interface MetricFacts {
  readonly smallerIsNearer: boolean;
  /** In the letters of the query and the row. */
  formula(query: string, row: string): string;
  /** The formula above a narrow column, where it is shorter. */
  readonly shortFormula?: string;
  readonly decimals: number;
  /** Lists show the angle, degrees, beside the value. */
  readonly hasAngle?: true;
  /** The value, given q·w, ‖q‖ and ‖w‖. */
  from(dot: number, querySize: number, rowSize: number): number;
  words(l10n: Translator): MetricWords;
}

const wordsOf = (l10n: Translator, name: string, curves: string): MetricWords => ({
  name,
  title: capitalised(name),
  list: l10n.t('Nearest by {0}', name),
  by: l10n.t('by {0}', name),
  valued: (value) => valued(name, value),
  ranked: (rank) => l10n.t('{0} by {1}', rank, name),
  curves,
});

/**
 * All that is shown of a metric. The engine computes with `src/engine/kernels/metrics.ts`, the vectorscope draws with
 * `src/webview/vectorscope/curves.ts`.
 */
export const metricFacts: ByMetric<MetricFacts> = {
  euclidean: {
    smallerIsNearer: true,
    formula: (query, row) => `‖${query} − ${row}‖`,
    decimals: 3,
    from: (dot, querySize, rowSize) => Math.sqrt(Math.max(0, querySize ** 2 + rowSize ** 2 - 2 * dot)),
    words: (l10n) =>
      wordsOf(
        l10n,
        l10n.t('distance'),
        l10n.t('Each circle around the axis’s tip marks one distance. The tokens nearest to the tip are highlighted.'),
      ),
  },
  cosine: {
    smallerIsNearer: false,
    formula: (query, row) => `${query}·${row} / ‖${query}‖‖${row}‖`,
    shortFormula: 'cos θ',
    decimals: 3,
    hasAngle: true,
    // A vector of zeros has no direction.
    from: (dot, querySize, rowSize) =>
      querySize > 0 && rowSize > 0 ? Math.max(-1, Math.min(1, dot / (querySize * rowSize))) : 0,
    words: (l10n) =>
      wordsOf(
        l10n,
        l10n.t('cosine'),
        l10n.t(
          'Each ray marks one angle. The tokens nearest to the axis’s direction are highlighted, whatever their size.',
        ),
      ),
  },
  dot: {
    smallerIsNearer: false,
    formula: (query, row) => `${query}·${row}`,
    decimals: 3,
    from: (dot) => dot,
    words: (l10n) =>
      wordsOf(
        l10n,
        l10n.t('dot product'),
        l10n.t('Height is the dot product divided by the size of the axis. The highest tokens are highlighted.'),
      ),
  },
};

/** Column names of copied tables. They are data and not translated. */
export const metricColumn = byMetric((metric) => metricFacts[metric].words(english).name);

/** The order of two values, the nearer first. */
export const nearerFirst = (metric: Metric, a: number, b: number): number =>
  metricFacts[metric].smallerIsNearer ? a - b : b - a;

export const shortFormula = (metric: Metric): string =>
  metricFacts[metric].shortFormula ?? metricFacts[metric].formula('q', 'w');

/** The names of all metrics in running text: `distance, cosine and dot product`. */
export const metricNames = (l10n: Translator): string =>
  listedInWords(
    metrics.map((metric) => metricFacts[metric].words(l10n).name),
    l10n,
  );

/** The angle in degrees, 0 … 180. Rounding may have taken the cosine just beyond ±1. */
export const angleOfCosine = (cosine: number): number => (Math.acos(Math.max(-1, Math.min(1, cosine))) * 180) / Math.PI;
