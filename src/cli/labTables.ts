import {
  type Agreement,
  type BetweenPoint,
  type ByPair,
  type LabEntry,
  type LabResult,
  type RulersResult,
  pairs,
} from '../shared/lab';
import { metrics, type ByMetric } from '../shared/tokens';
import { count, number, table, visible } from './text';

const shown = 10;
const metricNames: ByMetric<string> = { euclidean: 'distance', cosine: 'cosine', dot: 'dot product' };

/** The result of an experiment as tables for a terminal; everything is in `--json`. */
export function labTables(found: LabResult): string {
  return `${parts(found).join('\n\n')}\n`;
}

function parts(found: LabResult): string[] {
  switch (found.name) {
    case 'rulers':
      return rulers(found.result);
    case 'one-length':
      return [
        ...rulers(found.result),
        found.result.identical
          ? 'At one length the three lists are the same.'
          : 'The three lists differ at one length.',
      ];
    case 'round-trip': {
      const { misses, tried, examples } = found.result;
      const rows = metrics.map((metric) => [
        metricNames[metric],
        count(misses.raw[metric]),
        count(misses.centred[metric]),
        ...(misses.normed ? [count(misses.normed[metric])] : []),
      ]);
      return [
        `${count(tried)} tokens tried; this many do not come back as themselves`,
        table(
          ['by', 'raw', 'centred', ...(misses.normed ? ['after the final norm'] : [])],
          rows,
          misses.normed ? 'lrrr' : 'lrr',
        ),
        ...(examples.length > 0
          ? [
              `By dot product, for example\n${table(
                ['token', 'becomes'],
                examples.slice(0, shown).map(({ text, becomes }) => [visible(text), visible(becomes.text)]),
                'll',
              )}`,
            ]
          : []),
      ];
    }
    case 'target-size': {
      const { winners, never, winsBySizeDecile, top } = found.result;
      return [
        `${count(winners)} tokens win at least one direction, ${count(never)} none`,
        table(
          ['tenth by size', 'share of the wins'],
          winsBySizeDecile.map((share, i) => [
            i === 0 ? 'smallest' : i === winsBySizeDecile.length - 1 ? 'largest' : String(i + 1),
            `${number(100 * share, 1)} %`,
          ]),
          'lr',
        ),
        table(
          ['token', 'size', 'wins'],
          top.slice(0, shown).map(({ text, size, wins }) => [visible(text), number(size, 3), count(wins)]),
          'lrr',
        ),
      ];
    }
    case 'softmax-shift': {
      const { probabilityChange, distanceChange, sizeChange, cosineChange } = found.result;
      const rows = [
        ['probability', probabilityChange],
        ['distance between rows', distanceChange],
        ['size', sizeChange],
        ['cosine', cosineChange],
      ] as const;
      return [
        table(
          ['largest change of a', ''],
          rows.map(([what, value]) => [what, value.toExponential(2)]),
          'lr',
        ),
      ];
    }
    case 'length': {
      const { scales, beforeNorm, afterNorm, hiddenSize } = found.result;
      const rows = scales.map((scale, i) => {
        const after = afterNorm[i];
        return [
          String(scale),
          (beforeNorm[i] ?? 0).toExponential(1),
          number(scale * hiddenSize, 2),
          number(after?.entropy ?? 0, 3),
          visible(after?.top[0]?.text ?? ''),
          number(after?.top[0]?.value ?? 0, 3),
          ...pairs.map((pair) => number(after?.overlap[pair] ?? 0, 1)),
        ];
      });
      return [
        table(
          ['scale', 'before the norm: change', 'after it: ‖h‖', 'entropy', 'first', 'probability', ...pairs],
          rows,
          'rrrrlrrrr',
        ),
      ];
    }
    case 'between': {
      const { from, to, steps } = found.result;
      const line = ({ size, nearest, predicted }: BetweenPoint) => [
        number(size, 3),
        ...metrics.map((metric) => visible(nearest[metric][0]?.text ?? '')),
        visible(predicted[0]?.text ?? ''),
        number(predicted[0]?.value ?? 0, 3),
      ];
      const walk = (way: 'straight' | 'sphere') =>
        table(
          ['t', 'size', ...metrics.map((metric) => `nearest by ${metricNames[metric]}`), 'then', ''],
          steps.map((step) => [number(step.t, 2), ...line(step[way])]),
          'rrllllr',
        );
      return [
        `From ${visible(from.text)} to ${visible(to.text)}, straight\n${walk('straight')}`,
        `Along the sphere\n${walk('sphere')}`,
      ];
    }
    case 'tied': {
      const { tied, angle, most, gainFolded } = found.result;
      return [
        ...(tied
          ? ['Input and output vectors are the same rows: every angle between them is 0.']
          : [
              `Input and output vectors are rows of two matrices: ${number(angle.mean, 1)}° apart in the mean, ${number(angle.min, 1)}° to ${number(angle.max, 1)}°`,
              entries('furthest apart', most),
            ]),
        ...(gainFolded
          ? [
              `With the final norm’s gain folded into the output: ${number(gainFolded.angle.mean, 1)}° in the mean, ${number(gainFolded.angle.min, 1)}° to ${number(gainFolded.angle.max, 1)}°`,
              entries('turned most', gainFolded.most),
            ]
          : []),
      ];
    }
    case 'extremes': {
      const { longest, shortest, nearMean, duplicates, unreachable } = found.result;
      return [
        entries('longest', longest),
        entries('shortest', shortest),
        entries('nearest to the mean', nearMean),
        `${count(duplicates.length)} groups of tokens have the same row, ${count(unreachable.length)} tokens come of no text`,
      ];
    }
  }
}

function rulers({ token, lists, overlap, rbo, sample }: RulersResult): string[] {
  const cells = (entry: LabEntry | undefined) => (entry ? [visible(entry.text), number(entry.value, 3)] : ['', '']);
  const rows = lists.dot
    .slice(0, shown)
    .map((_, i) => [String(i + 1), ...metrics.flatMap((metric) => cells(lists[metric][i]))]);
  const agreed = (one: Agreement, of: 'overlap' | 'rbo') =>
    pairs.map((pair) => number((one[of] as ByPair<number>)[pair], 3));
  return [
    `Neighbours of ${visible(token.text)}\n${table(['', ...metrics.flatMap((metric) => ['', metricNames[metric]])], rows, 'rlrlrlr')}`,
    table(
      ['agreement', ...pairs],
      [
        ['overlap', ...agreed({ overlap, rbo }, 'overlap')],
        ['rank-biased overlap', ...agreed({ overlap, rbo }, 'rbo')],
        [`overlap, ${count(sample.size)} tokens`, ...agreed(sample, 'overlap')],
        [`rank-biased, ${count(sample.size)} tokens`, ...agreed(sample, 'rbo')],
      ],
      'lrrr',
    ),
  ];
}

const entries = (title: string, list: readonly LabEntry[]): string =>
  table(
    [title, ''],
    list.slice(0, shown).map(({ text, value }) => [visible(text), number(value, 3)]),
    'lr',
  );
