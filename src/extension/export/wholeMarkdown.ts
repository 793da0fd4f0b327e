import { markdownTable } from 'markdown-table';
import { bits, degrees, fixed, probability, size } from '../../shared/format';
import type { InspectedEntry, Inspection } from '../../shared/inspection';
import { escaped } from '../../shared/markdown';
import { metricFacts, metrics, shortFormula } from '../../shared/metrics';
import { exportable, type Exportable } from '../../shared/panel';
import { modelTitle } from '../../shared/servedName';
import { spacesIn } from '../../shared/sides';
import { printedTokens, rowsOfInspection } from '../../shared/tokenColumns';
import type { Translator } from '../../shared/translator';
import { type Part } from './exportParts';
import { titled, tokenCell } from './sectionMarkdown';

type Cells = readonly string[];

const encoder = new TextEncoder();
/** A list of the inspection holds texts without their bytes. */
const textCell = ({ text }: Pick<InspectedEntry, 'text'>): string => tokenCell({ bytes: [...encoder.encode(text)] });

/**
 * A part for all positions of a text, or all parts and the layers, as Markdown tables. Each stands below a line that
 * names its content. Numbers are printed as in the panel.
 */
export const wholeMarkdownOf = (part: Part, inspection: Inspection, l10n: Translator): string =>
  part === 'everything'
    ? [...exportable.map((one) => tables[one](inspection, l10n)), layersTable(inspection, l10n)]
        .filter((table) => table !== null)
        .join('\n')
    : (tables[part](inspection, l10n) ?? '');

const tables: Readonly<Record<Exportable, (inspection: Inspection, l10n: Translator) => string | null>> = {
  tokens(inspection, l10n) {
    const { head, rows, alignment } = printedTokens('markdown', rowsOfInspection(inspection), l10n, tokenCell);
    return titled(
      l10n.t('Tokens by {0}', escaped(modelTitle(inspection.model, l10n))),
      tableOf(head, rows, [...alignment]),
    );
  },

  neighbours({ model, tokens, space, neighbours }, l10n) {
    if (!neighbours) return null;
    const title = l10n.t('Neighbours of every token, by {0}', escaped(modelTitle(model, l10n)));
    const lists = metrics.flatMap((metric) => [metricFacts[metric].words(l10n).by, shortFormula(metric)]);
    const rows = neighbours.flatMap(({ index, ...entries }) =>
      entries[metrics[0]].map((_, row): Cells => {
        const cells = metrics.flatMap((metric) => {
          const entry = entries[metric][row];
          return entry ? [textCell(entry), fixed(entry.value, metricFacts[metric].decimals)] : ['', ''];
        });
        return [...placeCells(tokens, index), String(row + 1), ...cells];
      }),
    );
    const alignment = ['r', 'l', 'r', ...metrics.flatMap(() => ['l', 'r'])];
    return titled(
      space ? `${title}. ${spacesIn(l10n)[space]}` : title,
      tableOf([l10n.t('index from 0'), l10n.t('token'), '#', ...lists], rows, alignment),
    );
  },

  predictions(inspection, l10n) {
    const { model, tokens, predictions } = inspection;
    if (inspection.listed) return listedTable(inspection, l10n);
    if (!predictions || predictions.every(({ top }) => top.length === 0)) return null;
    const all = predictions.flatMap(({ top }) => top);
    const isBiased = all.some(({ bias }) => bias !== 0);
    const isCapped = all.some(({ logit, rawLogit }) => logit !== rawLogit);
    const head = [
      ...[l10n.t('index from 0'), l10n.t('after token'), l10n.t('entropy (bits)'), '#', l10n.t('token'), l10n.t('id')],
      ...[l10n.t('probability'), '‖h‖', '‖u‖', 'cos θ'],
      ...(isBiased ? [l10n.t('bias')] : []),
      l10n.t('logit'),
      ...(isCapped ? [l10n.t('capped')] : []),
    ];
    const rows = predictions.flatMap(({ index, hiddenSize, entropy, top }) =>
      top.map((entry, row): Cells => [
        ...[...placeCells(tokens, index), bits(entropy), String(row + 1), textCell(entry), String(entry.id)],
        ...[probability(entry.probability), fixed(hiddenSize, 2), size(entry.size), fixed(entry.cosine, 5)],
        ...(isBiased ? [fixed(entry.bias, 2)] : []),
        fixed(entry.rawLogit, 2),
        ...(isCapped ? [fixed(entry.logit, 2)] : []),
      ]),
    );
    const alignment = head.map((_, column) => (column === 1 || column === 4 ? 'l' : 'r'));
    return titled(
      l10n.t('Predictions after every token, by {0}', escaped(modelTitle(model, l10n))),
      tableOf(head, rows, alignment),
    );
  },
};

/** The likeliest tokens as a server lists them: no factors are known, and of the entropy only bounds. */
function listedTable({ model, tokens, listed = [] }: Inspection, l10n: Translator): string | null {
  if (listed.every(({ top }) => top.length === 0)) return null;
  const head = [
    ...[l10n.t('index from 0'), l10n.t('after token'), l10n.t('entropy at least (bits)'), l10n.t('at most'), '#'],
    ...[l10n.t('token'), l10n.t('id'), l10n.t('probability')],
  ];
  const rows = listed.flatMap(({ index, entropy, top }) =>
    top.map((entry, row): Cells => [
      ...[...placeCells(tokens, index), bits(entropy.atLeast), bits(entropy.atMost), String(row + 1)],
      ...[textCell(entry), String(entry.id), probability(entry.probability)],
    ]),
  );
  const alignment = head.map((_, column) => (column === 1 || column === 5 ? 'l' : 'r'));
  const title = l10n.t('Likeliest tokens after every token, by {0}', escaped(modelTitle(model, l10n)));
  return titled(title, tableOf(head, rows, alignment));
}

const tableOf = (head: Cells, rows: readonly Cells[], align: readonly string[]): string =>
  markdownTable([head, ...rows], { align });

/** One row a residual and position. The first is the input of the layers, before which there is no attention. */
function layersTable({ model, tokens, layers }: Inspection, l10n: Translator): string | null {
  if (!layers) return null;
  const head = [
    ...[l10n.t('layer'), l10n.t('index from 0'), l10n.t('token'), l10n.t('size of the residual')],
    ...[l10n.t('angle to the input'), l10n.t('angle to the prediction')],
    ...[l10n.t('size of attention'), l10n.t('size of the feed-forward part')],
  ];
  const { residualSize, angleToInput, angleToPrediction, attentionSize, feedForwardSize } = layers;
  const rows = residualSize.flatMap((sizes, layer) =>
    sizes.map((residual, index): Cells => [
      layer === 0 ? l10n.t('input') : String(layer - 1),
      ...placeCells(tokens, index),
      size(residual),
      degrees(angleToInput[layer]?.[index]),
      degrees(angleToPrediction[layer]?.[index]),
      size(attentionSize[layer - 1]?.[index]),
      size(feedForwardSize[layer - 1]?.[index]),
    ]),
  );
  const alignment = head.map((_, column) => (column === 2 ? 'l' : 'r'));
  return titled(l10n.t('Layers by {0}', escaped(modelTitle(model, l10n))), tableOf(head, rows, alignment));
}

function placeCells(tokens: Inspection['tokens'], index: number): Cells {
  const token = tokens[index];
  return [String(index), token ? tokenCell(token) : ''];
}
