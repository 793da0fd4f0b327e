import { markdownTable } from 'markdown-table';
import { candidatesOf, type Contrast, leadTemplates } from '../../shared/contrasts';
import { degrees, fixed, size } from '../../shared/format';
import type { PanelState } from '../../shared/panel';
import { sizeOf } from '../../shared/sides';
import { english, type Translator } from '../../shared/translator';
import { bothTables, comparisonOf } from '../../tools/both';
import { titled, tokenCell } from './sectionMarkdown';

/** The grid of patches, with the tokens of the second text above its columns; null if none is open. */
function gridOf({ texts }: PanelState) {
  const { result, patch } = texts ?? {};
  if (!result || !patch?.difference) return null;
  const { part, layer, difference, rows } = patch;
  return { part, layer, difference, tokens: result.tokens, rows };
}

/** What the panel shows beside an inspection, with all digits; absent where nothing is known. */
export function partsShown(state: PanelState) {
  const { model, text, both } = state;
  const { other, text: inBoth, position, rows } = both;
  const refusal = other?.refusal?.message ?? null;
  const comparison =
    model && text && other && inBoth
      ? comparisonOf({ model, other, refusal, tokens: text.tokens, text: inBoth, position, rows: rows ? [rows] : [] })
      : null;
  const patch = gridOf(state);
  return {
    ...(state.contrasts?.kind === 'part' && { point: state.contrasts.examples }),
    ...(comparison && { comparison }),
    ...(patch && { patch }),
  };
}

function pointMarkdown(examples: readonly Contrast[], l10n: Translator): string | null {
  const [first] = examples;
  if (!first) return null;
  const { expects, parting } = leadTemplates(first.parting, l10n);
  const head = [
    ...[l10n.t('index from 0'), l10n.t('after token'), l10n.t('token'), l10n.t('distance to h'), '#'],
    ...[l10n.t('angle to h'), '#', l10n.t('size'), l10n.t('logit'), '#'],
  ];
  const rows = examples.flatMap((example) =>
    candidatesOf(example).map(({ token, values, angle, ranks, rawLogit, logitRank }) => [
      ...[String(example.position), tokenCell(example.after), tokenCell(token)],
      ...[size(values.euclidean), String(ranks.euclidean), degrees(angle), String(ranks.cosine)],
      ...[size(sizeOf(token, 'output')), fixed(rawLogit, 2), String(logitRank)],
    ]),
  );
  const align = head.map((_, column) => (column === 1 || column === 2 ? 'l' : 'r'));
  // The templates are translated already.
  const expected = english.t(expects, tokenCell(first.after), tokenCell(first.predicted.token));
  const lead = english.t(parting, expected, tokenCell(first.nearest.token));
  return titled(`# ${lead}`, markdownTable([head, ...rows], { align }));
}

/** The same to read: the point and its sentence, two models in the words of the command line, and the grid. */
export function shownMarkdown(state: PanelState, l10n: Translator): string {
  const { point = [], comparison, patch } = partsShown(state);
  const cells = (row: Float64Array | null) => Array.from(row ?? [], (share) => fixed(share, 2));
  const grid = patch && [
    [patch.part === 'head' ? l10n.t('head') : l10n.t('layer'), ...patch.tokens.map(tokenCell)],
    ...patch.rows.map((row, at) => [String(at), ...cells(row)]),
  ];
  return [
    pointMarkdown(point, l10n),
    comparison && `~~~text\n${bothTables(comparison, comparison.tokens.length)}\n~~~\n`,
    grid &&
      titled(
        l10n.t('Patches by layer: the share of the difference between A and B that comes back, from 0 to 1'),
        markdownTable(grid, { align: 'r' }),
      ),
  ]
    .filter((part) => part)
    .map((part) => `${part}\n`)
    .join('');
}
