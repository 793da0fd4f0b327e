import type { DataColumn } from './columns';
import { degrees, fixed } from './format';
import { type ByMetric, type Metric, metricColumn, metricFacts, metrics } from './metrics';
import { type NeighbourSpace, searchedIn, sizeOnSide } from './sides';
import type { NamedToken, RankedToken } from './tokens';
import { english, type Translator } from './translator';

/** A list entry with its rank, from 1. */
export interface RankedEntry<E> {
  readonly entry: E;
  readonly rank: number;
}

export const rankedIn = <E>(list: readonly E[]): readonly RankedEntry<E>[] =>
  list.map((entry, at) => ({ entry, rank: at + 1 }));

/** A neighbour, as far as it is known. JSON has the value by which its list is sorted, and the measures with `json`. */
export interface Neighbour extends Partial<Omit<RankedToken, 'token' | 'values'>> {
  readonly token: NamedToken;
  readonly values: Partial<ByMetric<number>>;
}

export type NeighbourRow<E extends Neighbour = RankedToken> = RankedEntry<E> & { readonly by: Metric };

interface Measure extends DataColumn<RankedEntry<Neighbour>> {
  readonly key: string;
  /** The key of its number in JSON, which is that in `Neighbour`; absent if JSON does not have it. */
  readonly json?: keyof RankedToken;
  /** Which of the lists side by side show it; all of them if absent. A table of all lists always does. */
  readonly lists?: Metric;
}

/**
 * The numbers of a neighbour. Without `json` a column appears on the page and in *Copy* alone; with it also in files,
 * `--json`, a terminal and for agents. `measured` in `engine/analysis/neighbours.ts` computes its number.
 */
export const neighbourMeasures = (l10n: Translator): readonly Measure[] =>
  metrics.flatMap((metric): readonly Measure[] => [
    {
      lists: metric,
      key: metricColumn[metric],
      head: metricFacts[metric].words(l10n).name,
      value: ({ entry }) => entry.values[metric],
      print: (value) => fixed(value, metricFacts[metric].decimals),
    },
    ...(metricFacts[metric].hasAngle
      ? [
          {
            lists: metric,
            key: 'angle (degrees)',
            head: l10n.t('angle'),
            value: ({ entry }: RankedEntry<Neighbour>) => entry.angle,
            print: degrees,
          },
        ]
      : []),
  ]);

/** Neighbours by any metric, one below the other. */
export const neighbourColumns = (space: NeighbourSpace | undefined, l10n: Translator) =>
  ({
    before: [
      ...(space ? [{ key: 'space', value: () => space }] : []),
      { key: 'by', value: ({ by }) => metricColumn[by] },
    ],
    rank: { key: 'rank', head: '#', value: ({ rank }) => rank },
    id: { key: 'id', value: ({ entry }) => entry.token.id },
    token: { key: 'token', head: l10n.t('token'), value: ({ entry }) => entry.token },
    size: {
      key: 'size',
      head: l10n.t('size'),
      value: ({ entry }) => sizeOnSide(entry.token, searchedIn(space)) ?? undefined,
    },
    measures: neighbourMeasures(l10n),
  }) satisfies Record<string, DataColumn<NeighbourRow<Neighbour>> | readonly DataColumn<NeighbourRow<Neighbour>>[]>;

/** A list entry as JSON has it. */
export interface InspectedEntry {
  readonly id: number;
  readonly text: string;
  readonly value: number;
  /** Of a vector of one's own: this token is a part of it. */
  readonly operand?: true;
}

/** The keys of the measures that JSON has. */
export const keysInJson = (measures: readonly Pick<Measure, 'json'>[]): readonly (keyof RankedToken)[] =>
  measures.flatMap(({ json = [] }) => json);
export const measureKeys = keysInJson(neighbourMeasures(english));

export const inspectedEntry = (by: Metric, entry: Neighbour, keys = measureKeys): InspectedEntry => ({
  id: entry.token.id,
  text: entry.token.text,
  value: entry.values[by] ?? NaN,
  ...Object.fromEntries(keys.map((key) => [key, entry[key]])),
});

/** A token of which JSON has the text alone, without its bytes. */
export const namedOnly = ({ id, text }: { readonly id: number; readonly text: string }): NamedToken => ({
  ...{ id, text, bytes: [], special: false, size: null, percentile: null },
});

/** Rows of a list that JSON has. */
export const neighbourRows = (
  list: readonly InspectedEntry[],
  by: Metric,
): readonly NeighbourRow<Neighbour & Pick<InspectedEntry, 'operand'>>[] =>
  rankedIn(list.map(({ value, ...entry }) => ({ ...entry, token: namedOnly(entry), values: { [by]: value } }))).map(
    (row) => ({ ...row, by }),
  );
