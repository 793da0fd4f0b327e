import { csvFormat } from 'd3-dsv';
import type { Exportable } from '../../shared/panel';
import { hexPairs } from '../../shared/format';
import type { Inspection } from '../../shared/inspection';
import { metrics } from '../../shared/tokens';

/**
 * A part as comma-separated values with a header row, all digits, an empty field where a number is not known.
 * Neighbours and predictions have one row an entry, `rank` from 1. Texts are exact: one that begins with `=`, `+`, `-`
 * or `@` is data, though a spreadsheet may take it for a formula.
 */
export const csvOf = (part: Exportable, inspection: Inspection): string => `${rows[part](inspection)}\n`;

const rows: Readonly<Record<Exportable, (inspection: Inspection) => string>> = {
  tokens({ model, tokens, predictions }) {
    const entropy = new Map(predictions?.map(({ index, entropy }) => [index, entropy]));
    const columns = [
      'index',
      'id',
      'text',
      'bytes',
      'start',
      'end',
      'special',
      'size',
      'percentile',
      ...(model.tied ? [] : (['outputSize', 'outputPercentile', 'angleInputOutput'] as const)),
      'surprisal',
      'entropy',
    ] as const;
    return csvFormat(
      tokens.map((token) => ({ ...token, bytes: hexPairs(token.bytes), entropy: entropy.get(token.index) ?? null })),
      columns,
    );
  },
  neighbours({ tokens, space, neighbours = [] }) {
    const entries = neighbours.flatMap(({ index, ...lists }) =>
      metrics.flatMap((metric) =>
        lists[metric].map(({ id, text, value }, at) => ({
          index,
          token: tokens[index]?.text ?? '',
          metric,
          rank: at + 1,
          id,
          text,
          value,
          space,
        })),
      ),
    );
    return csvFormat(entries, [
      'index',
      'token',
      ...(space ? (['space'] as const) : []),
      'metric',
      'rank',
      'id',
      'text',
      'value',
    ]);
  },
  predictions({ tokens, predictions = [] }) {
    const entries = predictions.flatMap(({ index, hiddenSize, top }) =>
      top.map((entry, at) => ({ ...entry, index, token: tokens[index]?.text ?? '', rank: at + 1, hiddenSize })),
    );
    return csvFormat(entries, [
      'index',
      'token',
      'rank',
      'id',
      'text',
      'probability',
      'logit',
      'rawLogit',
      'hiddenSize',
      'size',
      'cosine',
      'bias',
    ]);
  },
};
