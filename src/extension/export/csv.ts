import { csvFormat, csvFormatRows } from 'd3-dsv';
import type { Inspection } from '../../shared/inspection';
import { metrics } from '../../shared/metrics';
import type { Exportable } from '../../shared/panel';
import { rowsOfInspection, tokenData } from '../../shared/tokenColumns';

/**
 * A part as comma-separated values: a header row, all digits, and an empty field for an unknown number. Neighbours and
 * predictions have one row an entry, `rank` from 1. Texts are exact. A text that begins with `=`, `+`, `-` or `@` is
 * not escaped, though a spreadsheet may read it as a formula.
 */
export const csvOf = (part: Exportable, inspection: Inspection): string => `${rows[part](inspection)}\n`;

const rows: Readonly<Record<Exportable, (inspection: Inspection) => string>> = {
  tokens: (inspection) =>
    csvFormatRows(tokenData('csv', rowsOfInspection(inspection)).map((row) => row.map((cell) => String(cell ?? '')))),
  neighbours({ tokens, space, neighbours = [] }) {
    const entries = neighbours.flatMap(({ index, ...lists }) =>
      metrics.flatMap((metric) =>
        lists[metric].map(({ id, text, value }, at) => ({
          ...{ index, token: tokens[index]?.text ?? '', ...(space && { space }) },
          ...{ metric, rank: at + 1, id, text, value },
        })),
      ),
    );
    const head = ['index', 'token', ...(space ? ['space'] : []), 'metric', 'rank', 'id', 'text', 'value'] as const;
    return csvFormat(entries, head as readonly (keyof (typeof entries)[number])[]);
  },
  predictions({ tokens, predictions = [] }) {
    const entries = predictions.flatMap(({ index, hiddenSize, top }) =>
      top.map(({ id, text, probability, logit, rawLogit, size, cosine, bias }, at) => ({
        ...{ index, token: tokens[index]?.text ?? '', rank: at + 1, id, text },
        ...{ probability, logit, rawLogit, hiddenSize, size, cosine, bias },
      })),
    );
    return csvFormat(entries, [
      ...(['index', 'token', 'rank', 'id', 'text'] as const),
      ...(['probability', 'logit', 'rawLogit', 'hiddenSize', 'size', 'cosine', 'bias'] as const),
    ]);
  },
};
