import type { KernelBuild } from '../../src/engine/platform/platform';
import { table } from '../../src/tools/text';
import { builds } from './engineUnderTest';
import { print } from './measure';

/** The most that a measured value may be: by itself, as a share of the value beside it, or both. */
export interface Bar {
  readonly value?: number;
  readonly ratio?: number;
}

export type Unit = 's' | 'ms' | 'MiB' | 'MB';

/** What was measured of both builds, and of what they are compared with. A build that was not measured is absent. */
export interface Line {
  readonly what: string;
  readonly unit: Unit;
  readonly digits?: number;
  readonly beside?: number | undefined;
  readonly ours: Partial<Record<KernelBuild, number>>;
  readonly bars?: Readonly<Record<KernelBuild, Bar>>;
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
  const head = ['', other, ...builds.flatMap((build) => [build, '×', 'bar'])];
  const rows = lines.map(({ what, unit, digits = 0, beside, ours, bars }) => {
    const amount = (value: number | undefined) => (value === undefined ? '–' : `${value.toFixed(digits)} ${unit}`);
    const cells = builds.flatMap((build) => {
      const value = ours[build];
      const ratio = value === undefined || beside === undefined ? '–' : (value / beside).toFixed(3);
      return [amount(value), ratio, value === undefined || !bars ? '' : verdict(bars[build], unit, value, beside)];
    });
    return [what, amount(beside), ...cells];
  });
  print(table(head, rows, 'lrrrlrrl'));
}
