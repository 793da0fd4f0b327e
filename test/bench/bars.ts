import { table } from '../../src/tools/text';
import { builds, type Build } from './engineUnderTest';
import { print } from './measure';

/** The most that a measured value may be: by itself, as a share of the value beside it, or both. */
export interface Bar {
  readonly value?: number;
  readonly ratio?: number;
}

export type Unit = 's' | 'ms' | 'MiB' | 'MB';

/** What was measured of the builds, and of what they are compared with. A build that was not measured is absent. */
export interface Line {
  readonly what: string;
  readonly unit: Unit;
  readonly digits?: number;
  readonly beside?: number | undefined;
  readonly ours: Partial<Record<Build, number>>;
  readonly bars?: Readonly<Partial<Record<Build, Bar>>>;
  /** The most that the tiles of 256 bits may take of the time that those of 128 bits take. */
  readonly wideBar?: number;
}

/** The bar in words, with “missed” behind it where the value is above it. */
export function verdict(bar: Bar, unit: Unit, value: number, beside?: number): string {
  const parts = [
    bar.value !== undefined && `≤ ${bar.value} ${unit}`,
    bar.ratio !== undefined && `≤ ${bar.ratio} ×`,
  ].filter((part) => part !== false);
  const missed =
    (bar.value !== undefined && value > bar.value) ||
    (bar.ratio !== undefined && beside !== undefined && value / beside > bar.ratio);
  return `${parts.join(', ')}${missed ? ', missed' : ''}`;
}

/** Prints the lines as a table: `other` names what the builds are compared with. */
export function reportBuilds(other: string, lines: readonly Line[]): void {
  const shown = builds.filter((build) => lines.some(({ ours }) => ours[build] !== undefined));
  const head = ['', other, ...shown.flatMap((build) => [build, '×', 'bar'])];
  const rows = lines.map(({ what, unit, digits = 0, beside, ours, bars }) => {
    const amount = (value: number | undefined) => (value === undefined ? '–' : `${value.toFixed(digits)} ${unit}`);
    const cells = shown.flatMap((build) => {
      const value = ours[build];
      const ratio = value === undefined || beside === undefined ? '–' : (value / beside).toFixed(3);
      const bar = bars?.[build];
      return [amount(value), ratio, value === undefined || !bar ? '' : verdict(bar, unit, value, beside)];
    });
    return [what, amount(beside), ...cells];
  });
  print(table(head, rows, `lr${'rrl'.repeat(shown.length)}`));
}

/** Prints what the tiles of 256 bits take beside those of 128 bits. */
export function reportWide(lines: readonly Line[]): void {
  const rows = lines.flatMap(({ what, unit, digits = 0, ours: { wide, relaxed }, wideBar }) =>
    wide === undefined || relaxed === undefined
      ? []
      : [
          [
            what,
            `${relaxed.toFixed(digits)} ${unit}`,
            `${wide.toFixed(digits)} ${unit}`,
            (wide / relaxed).toFixed(2),
            wideBar === undefined ? '' : verdict({ ratio: wideBar }, unit, wide, relaxed),
          ],
        ],
  );
  if (rows.length > 0) print(table(['', '128 bits', '256 bits', '×', 'bar'], rows, 'lrrrl'));
}
